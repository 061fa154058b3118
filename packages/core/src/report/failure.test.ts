import { expect, test } from 'vitest'
import { defaultDiagnoser } from '../default.ts'
import type { LogEvent } from '../log/log-reader.ts'
import { explainEvent } from './event-diagnosis.ts'

const event = (kind: LogEvent['kind'], diagnosticCode?: string): LogEvent => ({
  kind,
  direction: 'outbound',
  ...(diagnosticCode === undefined ? {} : { diagnosticCode })
})

const table: [LogEvent['kind'], string | undefined, string, string][] = [
  ['failed', 'hard-bounce', 'undetermined', 'stop-and-fix'],
  ['failed', undefined, 'undetermined', 'stop-and-fix'],
  ['delayed', 'Delivery failed', 'undetermined', 'retry'],
  ['suppressed', 'preblocked', 'suppressed-locally', 'drop'],
  ['suppressed', undefined, 'suppressed-locally', 'drop'],
  ['failed', '550 5.1.1 user unknown', 'user-unknown', 'suppress']
]
for (const [kind, text, cause, action] of table)
  test(`${kind} with the words ${text} is ${cause}, and the decision is ${action}`, () => {
    const diagnosis = explainEvent(defaultDiagnoser(), event(kind, text))
    expect([diagnosis?.cause, diagnosis?.detail, diagnosis?.action]).toEqual([cause, undefined, action])
  })

test('a delivery, and what waits without a word, have no cause', () => {
  expect(explainEvent(defaultDiagnoser(), event('delivered', '250 OK'))).toBeUndefined()
  expect(explainEvent(defaultDiagnoser(), event('delayed'))).toBeUndefined()
})
