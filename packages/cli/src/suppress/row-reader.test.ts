import fc from 'fast-check'
import { expect, test } from 'vitest'
import { plainName } from './reason-words.ts'
import { openRowReader, type RowOptions, type RowResult } from './row-reader.ts'

const read = (row: Readonly<Record<string, unknown>>, options: RowOptions = {}): RowResult | string => {
  const fields = Object.fromEntries(Object.entries(row).map(([name, value]) => [plainName(name), value]))
  const reader = openRowReader(new Set(Object.keys(fields)), 'list', options)
  return 'question' in reader ? reader.question : reader.read(fields, 7)
}

/** What became of a row in a few words. */
const outcomeOf = (result: RowResult | string): string => {
  if (typeof result === 'string') return `? ${result}`
  if (result.is === 'entries')
    return result.entries
      .map(({ reason, stream, address, date }) => [reason, address, stream, date?.slice(0, 10)].filter(Boolean).join(' '))
      .join('; ')
  if (result.is === 'spared') return ['spared', result.cause].filter(Boolean).join(' ')
  return result.is === 'problem' ? `! ${result.problem}` : `event ${result.event.kind}`
}

const a = 'a@example.com'
const sendgrid = { email: a, created: 1443651154 }

test.each<[string, Record<string, unknown>, string]>([
  ['Amazon SES', { EmailAddress: a, Reason: 'BOUNCE', LastUpdateTime: '2021-07-16T18:45:00Z' }, `hard-bounce ${a} 2021-07-16`],
  ['Amazon SES', { EmailAddress: a, Reason: 'COMPLAINT', LastUpdateTime: 1626461100 }, `complaint ${a} 2021-07-16`],
  [
    'Postmark',
    { EmailAddress: a, SuppressionReason: 'HardBounce', Origin: 'Recipient', CreatedAt: '2019-12-17T08:58:33-05:00' },
    `hard-bounce ${a} 2019-12-17`
  ],
  [
    'Postmark',
    { EmailAddress: a, SuppressionReason: 'SpamComplaint', Origin: 'Recipient', CreatedAt: '2019-12-17T08:58:33-05:00' },
    `complaint ${a} 2019-12-17`
  ],
  ['Postmark', { EmailAddress: a, SuppressionReason: 'ManualSuppression', Origin: 'Recipient', CreatedAt: '' }, `unsubscribe ${a}`],
  ['Postmark', { EmailAddress: a, SuppressionReason: 'ManualSuppression', Origin: 'Customer', CreatedAt: '' }, `manual ${a}`],
  [
    'SparkPost',
    { recipient: a, type: 'non_transactional', source: 'List Unsubscribe', description: 'x', created: '2017-10-01T12:00:00+00:00' },
    `unsubscribe ${a} non_transactional 2017-10-01`
  ],
  [
    'SparkPost',
    { recipient: a, type: 'transactional', source: 'Bounce Rule', description: '550', created: '2017-10-01T12:00:00+00:00' },
    `hard-bounce ${a} 2017-10-01`
  ],
  [
    'Brevo',
    {
      email: a,
      senderEmail: 's@example.org',
      reason: { code: 'hardBounce', message: 'Hard bounce' },
      blockedAt: '2017-05-01T12:30:00.000Z'
    },
    `hard-bounce ${a} 2017-05-01`
  ],
  [
    'Brevo',
    { email: a, senderEmail: 's@example.org', reason: { code: 'contactFlaggedAsSpam', message: '' }, blockedAt: '' },
    `complaint ${a}`
  ],
  [
    'Brevo',
    { email: a, senderEmail: 's@example.org', reason: { code: 'somethingNew', message: '' }, blockedAt: '' },
    '! "somethingNew" is no reason'
  ],
  [
    'Mailjet',
    { Email: a, IsExcludedFromCampaigns: true, IsSpamComplaining: false, ExclusionFromCampaignsUpdatedAt: '2020-01-02T00:00:00Z' },
    `unsubscribe ${a} 2020-01-02`
  ],
  ['Mailjet', { Email: a, IsExcludedFromCampaigns: false, IsSpamComplaining: false }, 'spared'],
  [
    'Mailchimp',
    { 'Email Address': a, MEMBER_RATING: '2', UNSUB_TIME: '2020-01-02 03:04:05', UNSUB_REASON: 'N/A' },
    `unsubscribe ${a} 2020-01-02`
  ],
  ['Mailchimp', { 'Email Address': a, CLEAN_TIME: '2020-01-02 03:04:05', CLEAN_CAMPAIGN_TITLE: 'May' }, `hard-bounce ${a} 2020-01-02`],
  [
    'Mailchimp, subscribed',
    { 'Email Address': a, MEMBER_RATING: '2', LAST_CHANGED: '2020-01-02 03:04:05' },
    '? list looks like the subscribed contacts'
  ],
  [
    'Mailgun, a bounce',
    { address: a, code: '550', error: 'No such mailbox', created_at: 'Mon, 06 May 2024 18:11:58 UTC' },
    `hard-bounce ${a} 2024-05-06`
  ],
  ['Mailgun, words that tell nothing', { address: a, code: 550, error: '', created_at: '' }, `hard-bounce ${a}`],
  [
    'Mailgun, refused for its content',
    { address: a, code: '554', error: '5.7.1 Message rejected due to spam content', created_at: '' },
    'spared spam-content'
  ],
  ['Mailgun, unsubscribed', { address: a, tags: ['*'], created_at: '' }, `unsubscribe ${a}`],
  ['Mailgun, unsubscribed from two', { address: a, tags: ['x', 'y'], created_at: '' }, `unsubscribe ${a} x; unsubscribe ${a} y`],
  ['Mailgun, complaints', { address: a, created_at: 'Mon, 06 May 2024 18:11:58 UTC' }, '? list does not tell why'],
  [
    'SendGrid, a bounce',
    { ...sendgrid, reason: '550 5.1.1 The email account that you tried to reach does not exist.', status: '5.1.1' },
    `hard-bounce ${a} 2015-09-30`
  ],
  [
    'SendGrid, a block',
    { ...sendgrid, reason: 'error dialing remote address: dial tcp 10.57.152.165:25: no route to host', status: '4.0.0' },
    'spared connection-failed'
  ],
  ['SendGrid, words that tell nothing', { ...sendgrid, reason: '550 xyzzy', status: '5.0.0' }, 'spared undetermined'],
  ['SendGrid, a spam report', { ...sendgrid, ip: '192.0.2.1' }, `complaint ${a} 2015-09-30`],
  [
    'SendGrid, an invalid address',
    { ...sendgrid, reason: 'Mail domain mentioned in email address is unknown' },
    `invalid-address ${a} 2015-09-30`
  ],
  ['SendGrid, unsubscribes', sendgrid, '? list does not tell why'],
  ['a list', { Email: a, Type: 'unsubscribed', Date: '2020-01-02', List: 'news' }, `unsubscribe ${a} news 2020-01-02`],
  ['a list of the living', { email: a, status: 'subscribed' }, 'spared'],
  ['a list with an unclear word', { email: a, status: 'blocked' }, '! "blocked" is no reason'],
  ['a list with no addresses', { id: '1', person: a }, '? None of the columns'],
  ['a row without an address', { email: '', reason: 'spam' }, '! The row has no address.'],
  ['an address that is not in UTF-8', { email: 'm\ufffdller@example.com', reason: 'spam' }, '! The address is not in UTF-8.'],
  ['an event', { kind: 'failed', direction: 'outbound', recipient: a, originalRecipient: null }, 'event failed'],
  ['an unknown kind of event', { kind: 'party', direction: 'outbound', recipient: a }, '! There is no kind of event "party".']
])('%s %j', (_, row, expected) => expect(outcomeOf(read(row)).slice(0, expected.length)).toBe(expected))

test('what the command line says outweighs what the list says', () => {
  expect(outcomeOf(read({ ...sendgrid, reason: '550 xyzzy', status: '' }, { reason: 'hard-bounce', stream: 'news' }))).toBe(
    `hard-bounce ${a} news 2015-09-30`
  )
  expect(outcomeOf(read({ id: 'x', person: a }, { addressColumn: 'Person', reason: 'manual' }))).toBe(`manual ${a}`)
})

test('whatever a row holds, it is an entry, an event, spared or a problem, and nothing throws', () => {
  const names = [
    'email',
    'EmailAddress',
    'reason',
    'status',
    'created',
    'tags',
    'kind',
    'direction',
    'recipient',
    'source',
    'type',
    'blockedAt',
    'code',
    'error',
    'address',
    'hash',
    'key',
    'stream',
    'added',
    'expires'
  ]
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom(...names), fc.oneof(fc.jsonValue(), fc.constantFrom('failed', 'spam', a, '1443651154'))),
      (row) => {
        expect(outcomeOf(read(row))).toBeTypeOf('string')
      }
    ),
    { numRuns: 500 }
  )
})
