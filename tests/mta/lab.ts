import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeCertificates } from '../smtp/certificates.ts'

/**
 * Real mail servers on loopback addresses, all on one port, as MX hosts are: Postfix with and without Postgrey, Exim in many moods,
 * OpenSMTPD. tests/mta/install.sh installs them; starting them needs root.
 */
const programs = process.env.WHYBOUNCE_MTA ?? '/opt/whybounce-mta'
const exim = join(programs, 'exim/usr/sbin/exim4')
const opensmtpd = join(programs, 'opensmtpd/usr/sbin/smtpd')

export const labIsPossible: boolean =
  userInfo().uid === 0 && ['/usr/sbin/postfix', '/usr/sbin/postgrey', exim, opensmtpd].every((path) => existsSync(path))

/** What is served where. `ok` and `postmaster` exist everywhere but at `relay`. */
export const hosts = {
  /** Exim: `full` is over quota, everybody else unknown. */
  exim: '127.44.0.10',
  /** Exim: takes every recipient. */
  catchAll: '127.44.0.11',
  /** Exim: a second before each answer to RCPT. */
  slow: '127.44.0.12',
  /** Exim: a minute before each answer to RCPT. */
  tarpit: '127.44.0.13',
  /** Exim: 421 instead of a greeting. */
  busy: '127.44.0.14',
  /** Exim: refuses the client at RCPT, as listed. */
  listed: '127.44.0.15',
  /** Exim: serves other domains. */
  relay: '127.44.0.16',
  /** Exim: no mail without TLS, which it offers. */
  tls: '127.44.0.17',
  /** Exim: no mail without TLS, which it does not offer. */
  noTls: '127.44.0.18',
  /** Exim: does not like the envelope sender. */
  badSender: '127.44.0.19',
  /** Postfix behind Postgrey. */
  greylisting: '127.44.0.20',
  /** Postfix. */
  postfix: '127.44.0.21',
  /** Postfix: unknown mailboxes are refused for now (450), as with soft_bounce. */
  soft: '127.44.0.22',
  /** OpenSMTPD. */
  opensmtpd: '127.44.0.30',
  /** Nobody listens. */
  dead: '127.44.0.99'
} as const

export type Lab = { readonly port: number; readonly log: () => string; readonly stop: () => Promise<void> }

/** Seconds for which Postgrey keeps a new triplet waiting. */
const greyDelay = 2

const freePort = async (): Promise<number> => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no free port')
  return address.port
}

const answers = async (host: string, port: number): Promise<void> => {
  for (let tries = 0; tries < 200; tries++) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, host)
      socket.once('connect', () => {
        socket.destroy()
        resolve(true)
      })
      socket.once('error', () => resolve(false))
    })
    if (open) return
    await sleep(50)
  }
  throw new Error(`nobody answers at ${host}:${port}`)
}

const eximConfiguration = (folder: string, port: number): string => {
  const at = (host: string): string => `condition = \${if eq{$received_ip_address}{${host}}}`
  const all = Object.values(hosts).filter((host) => host >= hosts.exim && host <= hosts.badSender)
  return `
primary_hostname = exim-lab.net
spool_directory = ${folder}/spool
log_file_path = ${folder}/log/%slog
pid_file_path = ${folder}/exim.pid
daemon_smtp_ports = ${port}
local_interfaces = ${all.join(' : ')}
domainlist local_domains = ^.*-lab\\.net$
host_lookup =
rfc1413_query_timeout = 0s
tls_advertise_hosts = \${if eq{$received_ip_address}{${hosts.tls}}{*}{}}
tls_certificate = ${folder}/tls.crt
tls_privatekey = ${folder}/tls.key
keep_environment =
message_size_limit = 0
smtp_accept_max = 200
smtp_enforce_sync = false
acl_smtp_connect = connected
acl_smtp_mail = sender
acl_smtp_rcpt = recipient
acl_smtp_data = deny
begin acl
connected:
  defer ${at(hosts.busy)}
    message = 421 4.3.2 Service not available, closing transmission channel
  accept
sender:
  deny ${at(hosts.noTls)}
    message = 530 5.7.0 Must issue a STARTTLS command first
  deny ${at(hosts.tls)}
    !encrypted = *
    message = 530 5.7.0 Must issue a STARTTLS command first
  deny ${at(hosts.badSender)}
    message = 550 5.1.8 Sender address rejected: Domain not found
  accept
recipient:
  accept ${at(hosts.catchAll)}
  deny ${at(hosts.relay)}
    message = 550 5.7.1 Relaying denied
  deny ${at(hosts.listed)}
    message = 550 5.7.1 Service unavailable; Client host [$sender_host_address] blocked using zen.spamhaus.org
  warn ${at(hosts.slow)}
    delay = 1s
  warn ${at(hosts.tarpit)}
    delay = 60s
  deny local_parts = full
    message = 552 5.2.2 The mailbox is over quota
  deny !verify = recipient
    message = Unrouteable address
  accept
begin routers
known:
  driver = redirect
  local_parts = ok : postmaster
  data = :blackhole:
begin transports
begin retry
begin rewrite
begin authenticators
`
}

const startExim = async (folder: string, port: number): Promise<() => void> => {
  mkdirSync(join(folder, 'spool'), { recursive: true })
  mkdirSync(join(folder, 'log'))
  const { good } = makeCertificates()
  writeFileSync(join(folder, 'tls.key'), good.key)
  writeFileSync(join(folder, 'tls.crt'), good.cert)
  chmodSync(join(folder, 'tls.key'), 0o644)
  writeFileSync(join(folder, 'exim.conf'), eximConfiguration(folder, port), { mode: 0o644 })
  execFileSync('chown', ['-R', 'Debian-exim', join(folder, 'spool'), join(folder, 'log')])
  const server = spawn(exim, ['-C', join(folder, 'exim.conf'), '-bdf'], { stdio: 'ignore' })
  await answers(hosts.exim, port)
  return () => server.kill()
}

