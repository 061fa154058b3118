import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { issuersFile } from './certificates.ts'
import { otherHosts } from './hosts.ts'
import { inNamespace, type Namespaces, startIn } from './netns.ts'

const programs = process.env.WHYBOUNCE_MTA ?? '/opt/whybounce-mta'
const users = ['john', 'postmaster', 'abuse', 'dmarc', 'tls']

/** Without TLS: Debian 12's has its keys in another process, in a way that the TLS 1.3 of its OpenSSL knows nothing of. */
export const startOpenSmtpd = ({ server, folder: root }: Namespaces): void => {
  const folder = join(root, 'opensmtpd')
  const { address } = otherHosts['mx.opensmtpd-lab.net']
  mkdirSync(join(folder, 'mail'), { recursive: true })
  writeFileSync(
    join(folder, 'smtpd.conf'),
    `smtp max-message-size "50M"
listen on ${address} port 25 hostname mx.opensmtpd-lab.net
table users { ${users.map((user) => `"${user}" = "root"`).join(', ')} }
action "local" maildir "${folder}/mail" virtual <users>
match from any for domain "opensmtpd-lab.net" action "local"
`,
    { mode: 0o644 }
  )
  // Its queue and its socket have fixed places; each lab gets them for itself.
  mkdirSync('/var/spool/smtpd', { recursive: true })
  const apart = 'mount -t tmpfs tmpfs /var/spool/smtpd && chmod 711 /var/spool/smtpd && mount -t tmpfs tmpfs /run && exec "$0" "$@"'
  const command = [join(programs, 'opensmtpd/usr/sbin/smtpd'), '-d', '-f', join(folder, 'smtpd.conf')]
  startIn(server, folder, '/usr/bin/unshare', '--mount', '/bin/sh', '-c', apart, ...command)
}

export const startSendmail = ({ server, folder: root }: Namespaces, certificates: string): void => {
  const folder = join(root, 'sendmail')
  const { address } = otherHosts['mx.sendmail-lab.net']
  const unpacked = join(programs, 'sendmail/usr')
  mkdirSync(join(folder, 'mqueue'), { recursive: true, mode: 0o700 })
  execFileSync('/usr/bin/install', ['-m', '600', join(certificates, `${address}.key`), join(folder, 'tls.key')])
  writeFileSync(
    join(folder, 'sendmail.mc'),
    `divert(-1)
include(\`${unpacked}/share/sendmail/cf/m4/cf.m4')
OSTYPE(\`linux')
define(\`confDOMAIN_NAME', \`mx.sendmail-lab.net')
define(\`QUEUE_DIR', \`${folder}/mqueue')
define(\`confPID_FILE', \`${folder}/pid')
define(\`STATUS_FILE', \`${folder}/statistics')
define(\`ALIAS_FILE', \`${folder}/aliases')
define(\`confDONT_BLAME_SENDMAIL', \`GroupWritableDirPathSafe,GroupWritableIncludeFileSafe,AssumeSafeChown,GroupReadableKeyFile')
define(\`confDONT_PROBE_INTERFACES', \`True')
define(\`confTO_IDENT', \`0')
define(\`confMAX_MESSAGE_SIZE', \`52428800')
define(\`confPRIVACY_FLAGS', \`needmailhelo,authwarnings,noexpn,novrfy')
define(\`confSERVER_CERT', \`${certificates}/${address}.crt')
define(\`confSERVER_KEY', \`${folder}/tls.key')
define(\`confCACERT', \`${certificates}/${issuersFile}')
define(\`confCACERT_PATH', \`${certificates}')
DAEMON_OPTIONS(\`Name=MTA, Port=25, Addr=${address}')
FEATURE(\`no_default_msa')
FEATURE(\`nouucp', \`reject')
FEATURE(\`accept_unresolvable_domains')
MAILER(\`local')
MAILER(\`smtp')
LOCAL_CONFIG
Cwsendmail-lab.net
`
  )
  writeFileSync(
    join(folder, 'sendmail.cf'),
    execFileSync('/usr/bin/m4', [join(folder, 'sendmail.mc')], { stdio: ['ignore', 'pipe', 'ignore'] })
  )
  writeFileSync(join(folder, 'aliases'), `${users.map((user) => `${user}: root`).join('\n')}\n`, { mode: 0o644 })
  const program = join(unpacked, 'libexec/sendmail/sendmail')
  inNamespace(server, program, '-C', join(folder, 'sendmail.cf'), '-bi')
  startIn(server, folder, program, '-C', join(folder, 'sendmail.cf'), '-bD')
}
