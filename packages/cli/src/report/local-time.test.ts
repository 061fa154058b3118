import { openZone } from '@whybounce/core/plan'
import { expect, test } from 'vitest'
import { openLocalTimes } from './local-time.ts'

const berlin = openZone('Europe/Berlin')

test('within one day a time is a clock time', () => {
  const times = openLocalTimes(berlin, { from: '2026-02-02T00:00:00Z', to: '2026-02-02T02:26:00Z', seconds: 8_760 })
  expect(times.period()).toBe('Mon 2 Feb 2026 01:00 – 03:26 (2 h 26 min, Europe/Berlin)')
  expect(times.range('2026-02-02T00:00:00Z', '2026-02-02T02:26:00Z')).toBe('01:00–03:26')
  expect(times.range('2026-02-02T00:00:00Z', '2026-02-02T00:00:59Z')).toBe('01:00')
})

test('over several years a time has its year', () => {
  const times = openLocalTimes(berlin, { from: '1999-03-02T08:44:00Z', to: '2017-07-30T16:51:00Z', seconds: 580_000_000 })
  expect(times.range('1999-03-02T08:44:00Z', '2017-07-30T16:51:00Z')).toBe('2 Mar 1999 09:44–30 Jul 2017 18:51')
})

test('over several days a time has its day, and a range within a day has it once', () => {
  const times = openLocalTimes(berlin, { from: '2026-11-24T23:30:00Z', to: '2026-11-26T06:00:00Z', seconds: 109_800 })
  expect(times.period()).toBe('Wed 25 Nov 2026 00:30 – Thu 26 Nov 2026 07:00 (1 day 6 h, Europe/Berlin)')
  expect(times.range('2026-11-25T08:00:00Z', '2026-11-25T10:00:00Z')).toBe('25 Nov 09:00–11:00')
  expect(times.range('2026-11-25T08:00:00Z', '2026-11-26T05:00:00Z')).toBe('25 Nov 09:00–26 Nov 06:00')
})

test('what is not known is left out', () => {
  const times = openLocalTimes(berlin, { from: null, to: null, seconds: 0 })
  expect(times.period()).toBe('No times are known.')
  expect([times.at(null), times.range(null, null), times.at('never')]).toEqual(['', '', ''])
})
