import { defaultDiagnoser } from '../../packages/core/src/default.ts'
import type { LogEvent } from '../../packages/core/src/log/log-reader.ts'
import { openTally } from '../../packages/core/src/report/open-tally.ts'
import type { Report } from '../../packages/core/src/report/report.ts'
import type { TallyOptions } from '../../packages/core/src/report/tally.ts'

/** Events of one message to one recipient, and what is counted of them. */
export const minute = (count: number): string => new Date(Date.UTC(2026, 10, 1, 12, count)).toISOString()

export const greylisted: string =
  '450 4.2.0 <a@example.net>: Recipient address rejected: Greylisted, see http://postgrey.schweikert.ch/help/example.net.html'
export const unknown: string = '550 5.1.1 <a@example.net>: Recipient address rejected: User unknown in virtual mailbox table'

export const event = (told: Partial<LogEvent>): LogEvent => ({
  kind: 'delivered',
  direction: 'outbound',
  recipient: 'a@example.net',
  queueId: '4Cabc1',
  time: minute(0),
  ...told
})
export const deferred = (told: Partial<LogEvent> = {}): LogEvent =>
  event({ kind: 'delayed', outcome: 'pending', diagnosticCode: greylisted, status: '4.2.0', ...told })
export const bounced = (told: Partial<LogEvent> = {}): LogEvent =>
  event({ kind: 'failed', outcome: 'failed', diagnosticCode: unknown, status: '5.1.1', ...told })

export const reportOf = (events: readonly LogEvent[], options?: TallyOptions): Report => {
  const tally = openTally(defaultDiagnoser(), options)
  for (const [at, one] of events.entries()) tally.event(one, 'mail.log', at + 1)
  return tally.report()
}
