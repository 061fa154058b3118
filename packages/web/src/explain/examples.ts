/** Something to try for those who come without a paste: one of each kind that people bring. */
export const examples: readonly { readonly name: string; readonly text: string }[] = [
  { name: 'Unknown mailbox', text: '550 5.1.1 <jane@example.com>: Recipient address rejected: User unknown in virtual mailbox table' },
  {
    name: 'Gmail: not authenticated',
    text: '550-5.7.26 This mail has been blocked because the sender is unauthenticated.\n550-5.7.26 Gmail requires all senders to authenticate with either SPF or DKIM.\n550 5.7.26 SPF [example.org] with ip: [192.0.2.25] = did not pass'
  },
  {
    name: 'Outlook: blocked',
    text: "550 5.7.1 Unfortunately, messages from [192.0.2.25] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3140)."
  },
  {
    name: 'Nodemailer: timeout',
    text: "Error: connect ETIMEDOUT 192.0.2.25:587\n    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1611:16) {\n  errno: -110,\n  code: 'ESOCKET',\n  syscall: 'connect',\n  address: '192.0.2.25',\n  port: 587,\n  command: 'CONN'\n}"
  },
  {
    name: 'Postfix log',
    text: 'Nov 20 09:12:01 mail postfix/smtp[2211]: 4F1A: to=<jane@example.com>, relay=mx.example.com[192.0.2.10]:25, delay=2.1, dsn=5.2.2, status=bounced (host mx.example.com[192.0.2.10] said: 552 5.2.2 Mailbox full (in reply to RCPT TO command))\nNov 20 09:12:09 mail postfix/smtp[2212]: 4F1B: to=<joe@example.net>, relay=mx.example.net[192.0.2.20]:25, delay=1.3, dsn=4.7.1, status=deferred (host mx.example.net[192.0.2.20] said: 450 4.7.1 Greylisted, please try again in 300 seconds (in reply to RCPT TO command))'
  },
  { name: 'A bare code: 447', text: '447' }
]
