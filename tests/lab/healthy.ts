import type { Run } from './doctor.ts'
import { account } from './postfix.ts'
import { senders } from './reverse-names.ts'

/** What nothing is wrong with; and what cannot be known of it all the same. */
export const healthyTargets: readonly { readonly name: string; readonly run: Run; readonly unknown?: readonly string[] }[] = [
  {
    name: 'a domain where all is used that there is',
    run: { args: ['healthy-lab.net', '--ip', senders.good] },
    unknown: ['compliance.unknown']
  },
  {
    name: 'the same, looked at deeply',
    run: { args: ['healthy-lab.net', '--ip', senders.good, '--deep'] },
    unknown: ['compliance.unknown']
  },
  { name: 'a domain at OpenSMTPD', run: { args: ['opensmtpd-lab.net', '--ip', senders.good] }, unknown: ['compliance.unknown'] },
  { name: 'a domain at sendmail', run: { args: ['sendmail-lab.net', '--ip', senders.good] }, unknown: ['compliance.unknown'] },
  { name: 'a recipient', run: { args: ['john@healthy-lab.net'] } },
  { name: 'a server', run: { args: ['mx1.healthy-lab.net:25'] } },
  { name: 'a submission server', run: { args: ['smtp.healthy-lab.net:587'] } },
  { name: 'a submission server with TLS from the start', run: { args: ['smtp.healthy-lab.net:465'] } },
  {
    name: 'a login',
    run: {
      args: ['smtp.healthy-lab.net:587', '--from', 'healthy-lab.net', '--ip', senders.good, '--user', account.user],
      password: account.password
    },
    unknown: ['compliance.unknown']
  },
  {
    name: 'a login with TLS from the start',
    run: { args: ['smtp.healthy-lab.net:465', '--user', account.user], password: account.password }
  }
]
