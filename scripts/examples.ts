import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * `npm run examples`: writes docs/examples.md, the errors that people paste most, each with the answer that the command
 * line gives. A test runs it again and compares.
 */
const root = join(import.meta.dirname, '..')
const file = join(root, 'docs', 'examples.md')

const examples: readonly (readonly [title: string, text: string])[] = [
  [
    'Gmail does not accept the login',
    '535-5.7.8 Username and Password not accepted. For more information, go to\n535 5.7.8  https://support.google.com/mail/?p=BadCredentials a640c23a62f3a-abc123 - gsmtp'
  ],
  [
    'Microsoft 365 has SMTP login switched off',
    '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. Visit https://aka.ms/smtp_auth_disabled for more information. [AM0PR02CA0001.eurprd02.prod.outlook.com]'
  ],
  [
    'PHPMailer cannot connect',
    'SMTP Error: Could not connect to SMTP host. SMTP connect() failed. https://github.com/PHPMailer/PHPMailer/wiki/Troubleshooting'
  ],
  [
    'TLS on the wrong port',
    "Error: 140735193:error:1408F10B:SSL routines:ssl3_get_record:wrong version number:../deps/openssl/openssl/ssl/record/ssl3_record.c:332:\n    at TLSWrap.onerror (node:_tls_wrap:425:27) {\n  library: 'SSL routines',\n  reason: 'wrong version number',\n  code: 'ESOCKET',\n  command: 'CONN'\n}"
  ],
  [
    'Nothing answers on port 465',
    "Error: connect ETIMEDOUT 203.0.113.25:465\n    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1555:16) {\n  errno: -110,\n  code: 'ESOCKET',\n  syscall: 'connect',\n  address: '203.0.113.25',\n  port: 465,\n  command: 'CONN'\n}"
  ],
  [
    'The program talks to itself',
    "Error: connect ECONNREFUSED 127.0.0.1:587\n    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1555:16) {\n  errno: -111,\n  code: 'ESOCKET',\n  syscall: 'connect',\n  address: '127.0.0.1',\n  port: 587,\n  command: 'CONN'\n}"
  ],
  [
    'Gmail asks for SPF or DKIM',
    '550-5.7.26 Your email has been blocked because the sender is unauthenticated.\n550-5.7.26 Gmail requires all senders to authenticate with either SPF or DKIM.\n550-5.7.26\n550-5.7.26  Authentication results:\n550-5.7.26  DKIM = did not pass\n550-5.7.26  SPF [example.com] with ip: [192.0.2.25] = did not pass\n550-5.7.26\n550-5.7.26  For instructions on setting up authentication, go to\n550 5.7.26  https://support.google.com/mail/answer/81126#authentication - gsmtp'
  ],
  [
    'Outlook.com asks for authentication',
    "550 5.7.515 Access denied, sending domain EXAMPLE.COM does not meet the required authentication level. The sender's domain in the 5322.From address does not meet the authentication requirements defined for the sender. To learn how to fix this see: https://go.microsoft.com/fwlink/p/?linkid=2319303 Spf= Pass , Dkim= None , DMARC= None"
  ],
  [
    'Outlook.com blocks the IP (S3140)',
    "550 5.7.1 Unfortunately, messages from [192.0.2.25] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3140). You can also refer your provider to http://mail.live.com/mail/troubleshooting.aspx#errors. [Name=Protocol Filter Agent][AGT=PFA][MxId=11B2C3D4]"
  ],
  [
    'Yahoo defers (TSS04)',
    '421 4.7.0 [TSS04] Messages from 192.0.2.25 temporarily deferred due to unexpected volume or user complaints - 4.16.55.1; see https://postmaster.yahooinc.com/error-codes'
  ],
  [
    'Spamhaus lists the IP',
    '554 5.7.1 Service unavailable; Client host [192.0.2.25] blocked using zen.spamhaus.org; https://www.spamhaus.org/query/ip/192.0.2.25'
  ],
  [
    'Postgrey greylists',
    '450 4.2.0 <user@example.com>: Recipient address rejected: Greylisted, see http://postgrey.schweikert.ch/help/example.com.html'
  ],
  ['The server does not relay', '554 5.7.1 <user@example.net>: Relay access denied'],
  [
    'The sender address belongs to somebody else',
    '553 5.7.1 <info@example.com>: Sender address rejected: not owned by user office@example.com'
  ],
  ['The mailbox is full (552)', '552 5.2.2 <user@example.com>: Over quota'],
  [
    'The mailbox is full for now (452)',
    "452-4.2.2 The recipient's inbox is out of storage space. Please direct the\n452-4.2.2 recipient to\n452 4.2.2  https://support.google.com/mail/?p=OverQuotaTemp - gsmtp"
  ],
  ['447', '447'],
  ['541', '541'],
  ['Outlook cannot send (0x800CCC78)', '0x800CCC78'],
  [
    'Postfix loops',
    'Nov 10 09:12:44 mx1 postfix/smtp[20917]: 4F2B61A0042: to=<user@example.com>, relay=none, delay=0.08, delays=0.05/0.01/0.02/0, dsn=5.4.6, status=bounced (mail for example.com loops back to myself)'
  ]
]

const answerOf = (text: string): string => {
  const { stdout, status, stderr } = spawnSync(process.execPath, [join(root, 'packages/cli/bin/whybounce.mjs'), 'explain', '-'], {
    input: text,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' }
  })
  if (status === 2) throw new Error(stderr)
  return stdout.trimEnd()
}

export const makeExamples = (): string =>
  [
    '# Twenty errors and their answers',
    '',
    'Made by `npm run examples`: what is pasted, and what `whybounce explain` says. A test compares them.',
    ...examples.flatMap(([title, text], index) => [
      '',
      `## ${index + 1}. ${title}`,
      '',
      '```text',
      text,
      '```',
      '',
      '```text',
      answerOf(text),
      '```'
    ]),
    ''
  ].join('\n')

export const readExamples = (): string => readFileSync(file, 'utf8')

if (import.meta.main) writeFileSync(file, makeExamples())
