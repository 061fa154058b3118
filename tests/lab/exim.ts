import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { eximHosts } from './hosts.ts'
import { type Namespaces, startIn } from './netns.ts'

const program = join(process.env.WHYBOUNCE_MTA ?? '/opt/whybounce-mta', 'exim/usr/sbin/exim4')

const configuration = (folder: string, certificates: string): string => {
  const at = (name: keyof typeof eximHosts): string => `eq{$received_ip_address}{${eximHosts[name].address}}`
  const when = (name: keyof typeof eximHosts): string => `condition = \${if ${at(name)}}`
  const all = Object.values(eximHosts).flatMap(({ address, address6 }) => (address6 === undefined ? [address] : [address, address6]))
  return `
primary_hostname = mx2.healthy-lab.net
smtp_active_hostname = \${lookup{$received_ip_address}lsearch{${folder}/names}{$value}{mx2.healthy-lab.net}}
smtp_banner = $smtp_active_hostname ESMTP
spool_directory = ${folder}/spool
log_file_path = ${folder}/log/%slog
pid_file_path = ${folder}/pid
daemon_smtp_ports = 25
local_interfaces = <; ${all.join(' ; ')}
domainlist local_domains = *-lab.net
host_lookup =
helo_allow_chars = _
rfc1413_query_timeout = 0s
tls_advertise_hosts = \${if or{{${at('mx.dane-no-tls-lab.net')}}{${at('mx.early-talk-lab.net')}}}{}{*}}
tls_certificate = ${certificates}/\${tr{$received_ip_address}{:}{-}}.crt
tls_privatekey = ${certificates}/\${tr{$received_ip_address}{:}{-}}.key
tls_require_ciphers = \${if ${at('mx.old-tls-lab.net')}{NORMAL:-VERS-ALL:+VERS-TLS1.0:%COMPAT}{NORMAL}}
keep_environment =
message_size_limit = \${if ${at('mx.small-lab.net')}{1M}{50M}}
smtp_accept_max = 200
smtp_connect_backlog = 100
smtp_enforce_sync = true
# With it clients may talk before the greeting.
pipelining_connect_advertise_hosts =
acl_smtp_connect = connected
acl_smtp_helo = greeted
acl_smtp_mail = sender
acl_smtp_rcpt = recipient
acl_smtp_data = deny
begin acl
connected:
  defer ${when('mx.busy-lab.net')}
    message = 421 4.3.2 Service not available, closing transmission channel
  deny ${when('mx.listed-lab.net')}
    message = 554 5.7.1 Client host [$sender_host_address] blocked using zen.spamhaus.org
  accept ${when('mx.early-talk-lab.net')}
    delay = 2s
  accept ${when('mx.slow-greeting-lab.net')}
    delay = 8s
  accept
greeted:
  deny ${when('mx.picky-ehlo-lab.net')}
    message = 504 5.5.2 <$sender_helo_name>: Helo command rejected: need fully-qualified hostname
  accept
sender:
  deny ${when('mx.no-bounces-lab.net')}
    senders = :
    message = 550 5.7.1 Null sender refused
  accept
recipient:
  deny !domains = +local_domains
    message = relay not permitted
  accept ${when('mx.catch-all-lab.net')}
  warn ${when('mx.tarpit-lab.net')}
    delay = 12s
  deny ${when('mx.no-postmaster-lab.net')}
    local_parts = postmaster
    message = 550 5.1.1 Unrouteable address
  deny ${when('mx.full-mailbox-lab.net')}
    local_parts = john
    message = 552 5.2.2 The mailbox is over quota
  deny !verify = recipient
    message = Unrouteable address
  accept
begin routers
known:
  driver = redirect
  local_parts = postmaster : abuse : dmarc : tls : \${if ${at('mx.unknown-user-lab.net')}{nobody}{john}}
  data = :blackhole:
begin transports
begin retry
begin rewrite
begin authenticators
`
}

/** Exim, at the addresses of all its hosts. */
export const startExim = ({ server, folder: root }: Namespaces, certificates: string): void => {
  const folder = join(root, 'exim')
  for (const path of ['', 'spool', 'log']) mkdirSync(join(folder, path), { recursive: true })
  const names = Object.entries(eximHosts).flatMap(([name, { address, address6 }]) => [
    `${address}: ${name}`,
    ...(address6 === undefined ? [] : [`"${address6}": ${name}`])
  ])
  writeFileSync(join(folder, 'names'), `${names.join('\n')}\n`)
  writeFileSync(join(folder, 'exim.conf'), configuration(folder, certificates), { mode: 0o644 })
  execFileSync('chown', ['-R', 'Debian-exim', join(folder, 'spool'), join(folder, 'log')])
  startIn(server, folder, program, '-C', join(folder, 'exim.conf'), '-bdf')
}
