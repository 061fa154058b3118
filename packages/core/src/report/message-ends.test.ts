import { expect, test } from 'vitest'
import { bounced, deferred, event, minute, reportOf } from '../../../../tests/report/report-events.ts'
import type { LogEvent } from '../log/log-reader.ts'

test('what somebody takes out of the queue waits no more, and nobody got it', () => {
  const removed = event({ kind: 'other', outcome: 'failed', time: minute(9) })
  const report = reportOf([deferred(), deferred({ recipient: 'b@example.net' }), removed])
  expect(report).toMatchObject({ messages: { deferred: 1, bounced: 1 }, attempts: { deferred: 2, bounced: 0 }, other: 1 })
  expect(report.causes[0]).toMatchObject({ messages: 2, lost: 1, waiting: 1 })
  const { outcome: _outcome, ...news } = removed
  expect(reportOf([deferred(), news]).messages).toMatchObject({ deferred: 1, bounced: 0 })
})

test('where the queue says only that it gave up, the cause is what the last attempt met', () => {
  const full = deferred({ diagnosticCode: '452 4.2.2 The mailbox is full', status: '4.2.2', time: minute(1) })
  const end = event({ kind: 'failed', outcome: 'expired', status: '5.4.7', time: minute(9) })
  const report = reportOf([deferred(), full, deferred({ time: minute(2) }), end])
  expect(report.messages).toMatchObject({ expired: 1, deferred: 0 })
  expect(report.causes.map(({ cause, attempts, lost }) => [cause, attempts, lost]).sort()).toEqual([
    ['greylisted', 3, 1],
    ['mailbox-full', 1, 1]
  ])
})

test('a few replies that quote our address tell it of themselves, and nothing of the others', () => {
  const quoting = bounced({
    diagnosticCode: '554 5.7.1 Service unavailable; Client host [198.51.100.9] blocked using zen.spamhaus.org',
    status: '5.7.1'
  })
  const { causes } = reportOf([quoting, bounced({ queueId: '4Cabc2' })])
  expect(causes.map(({ cause, senderIp }) => [cause, senderIp]).sort()).toEqual([
    ['ip-blocklisted', '198.51.100.9'],
    ['user-unknown', null]
  ])
})

const timedOut = (at: number, domains: number): LogEvent =>
  deferred({
    queueId: `4Cabc${at}`,
    recipient: `a@example${at % domains}.net`,
    diagnosticCode: `connect to mx.example${at % domains}.net[203.0.113.5]:25: Connection timed out`,
    status: '4.4.1'
  })

test.each([
  ['one domain', 36, 1, 0, 'nothing', 'nobody'],
  ['few messages', 6, 6, 0, 'nothing', 'nobody'],
  ['many domains, and most mail arrives', 36, 6, 50, 'nothing', 'nobody'],
  ['many domains, and most mail does not arrive', 36, 6, 20, 'fix', 'sender-admin']
])('no connection to %s', (_, messages, domains, delivered, needs, party) => {
  const report = reportOf([
    ...Array.from({ length: messages }, (_each, at) => timedOut(at, domains)),
    ...Array.from({ length: delivered }, (_each, at) => event({ queueId: `4Cdef${at}` }))
  ])
  expect(new Set(report.causes.map((row) => `${row.needs} ${row.party}`))).toEqual(new Set([`${needs} ${party}`]))
})

test('an error that no rule knows is an error, and passes by itself only where it has', () => {
  const local = deferred({ diagnosticCode: 'the hamster that turns the wheel sleeps', status: '4.0.0' })
  expect(reportOf([local]).causes[0]).toMatchObject({ cause: 'undetermined', detail: null, needs: 'fix', party: 'sender-admin' })
  expect(reportOf([local, event({})]).causes[0]?.needs).toBe('nothing')
})
