import { expect, test } from 'vitest'
import { defaultExplainer, diagnose, explain } from '../default.ts'
import { browsing } from '../knowledge/browsing.generated.ts'
import { isPlainReply } from '../reply/peel.ts'

/** Input, kind, and for each answer its cause (with detail) and stage. */
const table: readonly (readonly [string, string, readonly string[]])[] = [
  ['550', 'code', ['undetermined']],
  ['SMTP error 550', 'code', ['undetermined']],
  ['5.1.1', 'code', ['user-unknown']],
  ['447', 'code', ['delivery-expired']],
  ['ECONNREFUSED', 'code', ['connection-failed/refused']],
  ['errno: -111', 'code', ['connection-failed/refused']],
  ['0x800CCC0F', 'code', ['connection-failed/lost']],
  ['550 5.1.1 User unknown', 'reply', ['user-unknown']],
  ['550 5.1.1 User unknown\n552 5.2.2 Mailbox full', 'reply', ['user-unknown', 'mailbox-full']],
  ['550-5.1.1 The account\n550-5.1.1 does not\n550 5.1.1 exist', 'reply', ['user-unknown']],
  [
    '-> RCPT TO:<a@example.com>\n<** 550 5.1.1 User unknown\n -> RCPT TO:<b@example.com>\n<** 452 4.2.2 Mailbox full\n -> QUIT\n<-  221 bye',
    'transcript',
    ['user-unknown rcpt', 'mailbox-full rcpt']
  ],
  [
    '220 mx ready\nEHLO me\n250 mx\nMAIL FROM:<a@example.com>\n250 ok\nRCPT TO:<b@example.net>\n554 5.7.1 Relay access denied\nQUIT\n221 bye',
    'transcript',
    ['relay-denied rcpt']
  ],
  [
    'MAIL FROM:<a@example.com>\n250 ok\nDATA\n354 go on\nSubject: x\n.\n554 5.7.1 Message rejected as spam',
    'transcript',
    ['spam-content end-of-data']
  ],
  [
    'Nov 10 09:00:00 mx postfix/smtp[1]: A: to=<a@example.com>, relay=none, dsn=5.1.1, status=bounced (User unknown in local recipient table)\nNov 10 09:00:01 mx postfix/smtp[1]: B: to=<b@example.com>, relay=x[192.0.2.1]:25, dsn=2.0.0, status=sent (250 ok)\nNov 10 09:00:02 mx postfix/smtp[1]: C: to=<c@example.com>, relay=none, dsn=4.4.1, status=deferred (connect to x[192.0.2.1]:25: Connection timed out)',
    'log',
    ['user-unknown', 'connection-failed/dropped connect']
  ],
  [
    "smtplib.SMTPRecipientsRefused: {'a@example.com': (550, b'5.1.1 User unknown'), 'b@example.com': (452, b'4.2.2 Mailbox full')}",
    'exception',
    ['user-unknown rcpt', 'mailbox-full rcpt']
  ],
  ['{"code":"EENVELOPE","response":"550 5.1.1 User unknown"}', 'json', ['user-unknown']],
  ['[{"message":"550 5.1.1 User unknown"},{"message":"552 5.2.2 Mailbox full"}]', 'json', ['user-unknown', 'mailbox-full']],
  [
    'Final-Recipient: rfc822; a@example.com\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 User unknown\n\nFinal-Recipient: rfc822; b@example.com\nStatus: 5.2.2\nDiagnostic-Code: smtp; 552 5.2.2 Mailbox full\n',
    'dsn',
    ['user-unknown', 'mailbox-full']
  ]
]

test.each(table)('%j is a %s with the answers %j', (input, kind, expected) => {
  const { kind: found, answers } = explain(input)
  const shown = answers.map(({ diagnosis: { cause, detail, stage } }, index) => {
    const name = detail === undefined ? cause : `${cause}/${detail}`
    return (expected[index] ?? '').includes(' ') ? `${name} ${stage}` : name
  })
  expect([found, shown]).toEqual([kind, expected])
})

test('the same error many times is one answer with a count', () => {
  const line = 'Nov 10 09:00:00 mx postfix/smtp[1]: A: to=<a@example.com>, dsn=5.1.1, status=bounced (User unknown)'
  expect(explain(`${line}\n${line}\n${line}`).answers.map(({ times }) => times)).toEqual([3])
})

