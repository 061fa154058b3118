import { type DeliveryEvent, defaultDiagnoser, diagnose, type EventKind, explain, type Party, table } from '@whybounce/core'
import { expect, test } from 'vitest'
import { openSummary } from './event-summary.ts'

type Cause = { readonly cause: string; readonly party: string; readonly partyTitle: string; readonly fix: string }

const causesOf = (...events: readonly Partial<DeliveryEvent>[]): readonly Cause[] => {
  const summary = openSummary()
  for (const [index, event] of events.entries())
    summary.add({ kind: 'failed', direction: 'outbound', recipient: `u${index}@example.com`, ...event })
  return (summary.toJson() as { causes: readonly Cause[] }).causes
}
const failed = (text: string): Partial<DeliveryEvent> => ({ diagnosis: diagnose(text) })

test('whose own server failed is told what to do there', () => {
  expect(causesOf(failed('TLS is required, but was not offered by host mx.example.com'))[0]).toMatchObject({
    party: 'receiving-admin',
    fix: expect.stringMatching(/^On the server, switch TLS on/)
  })
  expect(causesOf(failed('451 4.4.3 Name server timeout'))[0]?.fix).toMatch(/^For the domain, ask each of its name servers directly, and/)
})

test('where a rule says that somebody else must act, its own advice is told, as explain tells it', () => {
  const text = "Sorry. Although I'm listed as a best-preference MX or A for that host, it isn't in my control/locals file. (#5.4.6)"
  const answer = explain(text).answers[0]
  expect(answer?.diagnosis.party).toBe('sender-admin')
  expect(causesOf(failed(text))[0]).toMatchObject({ partyTitle: answer?.advice.party.title, fix: answer?.advice.first })
})

test('one cause with several parties: the one of most events is named', () => {
  const own = { ...diagnose('TLS is required, but was not offered by host mx.example.com'), evidence: [] }
  const other: Partial<DeliveryEvent> = { diagnosis: { ...own, party: 'sender-admin', advice: 'Use port 587.' } }
  expect(causesOf({ diagnosis: own }, other, other)).toMatchObject([{ party: 'sender-admin', fix: 'Use port 587.' }])
  expect(causesOf({ diagnosis: own }, { diagnosis: own }, other)).toMatchObject([{ party: 'receiving-admin' }])
})

test('no cause tells somebody that it is about their own server, or of checks that are not shown', () => {
  for (const cause of table.causes)
    for (const detail of [undefined, ...cause.details]) {
      const party: Party = detail?.party ?? cause.party
      const diagnosis = {
        ...diagnose('550'),
        cause: cause.id,
        ...(detail === undefined ? {} : { detail: detail.id }),
        party,
        action: detail?.action ?? cause.action
      }
      const [told] = causesOf({ diagnosis })
      if (party === 'receiving-admin') expect(told?.fix).not.toMatch(/^If it is your/)
      expect(told?.fix).not.toMatch(/below/)
      expect(told?.partyTitle).toBe(defaultDiagnoser().knowledge.parties[party]?.title)
    }
})

test.each<[string, readonly [EventKind, string][], boolean]>([
  ['a failure without a cause', [['failed', '554 5.0.0 Zork']], true],
  ['a delay without a cause', [['delayed', '451 Zork']], false],
  [
    'a failure without a cause and a delay with one',
    [
      ['failed', '554 5.0.0 Zork'],
      ['delayed', '452 4.2.2 Mailbox full']
    ],
    true
  ],
  [
    'a failure with a cause and a delay without',
    [
      ['failed', '550 5.1.1 User unknown'],
      ['delayed', '451 Zork']
    ],
    false
  ]
])('%s: nothing tells the cause of a failure: %s', (_, events, expected) => {
  const summary = openSummary()
  for (const [kind, text] of events) summary.add({ kind, direction: 'outbound', diagnosis: diagnose(text) })
  expect(summary.tellsNoCause()).toBe(expected)
})
