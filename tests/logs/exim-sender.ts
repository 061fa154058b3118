import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inNamespace, type Namespaces, startIn } from '../lab/netns.ts'
import { newsletter, type Sender } from './sender.ts'

const program = join(process.env.WHYBOUNCE_MTA ?? '/opt/whybounce-mta', 'exim/usr/sbin/exim4')
const port = 2526

/** What is stuck is given up at the first attempt that comes a second later. */
const configuration = (folder: string): string => `
primary_hostname = out.sender-lab.example
exim_path = ${program}
spool_directory = ${folder}/spool
log_file_path = ${folder}/log/%slog
pid_file_path = ${folder}/exim.pid
daemon_smtp_ports = ${port}
local_interfaces = 127.0.0.1
domainlist local_domains = sender-lab.example
hostlist relay_from_hosts = 127.0.0.1
disable_ipv6 = true
deliver_drop_privilege = true
host_lookup =
rfc1413_query_timeout = 0s
tls_advertise_hosts =
keep_environment =
acl_smtp_rcpt = recipient
acl_smtp_data = accept
begin acl
recipient:
  accept hosts = +relay_from_hosts
    domains = ! +local_domains
  deny domains = ! +local_domains
    message = relay not permitted
  deny ! verify = recipient
    message = Unrouteable address
  accept
begin routers
dnslookup:
  driver = dnslookup
  domains = ! +local_domains
  transport = remote_smtp
  self = send
  no_more
local:
  driver = accept
  local_parts = news
  transport = local_delivery
begin transports
remote_smtp:
  driver = smtp
  hosts_try_fastopen =
  hosts_avoid_tls = *
local_delivery:
  driver = appendfile
  file = ${folder}/mail
  user = Debian-exim
begin retry
stuck.example * F,1s,1s
* * F,2h,15m; G,16h,1h,1.5; F,4d,6h
begin rewrite
begin authenticators
`

export const eximIsThere: boolean = existsSync(program)

export const openExim = ({ server, folder: root }: Namespaces): Sender => {
  const folder = join(root, 'exim')
  for (const path of ['', 'spool', 'log']) mkdirSync(join(folder, path), { recursive: true })
  const conf = join(folder, 'exim.conf')
  writeFileSync(conf, configuration(folder), { mode: 0o644 })
  execFileSync('chown', ['-R', 'Debian-exim', folder])
  // Root owns what a server with root's rights is told.
  execFileSync('chown', ['root', conf])
  startIn(server, root, program, '-C', conf, '-bdf')
  const log = join(folder, 'log', 'mainlog')
  const lines = (): readonly string[] => (existsSync(log) ? readFileSync(log, 'utf8') : '').split('\n')
  const attempts = (recipient: string, ...flags: readonly string[]): readonly string[] =>
    lines().filter((line) => flags.some((flag) => line.includes(` ${flag} ${recipient} `) || line.includes(` ${flag} ${recipient}: `)))
  return {
    name: 'exim',
    port,
    log,
    attempts: (recipient) => attempts(recipient, '=>', '->', '==', '**').length,
    isDelivered: (recipient) => attempts(recipient, '=>', '->').length > 0,
    isExpired: (recipient) => attempts(recipient, '**').some((line) => line.endsWith('retry timeout exceeded')),
    notices: () => lines().filter((line) => line.includes(` <${newsletter}> R=local T=local_delivery`)).length,
    flush: () => void inNamespace(server, program, '-C', conf, '-qff'),
    // Each message is tried until its retry rule ends.
    bePatient: () => Promise.resolve(),
    giveUp: () => {},
    stop: () => {}
  }
}