test('the marked span is the matched words of the input', () => {
  const input = 'host mx.example.com[192.0.2.1] said: 550 5.1.1 Sorry, user unknown here (in reply to RCPT TO command)'
  const [start = 0, end = 0] = diagnose(input).evidence[0]?.span ?? []
  expect(input.slice(start, end)).toBe('user unknown')
})

test('a 4xx is transient even with a 5.x.x status', () => expect(diagnose('450 5.1.1 User unknown').permanence).toBe('transient'))

test('an undetermined 4xx is tried again, an undetermined 5xx stops, and neither suppresses', () => {
  expect(diagnose('451 xyzzy').action).toBe('retry')
  expect(diagnose('554 xyzzy').action).toBe('stop-and-fix')
})

test.each(['250 2.0.0 OK', '354 go ahead', 'status=sent (250 2.0.0 OK queued as ABC)'])('%j is no failure, and nobody must act', (text) =>
  expect(diagnose(text)).toMatchObject({ cause: 'undetermined', detail: 'accepted', party: 'nobody', action: 'drop' })
)

test('a text without a code and known words is no refusal', () =>
  expect(diagnose('everything is fine, hello')).toMatchObject({ cause: 'undetermined', detail: 'no-error', party: 'nobody' }))

test('a refused sender is not the recipient', () => {
  const { facts } = diagnose('553 5.7.1 <a@example.com>: Sender address rejected: not owned by user b@example.com')
  expect(facts).toMatchObject({ sender: 'a@example.com' })
  expect(facts.recipient).toBeUndefined()
})

test.each(['550', '554', '5.7.1', '550 5.7.1', '554 5.0.0 xyzzy'])('the bare code %s decides no cause', (text) =>
  expect(explain(text).answers[0]?.diagnosis.confidence).toBe('none')
)

test('at MAIL FROM an unknown user is the sender', () => {
  expect(diagnose('550 User unknown', { stage: 'mail' })).toMatchObject({ cause: 'invalid-sender', detail: 'address' })
  expect(diagnose('550 User unknown', { stage: 'mail' }).party).not.toBe('list-owner')
  expect(diagnose('550 User unknown', { stage: 'rcpt' }).cause).toBe('user-unknown')
  expect(diagnose('550 5.1.8 Domain does not exist').cause).toBe('invalid-sender')
})

test('where the queue gave up, the cause is what stood in the way', () => {
  expect(diagnose('Mailbox full; message expired, retry time exceeded')).toMatchObject({ cause: 'mailbox-full', detail: 'expired' })
})

test('a known provider decides what others may not say', () => {
  const text = '550 5.4.1 Recipient address rejected: Access denied. AS(201806281)'
  expect(diagnose(text)).toMatchObject({ cause: 'user-unknown', provider: 'microsoft-365' })
  expect(diagnose('550 5.7.515', { provider: 'outlook' })).toMatchObject({ cause: 'authentication-failed', provider: 'outlook' })
  expect(diagnose('550 xyzzy', { provider: 'Google' }).provider).toBe('gmail')
  expect(diagnose('host mx00.gmx.net[192.0.2.1] said: 550 5.1.1 User unknown').provider).toBe('gmx')
})

test('commands are filled from what the input tells', () => {
  const loop = explain('status=bounced (mail for example.org loops back to myself)').answers[0]
  expect(loop?.advice.checks.map(({ run }) => run).join('\n')).toContain('dig +short MX example.org')
  const { advice } = explain('550 5.1.1 <u@example.net>: User unknown').answers[0] ?? { advice: undefined }
  expect(advice?.checks.map(({ run }) => run).join('\n')).toContain('dig +short MX example.net')
})

test('the quick way for a line gives the verdict of the full one', () => {
  const plain = Object.values(browsing.examples).filter(isPlainReply)
  expect(plain.length).toBeGreaterThan(1_000)
  for (const text of plain) {
    const { facts: _, stage: __, ...quick } = defaultExplainer().diagnoseLine(text)
    expect(diagnose(text), text).toMatchObject(quick)
  }
})
