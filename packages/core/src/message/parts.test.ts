import { expect, test } from 'vitest'
import { rawMessage } from './bytes.ts'
import { readHeaders } from './headers.ts'
import { htmlToText } from './html.ts'
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

test('parts nested without end are read up to the limit', () => {
  const deep = Array.from({ length: 200 }, (_, level) => `Content-Type: multipart/mixed; boundary=b${level}x\n\n--b${level}x\n`).join('')
  expect(read(`${deep}\nthe end\n`).partial).toContain('nested')
})

test('a message that was cut off ends before a broken address', () => {
  expect(read('Subject: x\n\nmail to user@exam').texts).toEqual(['mail to '])
  expect(read('Subject: x\n\nmail to user@example.com\n').texts).toEqual(['mail to user@example.com\n'])
})

test.each([
  ['<p>one<br>two</p><div>three</div>', 'one\ntwo\n\nthree'],
  ['a &lt;user@example.com&gt; &amp; &#228;&#xf6;&uuml;&nbsp;b', 'a <user@example.com> & äöü b'],
  ['<style>p { color: red }</style><script>alert("<p>")</script>text', 'text'],
  ['to <user@example.com> failed', 'to <user@example.com> failed'],
  ['<a href="x>y">link</a>', 'link'],
  ['<!-- hidden -->seen<!--', 'seen'],
  ['&unknown; &#0; &#x110000;', '&unknown;'],
  ['5 < 6', '5 < 6']
])('the HTML %j reads %j', (html, text) => expect(htmlToText(html)).toBe(text))
