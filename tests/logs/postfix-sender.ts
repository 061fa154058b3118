import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inNamespace, type Namespaces } from '../lab/netns.ts'
import { newsletter, type Sender } from './sender.ts'
import { listens, until } from './waiting.ts'

const port = 2525

const master = `127.0.0.1:${port} inet n - n - - smtpd
out3 unix - - n - - smtp
  -o syslog_name=postfix/out3
`

const main = (folder: string): string => `compatibility_level = 3.6
queue_directory = ${folder}/spool
data_directory = ${folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = out.sender-lab.example
mydestination = sender-lab.example
inet_interfaces = loopback-only
inet_protocols = ipv4
maillog_file = ${folder}/log
maillog_file_prefixes = ${folder}
mynetworks = 127.0.0.1/32
smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
smtpd_peername_lookup = no
local_recipient_maps = inline:{ news=x }
alias_maps = inline:{ news=/dev/null }
alias_database =
notify_classes =
smtp_tls_security_level = none
transport_maps = inline:{ grey.example=out3: }
maximal_queue_lifetime = 0
`

/** Postfix as it sends: at first with a queue that gives up after the first attempt. */
export const openPostfix = ({ server, folder: root }: Namespaces): Sender => {
  const folder = join(root, 'postfix')
  const etc = join(folder, 'etc')
  for (const path of ['etc', 'spool', 'data']) mkdirSync(join(folder, path), { recursive: true })
  inNamespace(server, '/usr/bin/chown', 'postfix', join(folder, 'data'))
  for (const name of ['postfix-files', 'dynamicmaps.cf']) cpSync(join('/etc/postfix', name), join(etc, name))
  if (existsSync('/etc/postfix/postfix-files.d')) cpSync('/etc/postfix/postfix-files.d', join(etc, 'postfix-files.d'), { recursive: true })
  const usual = readFileSync('/usr/share/postfix/master.cf.dist', 'utf8')
    .split('\n')
    .filter((line) => !line.startsWith('smtp      inet'))
    // No chroot: its files would have to be copied.
    .map((line) => (/^[a-z]/.test(line) && line.split(/\s+/).length >= 8 ? line.split(/\s+/).with(4, 'n').join(' ') : line))
  writeFileSync(join(etc, 'master.cf'), `${usual.join('\n')}\n${master}`)
  writeFileSync(join(etc, 'main.cf'), main(folder))
  const postfix = (...args: readonly string[]): string => inNamespace(server, '/usr/sbin/postfix', '-c', etc, ...args)
  const log = join(folder, 'log')
  const lines = (): readonly string[] => readFileSync(log, 'utf8').split('\n')
  const attempts = (recipient: string, status: string): readonly string[] =>
    lines().filter((line) => line.includes(`: to=<${recipient}>, `) && line.includes(`, status=${status}`))
  const queueIdOf = (recipient: string): string | undefined => / (\w+): to=/.exec(attempts(recipient, '')[0] ?? '')?.[1]
  postfix('start')
  return {
    name: 'postfix',
    port,
    log,
    attempts: (recipient) => attempts(recipient, '').length,
    isDelivered: (recipient) => attempts(recipient, 'sent').length > 0,
    isExpired: (recipient) => {
      const id = queueIdOf(recipient)
      return lines().some((line) => line.includes(` ${id}: from=<`) && line.includes('expired, returned to sender'))
    },
    notices: () => attempts(newsletter, 'sent').length,
    flush: () => void inNamespace(server, '/usr/sbin/postqueue', '-c', etc, '-f'),
    bePatient: async () => {
      postfix('stop')
      writeFileSync(join(etc, 'main.cf'), main(folder).replace(/^maximal_queue_lifetime.*$/m, 'maximal_queue_lifetime = 5d'))
      postfix('start')
      await until('Postfix is there again', () => listens(server, port))
    },
    giveUp: (recipient) => void inNamespace(server, '/usr/sbin/postsuper', '-c', etc, '-f', queueIdOf(recipient) ?? ''),
    stop: () => void postfix('stop')
  }
}
