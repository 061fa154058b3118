import { expect, test } from 'vitest'
import { rawMessage } from './bytes.ts'
import { readHeaders, readParameters } from './headers.ts'

const headersOf = (text: string): ReturnType<typeof readHeaders> => {
  const raw = rawMessage(new TextEncoder().encode(text))
  return readHeaders(raw, 0, raw.text.length)
}

test('folded values are joined, names have no case, the first value counts', () => {
  const headers = headersOf('Subject: one\n\ttwo\n  three\nSUBJECT: other\n\nbody')
  expect(headers.get('subject')).toBe('one two three')
  expect(headers.all('subject')).toEqual(['one two three', 'other'])
})

test.each([
  ['an mbox line before them', 'From a@example.com Mon Jan  1 00:00:00 2024\nTo: x\n\n'],
  ['a quoted mbox line in between', 'To: x\n>From a@example.com Mon Jan  1 00:00:00 2024\nCc: y\n\n'],
  ['empty lines before them', '\n\nTo: x\n\n'],
  ['white space before the colon', 'To : x\n\n'],
  ['CRLF', 'To: x\r\n\r\n'],
  ['CR', 'To: x\r\r'],
  ['CR CR LF of a double conversion', 'To: x\r\r\n\r\r\n']
])('headers are read with %s', (_, text) => expect(headersOf(text).get('to')).toBe('x'))

test('a line that is no header begins the body', () => {
  const headers = headersOf('To: x\nThis is text without an empty line before it\nFrom: y\n')
  expect(headers.get('from')).toBeUndefined()
})

test('a header that was cut off in its middle is left out', () => {
  expect(headersOf('To: x\nX-Failed-Recipients: user@exam').has('x-failed-recipients')).toBe(false)
})

test.each([
  ['To: x\nX-Failed-Recipients: user@example.com\n', 2],
  ['To: x\n\nbody without a line end', 1],
  ['To: x\nno header and no line end', 1]
])('a header that ends with its line counts in %j', (text, count) => expect(headersOf(text).count).toBe(count))

test('headers that are left out are told of', () => {
  const line = 'X-A: b\n'
  expect(headersOf(`${line.repeat(2_000)}\nX-A: b\n`).partial).toBeUndefined()
  expect(headersOf(`${line.repeat(2_000)}text`).partial).toBeUndefined()
  expect(headersOf(`${line.repeat(2_001)}\n`).partial).toBe('Only the first 2,000 headers were read.')
  const long = `X-A: ${'b'.repeat(300_000)}\n`
  expect(headersOf(`${long}\n${long}`).partial).toBeUndefined()
  expect(headersOf(`${long}no header\n${long}`).partial).toBeUndefined()
  expect(headersOf(`${long}${long}\n`).partial).toBe('Only the first 512 kB of the headers were read.')
})

test('8-bit headers are text', () => {
  const raw = rawMessage(Uint8Array.from([...'Subject: gr'].map((letter) => letter.charCodeAt(0)).concat([0xf6, 0xdf, 0x65, 0x0a, 0x0a])))
  expect(readHeaders(raw, 0, raw.text.length).text('subject')).toBe('größe')
})

test.each([
  ['multipart/report; boundary="a;b"; report-type=delivery-status', 'multipart/report', 'boundary', 'a;b'],
  ['Text/Plain; Charset = "utf-8"', 'text/plain', 'charset', 'utf-8'],
  ['text/plain charset=x', 'text/plain', 'charset', undefined],
  ['multipart/mixed; boundary*0="long-"; boundary*1="tail"', 'multipart/mixed', 'boundary', 'long-tail'],
  ["application/pdf; name*=utf-8''gr%C3%B6%C3%9Fe.pdf", 'application/pdf', 'name', 'größe.pdf'],
  ["application/pdf; name*0*=utf-8''gr%C3%B6; name*1*=%C3%9Fe.pdf", 'application/pdf', 'name', 'größe.pdf'],
  ['text/plain; __proto__*0=a; constructor*1=b; charset=utf-8', 'text/plain', 'charset', 'utf-8'],
  ['text/plain; charset="u\\tf-8"; x', 'text/plain', 'charset', 'utf-8'],
  ['text/plain; =; charset=x', 'text/plain', 'charset', 'x'],
  ['multipart/mixed; boundary="never closed', 'multipart/mixed', 'boundary', 'never closed']
])('the parameters of %j', (value, type, name, parameter) => {
  const parameters = readParameters(value)
  expect(parameters.value).toBe(type)
  expect(parameters.of[name]).toBe(parameter)
})
