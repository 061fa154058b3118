import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { postfixHosts } from './hosts.ts'
import { inNamespace, type Namespaces, startIn } from './netns.ts'

/** The account that Dovecot knows. */
export const account = { user: 'john@healthy-lab.net', password: 'correct-horse-battery' } as const

const greyPort = 10_023
const saslPort = 12_345

const startPostgrey = ({ server, folder: root }: Namespaces): void => {
  const folder = join(root, 'postgrey')
  mkdirSync(folder)
  execFileSync('chown', ['postgrey', folder])
  // biome-ignore format: a command line
  startIn(server, root, '/usr/sbin/postgrey', `--inet=127.0.0.1:${greyPort}`, `--dbdir=${folder}`, '--delay=300', '--user=postgrey', '--group=postgrey', '--whitelist-clients=/dev/null')
}

/** Dovecot, for its SASL alone. */
const startDovecot = ({ server, folder: root }: Namespaces): void => {
  const folder = join(root, 'dovecot')
  mkdirSync(join(folder, 'run'), { recursive: true })
  writeFileSync(join(folder, 'users'), `${account.user}:{PLAIN}${account.password}::::::\n`, { mode: 0o644 })
  writeFileSync(
    join(folder, 'dovecot.conf'),
    `base_dir = ${folder}/run
log_path = ${folder}/log
protocols =
ssl = no
auth_mechanisms = plain login cram-md5
disable_plaintext_auth = no
default_internal_user = dovecot
default_login_user = dovenull
passdb {
  driver = passwd-file
  args = scheme=PLAIN username_format=%u ${folder}/users
}
userdb {
  driver = static
  args = uid=mail gid=mail home=${folder}
}
service auth {
  inet_listener {
    address = 127.0.0.1
    port = ${saslPort}
  }
}
service stats {
  chroot =
}
`,
    { mode: 0o644 }
  )
  startIn(server, folder, '/usr/sbin/dovecot', '-F', '-c', join(folder, 'dovecot.conf'))
}

type Name = keyof typeof postfixHosts
type Service = { readonly name: Name; readonly port: number; readonly options?: readonly string[] }

const newTls = ['smtpd_tls_protocols=>=TLSv1.2', 'smtpd_tls_mandatory_protocols=>=TLSv1.2']
const login = [
  'smtpd_sasl_auth_enable=yes',
  'smtpd_tls_auth_only=yes',
  'smtpd_relay_restrictions=permit_sasl_authenticated,reject_unauth_destination'
]
const submission = [
  ...login,
  ...newTls,
  'smtpd_recipient_restrictions=permit_sasl_authenticated,reject',
  'smtpd_sender_restrictions=reject_sender_login_mismatch'
]
const clear = ['smtpd_tls_security_level=none']

const services: readonly Service[] = [
  { name: 'mx1.healthy-lab.net', port: 25 },
  { name: 'mx.grey-lab.net', port: 25, options: [`smtpd_recipient_restrictions=check_policy_service,inet:127.0.0.1:${greyPort}`] },
  {
    name: 'mx.relay-lab.net',
    port: 25,
    options: ['mynetworks=0.0.0.0/0', 'smtpd_relay_restrictions=permit_mynetworks,reject_unauth_destination']
  },
  { name: 'mx.no-tls-lab.net', port: 25, options: clear },
  { name: 'smtp.healthy-lab.net', port: 587, options: ['smtpd_tls_security_level=encrypt', ...submission] },
  { name: 'smtp.healthy-lab.net', port: 465, options: ['smtpd_tls_wrappermode=yes', ...submission] },
  { name: 'smtp.clear-lab.net', port: 587, options: [...clear, ...submission, 'smtpd_tls_auth_only=no'] },
  { name: 'smtp.expired-lab.net', port: 587, options: submission },
  { name: 'smtp.expired-lab.net', port: 465, options: ['smtpd_tls_wrappermode=yes', ...submission] },
  { name: 'smtp.mixed-up-lab.net', port: 587, options: ['smtpd_tls_wrappermode=yes', ...submission] },
  { name: 'smtp.mixed-up-lab.net', port: 465, options: submission },
  { name: 'smtp.no-login-lab.net', port: 587, options: newTls },
  { name: 'smtp.old-tls-lab.net', port: 587, options: login }
]

const master = (certificates: string): string => {
  const usual = readFileSync('/usr/share/postfix/master.cf.dist', 'utf8')
    .split('\n')
    .filter((line) => !line.startsWith('smtp      inet'))
    // No chroot: its files would have to be copied.
    .map((line) => (/^[a-z]/.test(line) && line.split(/\s+/).length >= 8 ? line.split(/\s+/).with(4, 'n').join(' ') : line))
  const own = services.flatMap(({ name, port, options = [] }) => {
    const { address, address6 } = postfixHosts[name]
    return [address, ...(address6 === undefined ? [] : [`[${address6}]`])].map((at) =>
      [
        `${at}:${port} inet n - n - - smtpd`,
        `myhostname=${name}`,
        `smtpd_tls_chain_files=${certificates}/${address}.key,${certificates}/${address}.crt`,
        ...options
      ].join('\n  -o ')
    )
  })
  return `${usual.join('\n')}\n${own.join('\n')}\n`
}

/** Postfix with Postgrey and Dovecot behind it. */
export const startPostfix = (namespaces: Namespaces, certificates: string): void => {
  const { server, folder: root } = namespaces
  startPostgrey(namespaces)
  startDovecot(namespaces)
  const folder = join(root, 'postfix')
  const etc = join(folder, 'etc')
  for (const path of ['etc', 'spool', 'data']) mkdirSync(join(folder, path), { recursive: true })
  execFileSync('chown', ['postfix', join(folder, 'data')])
  for (const name of ['postfix-files', 'dynamicmaps.cf']) cpSync(join('/etc/postfix', name), join(etc, name))
  if (existsSync('/etc/postfix/postfix-files.d')) cpSync('/etc/postfix/postfix-files.d', join(etc, 'postfix-files.d'), { recursive: true })
  writeFileSync(join(etc, 'master.cf'), master(certificates))
  writeFileSync(
    join(etc, 'main.cf'),
    `compatibility_level = 3.6
queue_directory = ${folder}/spool
data_directory = ${folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = mx1.healthy-lab.net
mydestination = regexp:${etc}/domains
inet_interfaces = all
inet_protocols = all
maillog_file = ${folder}/log
maillog_file_prefixes = ${folder}
local_recipient_maps = inline:{ john=x, postmaster=x, abuse=x, dmarc=x, tls=x }
local_transport = discard
alias_maps =
alias_database =
notify_classes =
mynetworks =
message_size_limit = 52428800
smtpd_peername_lookup = no
smtpd_client_event_limit_exceptions = 44.128.0.0/16
smtpd_relay_restrictions = reject_unauth_destination
smtpd_tls_security_level = may
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:${saslPort}
smtpd_sasl_security_options = noanonymous
smtpd_sender_login_maps = inline:{ {${account.user} = ${account.user}} }
`
  )
  writeFileSync(join(etc, 'domains'), '/^.*-lab\\.net$/ x\n')
  inNamespace(server, '/usr/sbin/postfix', '-c', etc, 'start')
}
