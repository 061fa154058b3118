import { expect, test } from 'vitest'
import { type EventFields, meaningOf } from './policy.ts'

const failed = { kind: 'failed', outcome: 'failed' } as const

test.each<[string, EventFields, string]>([
  ['a mailbox that does not exist', { ...failed, cause: 'user-unknown', action: 'suppress' }, 'suppress hard-bounce'],
  ['a queue that gave up on it', { kind: 'failed', outcome: 'expired', cause: 'user-unknown', action: 'suppress' }, 'bounced expired'],
  ['a failure with the detail expired', { ...failed, detail: 'expired', cause: 'mailbox-full', action: 'suppress' }, 'bounced expired'],
  ['a message that waits', { kind: 'delayed', outcome: 'pending', cause: 'user-unknown', action: 'suppress' }, 'nothing waits'],
  ['a full mailbox', { ...failed, cause: 'mailbox-full', action: 'retry' }, 'count'],
  ['a spam filter', { ...failed, cause: 'spam-content', action: 'stop-and-fix' }, 'bounced not-the-recipient'],
  ['a blocklisted sender', { ...failed, cause: 'ip-blocklisted', action: 'stop-and-fix' }, 'bounced not-the-recipient'],
  ['words that no rule knows', { ...failed, cause: 'undetermined', action: 'stop-and-fix' }, 'bounced not-the-recipient'],
  ['a failure without diagnosis', failed, 'bounced not-the-recipient'],
  ['a complaint', { kind: 'complaint', feedbackType: 'abuse' }, 'suppress complaint'],
  ['a complaint without a type', { kind: 'complaint', feedbackType: null }, 'suppress complaint'],
  ['feedback of an unregistered type', { kind: 'complaint', feedbackType: 'miscategorized' }, 'nothing unregistered-feedback'],
  ['an unsubscription', { kind: 'unsubscribe', feedbackType: 'opt-out' }, 'suppress unsubscribe'],
  ['"not spam"', { kind: 'not-spam', feedbackType: 'not-spam' }, 'nothing not-about-delivery'],
  [
    'a report about authentication',
    { kind: 'auth-report', feedbackType: 'auth-failure', action: 'suppress' },
    'nothing not-about-delivery'
  ],
  ['an automatic reply', { kind: 'auto-reply', action: 'suppress' }, 'nothing not-about-delivery'],
  ['a delivery', { kind: 'delivered', outcome: 'delivered' }, 'delivered']
])('%s', (_, event, expected) => {
  const meaning = meaningOf(event, false)
  const more = 'reason' in meaning ? ` ${meaning.reason}` : 'why' in meaning ? ` ${meaning.why}` : ''
  expect(meaning.means + more).toBe(expected)
})

test('an unregistered type suppresses where all feedback is asked for', () =>
  expect(meaningOf({ kind: 'complaint', feedbackType: 'miscategorized' }, true)).toMatchObject({ means: 'suppress', reason: 'complaint' }))
