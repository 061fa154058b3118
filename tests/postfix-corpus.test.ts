import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { corpora } from '../scripts/bounce-accuracy.ts'
import { isPart, measureEximLogs, measurePostfixLines, printLogs, readPostfixLines } from '../scripts/log-accuracy.ts'

/** Lines of others lie beside the repository, where they are at hand. */
const absent = !existsSync(join(corpora, 'logs', 'postfix-grok-patterns', 'test'))
const here = absent ? `skipped: no logs at ${corpora}, set WHYBOUNCE_CORPORA` : 'with the corpora'

test.skipIf(absent)(`each Postfix line of others is read, and gives the fields that it has there (${here})`, () => {
  const accuracy = measurePostfixLines()
  expect(readPostfixLines()).toHaveLength(191)
  // Parts of a line (a relay, the delays) are no lines.
  const whole = readPostfixLines().filter((line) => !isPart(line)).length
  const all = (compared: number): { compared: number; agreed: number } => ({ compared, agreed: compared })
  expect(accuracy?.tallies).toMatchObject({
    read: all(whole),
    event: all(whole),
    queueId: all(18),
    kind: all(29),
    sender: all(8),
    status: all(24),
    replyCode: all(9),
    text: all(14),
    client: all(11),
    notice: all(4)
  })
  expect(accuracy?.tallies.remoteMta.compared).toBe(6)
  expect(accuracy?.tallies.recipient.compared).toBe(23)
  expect(printLogs(accuracy)).not.toContain('unexplained')
})

test.skipIf(absent)(`each delivery line of Exim's own logs is told, and none is unread (${here})`, () => {
  expect(measureEximLogs()).toMatchObject({ logs: 443, delivered: 2_187, notDue: 19, refused: 311, missed: [], unread: [] })
})