const startPostgrey = async (folder: string): Promise<{ port: number; stop: () => void }> => {
  const port = await freePort()
  mkdirSync(folder, { recursive: true })
  execFileSync('chown', ['postgrey', folder])
  // biome-ignore format: a command line
  const server = spawn('/usr/sbin/postgrey', [`--inet=127.0.0.1:${port}`, `--dbdir=${folder}`, `--delay=${greyDelay}`, '--user=postgrey', '--group=postgrey', '--whitelist-clients=/dev/null'], { stdio: 'ignore' })
  await answers('127.0.0.1', port)
  return { port, stop: () => server.kill() }
}

const startPostfix = async (folder: string, port: number, greyPort: number): Promise<() => void> => {
  const [etc, spool, data] = ['etc', 'spool', 'data'].map((name) => join(folder, name))
  if (etc === undefined || spool === undefined || data === undefined) throw new Error('no folder')
  for (const path of [etc, spool, data]) mkdirSync(path, { recursive: true })
  execFileSync('chown', ['postfix', data])
  cpSync('/etc/postfix/postfix-files', join(etc, 'postfix-files'))
  cpSync('/etc/postfix/dynamicmaps.cf', join(etc, 'dynamicmaps.cf'))
  if (existsSync('/etc/postfix/postfix-files.d')) cpSync('/etc/postfix/postfix-files.d', join(etc, 'postfix-files.d'), { recursive: true })
  const services = readFileSync('/usr/share/postfix/master.cf.dist', 'utf8')
    .split('\n')
    .filter((line) => !line.startsWith('smtp      inet'))
    .map((line) =>
      /^[a-z]/.test(line) && line.split(/\s+/).length >= 8
        ? line
            .split(/\s+/)
            .map((word, index) => (index === 4 ? 'n' : word))
            .join(' ')
        : line
    )
  writeFileSync(
    join(etc, 'master.cf'),
    `${services.join('\n')}
${hosts.postfix}:${port} inet n - n - - smtpd
${hosts.soft}:${port} inet n - n - - smtpd
  -o unknown_local_recipient_reject_code=450
${hosts.greylisting}:${port} inet n - n - - smtpd
  -o smtpd_recipient_restrictions=check_policy_service,inet:127.0.0.1:${greyPort}
`
  )
  writeFileSync(
    join(etc, 'main.cf'),
    `compatibility_level = 3.6
queue_directory = ${spool}
data_directory = ${data}
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = mx0.postfix-lab.net
mydestination = inline:{ postfix-lab.net=x, soft-lab.net=x, grey-lab.net=x, one-down-lab.net=x }
inet_interfaces = all
inet_protocols = ipv4
maillog_file = ${folder}/log
maillog_file_prefixes = ${folder}
local_recipient_maps = inline:{ ok=x, postmaster=x, full=x }
local_transport = discard
alias_maps =
alias_database =
notify_classes =
mynetworks =
smtpd_client_event_limit_exceptions =
smtpd_relay_restrictions = reject_unauth_destination
smtpd_recipient_restrictions = check_recipient_access inline:{ { full@postfix-lab.net = 452 4.2.2 Mailbox full } }
`
  )
  const run = (command: string): void => {
    execFileSync('/usr/sbin/postfix', ['-c', etc, command], { stdio: 'ignore' })
  }
  run('start')
  await answers(hosts.postfix, port)
  return () => {
    try {
      run('stop')
    } catch {
      // It is gone already.
    }
  }
}

const startOpenSmtpd = async (folder: string, port: number): Promise<() => void> => {
  mkdirSync(join(folder, 'mail'), { recursive: true })
  writeFileSync(
    join(folder, 'smtpd.conf'),
    `listen on ${hosts.opensmtpd} port ${port} hostname opensmtpd-lab.net
table users { ok = "root", postmaster = "root" }
action "local" maildir "${folder}/mail" virtual <users>
match from any for domain "opensmtpd-lab.net" action "local"
`,
    { mode: 0o644 }
  )
  const server: ChildProcess = spawn(opensmtpd, ['-d', '-f', join(folder, 'smtpd.conf')], { stdio: 'ignore' })
  await answers(hosts.opensmtpd, port)
  return () => {
    if (server.pid !== undefined) server.kill()
  }
}

/** Starts all of them; some seconds. */
export const startLab = async (): Promise<Lab> => {
  const folder = mkdtempSync(join(tmpdir(), 'whybounce-mta-'))
  chmodSync(folder, 0o755)
  chownSync(folder, 0, 0)
  const port = await freePort()
  const grey = await startPostgrey(join(folder, 'postgrey'))
  const stops = [
    grey.stop,
    await startExim(join(folder, 'exim'), port),
    await startPostfix(join(folder, 'postfix'), port, grey.port),
    await startOpenSmtpd(join(folder, 'opensmtpd'), port)
  ]
  return {
    port,
    log: () =>
      [join(folder, 'exim/log/mainlog'), join(folder, 'postfix/log')]
        .filter((path) => existsSync(path))
        .map((path) => readFileSync(path, 'utf8'))
        .join('\n'),
    stop: async () => {
      for (const stop of stops) stop()
      await sleep(200)
      rmSync(folder, { recursive: true, force: true })
    }
  }
}
