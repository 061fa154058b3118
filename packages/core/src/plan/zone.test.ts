import { expect, test } from 'vitest'
import { openZone } from './zone.ts'

test('how far a clock is ahead of UTC depends on what it shows', () => {
  const table: [string, string, number][] = [
    ['Europe/Berlin', '2026-01-15T12:00:00Z', 60],
    ['Europe/Berlin', '2026-07-15T12:00:00Z', 120],
    ['Europe/Berlin', '2026-10-25T01:59:59Z', 120],
    // This hour comes twice: the first one is meant.
    ['Europe/Berlin', '2026-10-25T02:30:00Z', 120],
    ['Europe/Berlin', '2026-10-25T03:00:00Z', 60],
    ['America/New_York', '2026-03-08T01:59:59Z', -300],
    ['America/New_York', '2026-03-08T03:00:00Z', -240],
    ['Asia/Kolkata', '2026-01-01T00:00:00Z', 330],
    ['UTC', '2026-01-01T00:00:00Z', 0]
  ]
  for (const [name, shown, minutes] of table) expect(openZone(name).minutesEast(Date.parse(shown)), `${name} ${shown}`).toBe(minutes)
})
