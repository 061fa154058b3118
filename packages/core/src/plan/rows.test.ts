import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { sending } from '../knowledge/sending.generated.ts'
import { findPlanColumns, readFacts } from './columns.ts'
import { countReceivers, foldReceivers } from './groups.ts'
import { groupOf } from './limits.ts'
import { shareOut } from './share.ts'
import { isLeftOut, leftOutReasons, placeRow, tiers } from './tiers.ts'
import { openZone } from './zone.ts'

const now = Date.parse('2026-11-25T00:00:00Z')
const placed = (header: string, row: string, engaged?: string, from?: number): string =>
  placeRow(readFacts(findPlanColumns(header.split(','), engaged), row.split(','), from), now)

test.each([
  ['email', 'a@example.com', 'sendable'],
  ['email,verdict', 'a@example.com,deliverable', 'deliverable'],
  ['email,verdict', 'a@example.com,sendable', 'sendable'],
  ['email,verdict', 'a@example.com,unknown', 'unknown'],
  ['email,verdict', 'a@example.com,risky', 'risky'],
  ['email,verdict', 'a@example.com,undeliverable', 'undeliverable'],
  ['email,verdict', 'a@example.com,valid', 'sendable'],
  ['email,verdict,suppressed', 'a@example.com,deliverable,yes', 'suppressed'],
  ['email,Last Open', 'a@example.com,2026-11-20', 'engaged-30'],
  ['email,last_open', 'a@example.com,2026-10-10 08:00:00', 'engaged-60'],
  ['email,LAST_CLICK_DATE', 'a@example.com,2026-09-01T00:00:00+02:00', 'engaged-90'],
  ['email,last_open', 'a@example.com,2026-01-01', 'idle'],
  ['email,last_open', 'a@example.com,1795000000', 'engaged-30'],
  ['email,last_open', 'a@example.com,1795000000000', 'engaged-30'],
  ['email,last_open', 'a@example.com,2027-01-01', 'sendable'],
  ['email,last_open', 'a@example.com,03/04/2026', 'sendable'],
  ['email,last_open', 'a@example.com,', 'sendable'],
  ['email,last_open,last_click', 'a@example.com,2026-01-01,2026-11-20', 'engaged-30'],
  ['email,last_open,verdict', 'a@example.com,2026-11-20,unknown', 'engaged-30'],
  ['email,last_open,verdict', 'a@example.com,2026-11-20,risky', 'risky'],
  ['email,opens', 'a@example.com,3', 'engaged-90'],
  ['email,opens', 'a@example.com,0', 'idle'],
  ['email,opens,last_open', 'a@example.com,3,2026-01-01', 'idle'],
  ['email,opens,clicks', 'a@example.com,0,2', 'engaged-90'],
  ['email,engaged', 'a@example.com,TRUE', 'engaged-90'],
  ['email,engaged', 'a@example.com,no', 'idle'],
  ['email,engaged,verdict', 'a@example.com,no,deliverable', 'idle'],
  ['email,score', 'a@example.com,5', 'sendable']
])('%s | %s is %s', (header, row, tier) => {
  expect(placed(header, row)).toBe(tier)
})

test.each([
  ['stars', '4', undefined, 'engaged-90'],
  ['stars', '4', 5, 'idle'],
  ['stars', '2026-11-20', undefined, 'engaged-30'],
  ['stars', 'yes', undefined, 'engaged-90']
])('a named column %s with %s (from %s) is %s', (name, cell, from, tier) => {
  expect(placed(`email,${name}`, `a@example.com,${cell}`, name, from)).toBe(tier)
})

test('a score whose scale nobody told is named as unused', () => {
  expect(findPlanColumns(['email', 'Score', 'rating']).unused).toEqual(['Score', 'rating'])
  expect(findPlanColumns(['email', 'Score'], 'score')).toMatchObject({ unused: [], named: 1 })
  expect(findPlanColumns(['email'], 'score').named).toBeUndefined()
})

