import type { LogEvent } from '@whybounce/core/log'
import { expect, test } from 'vitest'
import { openQueueSummary, queueWords, waitsUntold } from './event-queue.ts'

const waiting = (queue: string, delay: number, more: Partial<LogEvent> = {}): LogEvent => ({
  kind: 'delayed',
  direction: 'outbound',
  recipient: 'a@example.com',
  queueId: '4ZxK',
  delay,
  labels: { queue },
  ...more
})

test('a message that a listing gives no reason for is told by its state and age', () => {
  expect(queueWords(waiting('frozen', 345_600))).toBe('frozen, in the queue for 4 days')
  expect(queueWords(waiting('incoming', 1_500))).toBe('not tried yet, in the queue for 25 min')
  expect(queueWords({ kind: 'delayed', direction: 'outbound' })).toBeUndefined()
  expect(waitsUntold(waiting('active', 1))).toBe(true)
  expect(waitsUntold(waiting('deferred', 1, { diagnosticCode: '450 later' }))).toBe(false)
})

test('the summary of a queue names the oldest, and what nobody tries', () => {
  const summary = openQueueSummary()
  expect(summary.print()).toEqual([])
  summary.add(waiting('deferred', 60))
  summary.add(waiting('frozen', 345_600, { recipient: 'b@example.com', queueId: '0t5C6f-0000c8-00' }))
  summary.add({ kind: 'delayed', direction: 'outbound', delay: 9_999_999 })
  expect(summary.print()).toEqual([
    '2 recipients wait in the queue, the longest for 4 days: b@example.com (0t5C6f-0000c8-00).',
    '1 of them is frozen: not tried before somebody lets it go (exim -Mt ID).'
  ])
})
