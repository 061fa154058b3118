import { expect, test } from 'vitest'
import { readMessage } from '../default.ts'
import { rawMessage } from './bytes.ts'
import { readHeaders } from './headers.ts'
import { partText, readParts } from './parts.ts'

const read = (text: string): { types: string[]; texts: string[]; partial: string | undefined } => {
  const raw = rawMessage(new TextEncoder().encode(text))
  const { parts, partial } = readParts(raw, readHeaders(raw, 0, raw.text.length), raw.text.length)
  return { types: parts.map(({ type }) => type), texts: parts.map((part) => partText(raw, part)), partial }
}

const multipart = (body: string, boundary = 'b'): string => `Content-Type: multipart/mixed; boundary=${boundary}\n\n${body}`

test.each([
  ['a plain message', 'Subject: x\n\nhello\n', ['text/plain'], ['hello\n']],
  ['two parts', multipart('--b\n\none\n--b\nContent-Type: text/html\n\n<p>two\n--b--\n'), ['text/plain', 'text/html'], ['one', '<p>two']],
  ['no closing delimiter', multipart('--b\n\none\n--b\n\ntwo\n'), ['text/plain', 'text/plain'], ['one', 'two\n']],
  ['a boundary that does not occur', multipart('--other\nContent-Type: text/plain\n\none\n--other--\n'), ['text/plain'], ['one']],
  ['no boundary at all', 'Content-Type: multipart/mixed\n\nhello\n', ['text/plain'], ['hello\n']],
  [
    'a boundary that is the beginning of another',
    multipart('--b\nContent-Type: multipart/alternative; boundary=bb\n\n--bb\n\ninner\n--bb--\n--b\n\nouter\n--b--\n'),
    ['text/plain', 'text/plain'],
    ['inner', 'outer']
  ],
  ['a delimiter with white space behind it', multipart('--b  \n\none\n--b-- \n'), ['text/plain'], ['one']],
  ['base64', 'Content-Transfer-Encoding: BASE64\n\naGVsbG8=\n', ['text/plain'], ['hello']],
  [
    'a returned message is not taken apart',
    multipart('--b\nContent-Type: message/rfc822\n\nContent-Type: multipart/mixed; boundary=c\n\n--c\n\nx\n--c--\n--b--\n'),
    ['message/rfc822'],
    ['Content-Type: multipart/mixed; boundary=c\n\n--c\n\nx\n--c--']
  ]
])('%s', (_, text, types, texts) => {
  const parts = read(text)
  expect(parts.types).toEqual(types)
  expect(parts.texts).toEqual(texts)
})

test('a million parts are counted as read in part', () => {
  const { types, partial } = read(multipart('--b\n\nx\n'.repeat(100_000)))
  expect(types.length).toBeLessThan(1_000)
  expect(partial).toContain('more than')
})

test('exactly as many parts as are read are all of them', () => {
  expect(read(multipart(`${'--b\n\nx\n'.repeat(300)}--b--\n`)).partial).toBeUndefined()
  expect(read(multipart(`${'--b\n\nx\n'.repeat(301)}--b--\n`)).partial).toContain('more than 300 parts')
})

test('messages of digests and multiparts count as parts', () => {
  const digest = 'Content-Type: multipart/digest; boundary=b\n\n'
  expect(read(`${digest}${'--b\n\nSubject: x\n\nx\n'.repeat(400)}--b--\n`).partial).toContain('more than')
  expect(read(multipart('--b\nContent-Type: multipart/mixed; boundary=c\n\n--c--\n'.repeat(400))).partial).toContain('more than')
})

test('a boundary is looked for in its own part only', () => {
  const { texts } = read(multipart('--b\nContent-Type: multipart/mixed; boundary=c\n\ninner\n--b\n\nouter\n--c\n\nno part\n--b--\n'))
  expect(texts).toEqual(['inner', 'outer\n--c\n\nno part'])
})

test('parts nested without end are read up to the limit', () => {
  const deep = Array.from({ length: 200 }, (_, level) => `Content-Type: multipart/mixed; boundary=b${level}x\n\n--b${level}x\n`).join('')
  expect(read(`${deep}\nthe end\n`).partial).toContain('nested')
})

test('a message that was cut off ends before a broken address', () => {
  expect(read('Subject: x\n\nmail to user@exam').texts).toEqual(['mail to '])
  expect(read('Subject: x\n\nmail to user@example.com\n').texts).toEqual(['mail to user@example.com\n'])
})

