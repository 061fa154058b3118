import { expect, test } from 'vitest'
import { causeRow, causeRows } from '../../../../tests/report/report-fixture.ts'
import { groupCauses } from './cause-entries.ts'

test('rows of one cause, detail and party are one entry, the most messages first', () => {
  const { fix, nothing } = groupCauses(causeRows)
  expect(fix.map(({ cause, messages }) => [cause, messages])).toEqual([
    ['rate-limited', 2_000],
    ['user-unknown', 1_604],
    ['authentication-failed', 400]
  ])
  expect(nothing.map(({ cause }) => cause)).toEqual(['greylisted'])
})

test('an entry has its providers and addresses with their messages, and the first and last time of all', () => {
  const { fix } = groupCauses([
    causeRow({ messages: 5, firstSeen: '2026-11-25T02:00:00Z', lastSeen: '2026-11-25T03:00:00Z' }),
    causeRow({
      messages: 7,
      provider: null,
      providerName: null,
      senderIp: null,
      service: 'smtp-out4',
      firstSeen: null,
      lastSeen: '2026-11-25T04:00:00Z'
    }),
    causeRow({ messages: 1, senderIp: null, firstSeen: '2026-11-25T01:00:00Z' })
  ])
  expect(fix).toHaveLength(1)
  const [entry] = fix
  expect(entry?.providers.map(({ name, messages }) => [name, messages])).toEqual([
    ['other servers', 7],
    ['Gmail', 6]
  ])
  expect(entry?.senders.map(({ name, messages }) => [name, messages])).toEqual([
    ['smtp-out4', 7],
    ['192.0.2.3', 5]
  ])
  expect([entry?.firstSeen, entry?.lastSeen]).toEqual(['2026-11-25T01:00:00Z', '2026-11-25T22:59:30Z'])
})

test('an entry is new where it is new everywhere; else only its provider is', () => {
  const { fix } = groupCauses([causeRow({}), causeRow({ provider: null, providerName: null, isNew: true })])
  expect(fix[0]?.isNew).toBe(false)
  expect(fix[0]?.providers.map(({ name, isNew }) => [name, isNew])).toEqual([
    ['Gmail', false],
    ['other servers', true]
  ])
})

test('one cause stands in one place: where most of its messages need a fix, or where they need nothing', () => {
  const mixed = [causeRow({ messages: 9, needs: 'nothing' }), causeRow({ messages: 1, senderIp: '192.0.2.9' })]
  expect(groupCauses(mixed).nothing.map(({ messages }) => messages)).toEqual([10])
  expect(groupCauses(mixed).fix).toEqual([])
})