test('whatever stands in the cells, a row gets one place', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.oneof(fc.string(), fc.constantFrom('verdict', 'last open', 'opens', 'engaged')), fc.string())),
      (cells) => {
        const columns = findPlanColumns(cells.map(([name]) => name))
        const place = placeRow(
          readFacts(
            columns,
            cells.map(([, cell]) => cell)
          ),
          now
        )
        expect([...tiers, ...leftOutReasons]).toContain(place)
        expect(isLeftOut(place)).toBe((leftOutReasons as readonly string[]).includes(place))
      }
    )
  )
})

test('sharing out gives all there is, to nobody more than wanted', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(1_000_000), { maxLength: 50 }), fc.nat(2_000_000), (wants, capacity) => {
      const shares = shareOut(wants, capacity)
      const wanted = wants.reduce((sum, one) => sum + one, 0)
      expect(shares.reduce((sum, one) => sum + one, 0)).toBe(Math.min(wanted, capacity))
      shares.forEach((share, at) => {
        expect(share).toBeGreaterThanOrEqual(0)
        expect(share).toBeLessThanOrEqual(wants[at] ?? 0)
      })
    })
  )
})

test('large receivers get groups of their own, small ones go together, and nobody is lost', () => {
  const counted = countReceivers(2, 3)
  const add = (kind: 'provider' | 'domain', id: string, times: number): void => {
    for (let at = 0; at < times; at++) counted.add({ kind, id }, at % 2)
  }
  add('domain', 'big.example', 5)
  add('domain', 'small.example', 1)
  add('provider', 'gmail', 1)
  add('domain', 'past-the-bound.example', 4)
  const folded = foldReceivers(counted, 2)
  expect(folded.groups).toEqual([
    { id: 'big.example', kind: 'domain', counts: [3, 2] },
    { id: 'gmail', kind: 'provider', counts: [1, 0] },
    { id: 'other', kind: 'other', counts: [3, 2] }
  ])
  expect(folded.groupOf({ kind: 'domain', id: 'small.example' })).toBe(2)
  expect(folded.groupOf({ kind: 'domain', id: 'past-the-bound.example' })).toBe(2)
  expect(folded.groupOf({ kind: 'domain', id: 'big.example' })).toBe(0)
  expect(foldReceivers(counted, 0, 1)).toMatchObject({ crowded: 2 })
})

test.each([
  ['gmail', 'provider', undefined, 1000, 'own'],
  ['comcast', 'provider', undefined, 1000, 'published'],
  ['orange', 'provider', undefined, 1000, 'reported'],
  ['gmail', 'provider', 5000, 5000, 'told'],
  ['example.com', 'domain', undefined, 100, 'own'],
  ['other', 'other', undefined, 1000, 'own']
] as const)('%s (%s, told %s) gets %i an hour: %s', (id, kind, told, perHour, basis) => {
  const group = groupOf(sending, { id, name: id, kind, counts: [] }, told)
  expect(group).toMatchObject({ perHour, basis })
  expect(group.why.length).toBeGreaterThan(20)
})

test.each([
  ['Europe/Berlin', 2026, 3, 29, 2, '2026-03-29T01:00:00.000Z'],
  ['Europe/Berlin', 2026, 10, 25, 2, '2026-10-25T00:00:00.000Z'],
  ['Europe/Berlin', 2026, 7, 1, 24, '2026-07-01T22:00:00.000Z'],
  ['America/New_York', 2026, 3, 8, 0, '2026-03-08T05:00:00.000Z'],
  ['Asia/Kathmandu', 2026, 1, 1, 8, '2026-01-01T02:15:00.000Z']
])('%s %i-%i-%i %i:00 is %s', (name, year, month, day, hour, instant) => {
  const zone = openZone(name)
  expect(new Date(zone.window({ year, month, day }, { from: hour, to: 24 }).start).toISOString()).toBe(instant)
})

test('a zone that nobody knows is a mistake of the caller', () => {
  expect(() => openZone('Europe/Atlantis')).toThrow(RangeError)
})