const report = (type: string, part: string, end = '\n--b--\n'): string =>
  `From: a@example.net\nTo: me@example.org\nSubject: x\nContent-Type: multipart/report; report-type=${type}; boundary=b\n\n--b\n\nhello\n--b\n${part}${end}`

const readText = (text: string): ReturnType<typeof readMessage> => readMessage(new TextEncoder().encode(text))

const feedbackPart = 'Content-Type: message/feedback-report\n\nVersion: 1\nOriginal-Rcpt-To: user@example.com\nFeedback-Type: not-spam'
const receiptPart =
  'Content-Type: message/disposition-notification\n\nDisposition: automatic-action/MDN-sent-automatically; displayed\nFinal-Recipient: rfc822; user@example.com'
const statusPart =
  'Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.net\n\nAction: delayed\nStatus: 4.2.2\nFinal-Recipient: rfc822; user@example.com'

test.each([
  ['a feedback report', 'feedback-report', feedbackPart],
  ['a feedback report with empty lines in it', 'feedback-report', feedbackPart.replace('1\n', '1\n\n \n\n')],
  ['a feedback report that is called an application', 'feedback-report', feedbackPart.replace('message/', 'application/')],
  ['a disposition notification', 'disposition-notification', receiptPart],
  ['a delivery status notification', 'delivery-status', statusPart]
])('the last field of %s counts right before the boundary as before an empty line', (_, type, part) => {
  const { events } = readText(report(type, part))
  expect(events).toEqual(readText(report(type, part, '\n\n--b--\n')).events)
  expect(events).toEqual(readText(report(type, part, '\n--b--')).events)
  expect(events).toEqual(readText(report(type, part, '\n')).events)
  expect(events).not.toEqual(readText(report(type, part.slice(0, part.lastIndexOf('\n')))).events)
})

test('the last field of a report decides what it is', () => {
  expect(readText(report('feedback-report', feedbackPart)).events[0]?.kind).toBe('not-spam')
  expect(readText(report('delivery-status', statusPart)).events[0]?.recipient).toBe('user@example.com')
})

test.each(['message', 'application'])(
  'half a field at the end of a message that was cut off does not count in %s/feedback-report',
  (kind) => {
    const part = 'Content-Type: message/feedback-report\n\nFeedback-Type: abuse\nOriginal-Rcpt-To: user@example.co'
    const [event] = readText(report('feedback-report', part.replace('message/', `${kind}/`), '')).events
    expect(event?.kind).toBe('complaint')
    expect(event?.recipient).toBeUndefined()
  }
)

const groups = (count: number, comment = ''): string =>
  Array.from(
    { length: count },
    (_, index) => `\nFinal-Recipient: rfc822; u${index}@example.com\nAction: failed\nStatus: 5.1.1${comment}\n`
  ).join('')

test('a delivery status of thousands of recipients is read to its end', () => {
  const { events, partial } = readText(report('delivery-status', `Content-Type: message/delivery-status\n${groups(9_000)}`))
  expect(events.length).toBe(9_000)
  expect(partial).toBeUndefined()
})

test('a delivery status that is too large is read in part, and says nothing of a recipient whose fields it breaks off', () => {
  const comment = `\nX-Comment: ${'x'.repeat(5_000)}`
  const { events, partial } = readText(report('delivery-status', `Content-Type: message/delivery-status\n${groups(3_000, comment)}`))
  expect(partial).toBe('Only the first 8 MB of the report were read.')
  expect(events.length).toBeGreaterThan(1_000)
  expect(events.filter(({ status }) => status !== '5.1.1')).toEqual([])
})

test.each([
  ['headers', `${'X-A: b\n'.repeat(2_500)}From: a@example.net\n\nhello\n`, 'Only the first 2,000 headers were read.'],
  [
    'fields',
    report('feedback-report', `Content-Type: message/feedback-report\n\nFeedback-Type: abuse\n${'X-A: b\n'.repeat(2_500)}`),
    'Only the first 2,000 headers were read.'
  ],
  ['headers of a part', report('delivery-status', `${'X-A: b\n'.repeat(2_500)}\nx`), 'Only the first 2,000 headers were read.'],
  [
    'bytes of fields',
    report('disposition-notification', `${receiptPart}\nX-A: ${'x'.repeat(600_000)}`),
    'Only the first 512 kB of the report were read.'
  ]
])('a message of too many %s is read in part', (_, text, why) => expect(readText(text).partial).toBe(why))

test('a long text is not read in part: it has the returned message in it', () => {
  expect(readText(`From: a@example.net\nSubject: x\n\n${'hello\n'.repeat(200_000)}`).partial).toBeUndefined()
})
