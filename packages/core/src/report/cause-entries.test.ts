import { expect, test } from 'vitest'
import { reportFixture } from '../../../../tests/report-fixture.ts'
import { causeEntries } from './cause-entries.ts'

const { causes } = reportFixture()

test('no row is lost, and a message that met a cause at two rows counts once', () => {
  const entries = causeEntries(causes)
  expect(entries.flatMap(({ rows }) => rows)).toHaveLength(causes.length)
  expect(entries.reduce((sum, { messages }) => sum + messages, 0)).toBeLessThan(causes.reduce((sum, { messages }) => sum + messages, 0))
  for (const entry of entries) {
    expect(entry.messages).toBe(entry.rows.reduce((sum, { once }) => sum + once.messages, 0))
    expect(entry.series.reduce((sum, value) => sum + value, 0)).toBe(
      entry.rows.flatMap(({ series }) => series).reduce((sum, value) => sum + value, 0)
    )
  }
})

test('what needs a fix comes first, the most messages harmed before the others, whatever the order of the rows', () => {
  const orders = [causes, [...causes].reverse()].map((rows) =>
    causeEntries(rows).map(({ needs, messages, title }) => ({ needs, messages, title }))
  )
  expect(orders[1]).toEqual(orders[0])
  const first = orders[0]?.findIndex(({ needs }) => needs === 'nothing') ?? 0
  expect(orders[0]?.slice(first).every(({ needs }) => needs === 'nothing')).toBe(true)
})

test('the same cause is two entries where another party must act', () => {
  const [row] = causes
  if (row === undefined) throw new TypeError('the fixture has causes')
  expect(causeEntries([row, { ...row, party: 'recipient', partyTitle: 'The recipient' }])).toHaveLength(2)
})

test('first and last seen are of all rows, and a time that is not known does not count', () => {
  const [row] = causes
  if (row === undefined) throw new TypeError('the fixture has causes')
  const seen = (firstSeen: string | null, lastSeen: string | null): typeof row => ({ ...row, firstSeen, lastSeen })
  const [entry] = causeEntries([seen(null, null), seen('2026-03-02T10:00:00Z', '2026-03-02T11:00:00Z'), seen('2026-03-02T09:00:00Z', null)])
  expect([entry?.firstSeen, entry?.lastSeen]).toEqual(['2026-03-02T09:00:00Z', '2026-03-02T11:00:00Z'])
})
