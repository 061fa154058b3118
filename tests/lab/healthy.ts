import type { Run } from './doctor.ts'
import { account } from './postfix.ts'
import { senders } from './reverse-names.ts'

type Target = {
  readonly name: string
  readonly run: Run
  /** What cannot be known of it all the same. */
  readonly unknown: readonly string[]
}

const sender = ['--ip', senders.good] as const
const login = { args: ['--user', account.user], password: account.password } as const
/** Not all that providers ask for can be measured from outside. */
const rules = ['compliance.unknown'] as const

const target = (name: string, args: readonly string[], unknown: readonly string[] = [], more: Partial<Run> = {}): Target => ({
  name,
  run: { ...more, args: [...args, '--reach', 'mx0.reach-lab.net', '--reach', 'mx1.reach-lab.net'] },
  unknown
})

/** What nothing is wrong with. */
export const healthyTargets: readonly Target[] = [
  target('a domain where all is used that there is', ['healthy-lab.net', ...sender], rules),
  target('the same, looked at deeply', ['healthy-lab.net', '--deep', ...sender], [...rules, 'clock.unknown'], { machine: 'sound' }),
  target('a domain at sendmail', ['sendmail-lab.net', ...sender], [...rules, 'version.unclear']),
  target('a recipient', ['john@healthy-lab.net']),
  target('a machine that sends', ['--from', 'healthy-lab.net', ...sender], [...rules, 'clock.unknown'], { machine: 'sound' }),
  target('a message', ['healthy-lab.net', '--message', '$LAB/messages/good.eml', ...sender], rules),
  target('a server', ['mx1.healthy-lab.net:25']),
  target('a submission server', ['smtp.healthy-lab.net:587']),
  target('a submission server with TLS from the start', ['smtp.healthy-lab.net:465']),
  target('a login', ['smtp.healthy-lab.net:587', '--from', 'healthy-lab.net', ...sender, ...login.args], rules, {
    password: login.password
  }),
  target('a login with TLS from the start', ['smtp.healthy-lab.net:465', ...login.args], [], { password: login.password })
]
