import { expect, test } from 'vitest'
import { openCounters } from './counters.ts'
import { formatPrometheus } from './prometheus.ts'
import type { Attempt } from './read-attempt.ts'

const attempt: Attempt = {
  name: 'delivered',
  isInbound: false,
  time: 0,
  provider: 'gmail',
  senderKey: '',
  key: undefined,
  diagnosis: undefined
}
const none = { waiting: 0, firing: [] }
const told = { lastEvent: undefined, version: '1.0' }

test('label values escape backslash, quote and line feed', () => {
  const counters = openCounters()
  counters.add({ ...attempt, provider: 'a"b\\c\nd' }, undefined, true)
  expect(formatPrometheus(counters.families(), none, told)).toContain(
    'whybounce_attempts_total{provider="a\\"b\\\\c\\nd",outcome="delivered",sender_ip="unknown"} 1\n'
  )
})

test('addresses beyond a thousand, and combinations beyond ten thousand, are counted as other, and that is told', () => {
  const counters = openCounters()
  for (let at = 0; at < 1_500; at++) counters.add(attempt, `2001:db8::${at.toString(16)}`, true)
  const text = formatPrometheus(counters.families(), none, told)
  expect(text.match(/^whybounce_attempts_total\{/gm)?.length).toBe(1_001)
  expect(text).toContain('whybounce_attempts_total{provider="gmail",outcome="delivered",sender_ip="other"} 500\n')
  expect(text).toContain('whybounce_label_overflow_total 500\n')
  for (let at = 0; at < 20_000; at++) counters.add({ ...attempt, provider: `p${at}` }, undefined, true)
  const more = formatPrometheus(counters.families(), none, told)
  expect(more.match(/^whybounce_attempts_total\{/gm)?.length).toBe(10_001)
  const sum = [...more.matchAll(/^whybounce_attempts_total\{.*\} (\d+)$/gm)].reduce((total, [, value]) => total + Number(value), 0)
  expect(sum).toBe(21_500)
})
