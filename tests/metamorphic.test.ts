import iconv from 'iconv-lite'
import { expect, test } from 'vitest'
import { readMessage } from '../packages/core/dist/index.js'
import { readFixtures } from './message-fixtures.ts'
import { asBase64, asQuotedPrintable, inCharset, refolded, renamed, withAttachment, withLineEnds } from './metamorphoses.ts'
import { seeded } from './mutations.ts'

/** The same message written differently must be read the same: who, what, why. */
const fixtures = readFixtures()

const read = (bytes: Uint8Array): string[] =>
  readMessage(bytes).events.map(({ kind, recipient, status, diagnosis }) =>
    [kind, recipient, diagnosis?.cause, diagnosis?.detail, status].join(' ')
  )

const encode =
  (charset: string) =>
  (text: string): Uint8Array | undefined => {
    const bytes = iconv.encode(text, charset)
    // Some letters have a place in iconv's table and none in that of the Encoding Standard.
    return new TextDecoder(charset).decode(bytes) === text ? bytes : undefined
  }

const doubles: readonly (readonly [string, (bytes: Uint8Array) => Uint8Array])[] = [
  ['CRLF line ends', withLineEnds(() => '\r\n')],
  ['CR line ends', withLineEnds(() => '\r')],
  ['mixed line ends', withLineEnds((line, next) => (next === '' ? '\r\n' : (['\n', '\r\n', '\r'][line % 3] ?? '\n')))],
  ['headers folded at every space', refolded(1)],
  ['headers folded at every third space', refolded(3)],
  ['bodies in base64', asBase64],
  ['bodies in quoted-printable', asQuotedPrintable],
  ['bodies in UTF-8', inCharset('utf-8', (text) => Buffer.from(text, 'utf8'))],
  ['bodies in the ISO 8859 set that has their letters', inCharset('iso-8859-15', encode('iso-8859-15'))],
  ['bodies in KOI8-R', inCharset('koi8-r', encode('koi8-r'))],
  ['bodies in windows-1251', inCharset('windows-1251', encode('windows-1251'))],
  ['bodies in Shift_JIS', inCharset('shift_jis', encode('shift_jis'))],
  ['bodies in EUC-JP', inCharset('euc-jp', encode('euc-jp'))],
  ['bodies in GB18030', inCharset('gb18030', encode('gb18030'))],
  ['bodies in Big5', inCharset('big5', encode('big5'))],
  ['bodies in EUC-KR', inCharset('euc-kr', encode('euc-kr'))],
  ['an attachment of 200 kB behind', withAttachment(200_000)]
]

test.each(doubles)('a message with %s is read the same', (_, double) => {
  const different = fixtures.filter(({ bytes }) => read(double(bytes)).join('\n') !== read(bytes).join('\n')).map(({ name }) => name)
  expect(different).toEqual([])
})

test('a message with an attachment of 15 MB behind is read the same', () => {
  const [fixture] = fixtures.filter(({ events }) => events[0]?.kind === 'failed')
  expect(fixture).toBeDefined()
  if (fixture !== undefined) expect(read(withAttachment(15_000_000)(fixture.bytes))).toEqual(read(fixture.bytes))
})

test('domains renamed are renamed in the answer, and nothing else changes', () => {
  const names = { 'example.com': 'maple.example', 'example.net': 'birch.example', 'example.org': 'willow.example' }
  const double = renamed(names)
  // In base64 a name cannot be replaced.
  const plain = fixtures.filter(({ bytes }) => !/base64/i.test(Buffer.from(bytes).toString('latin1')))
  const rename = (text: string): string => Buffer.from(double(Buffer.from(text, 'latin1'))).toString('latin1')
  const different = plain.filter(({ bytes }) => read(double(bytes)).join('\n') !== rename(read(bytes).join('\n'))).map(({ name }) => name)
  expect(different).toEqual([])
})

test('a message cut at any byte names no half of an address', () => {
  const random = seeded(7)
  const wrong: string[] = []
  for (const { name, bytes } of fixtures) {
    const text = Buffer.from(bytes).toString('latin1')
    const whole = new Set(readMessage(bytes).events.map(({ recipient }) => recipient?.toLowerCase()))
    for (let round = 0; round < 40; round++) {
      const cut = Math.floor(random() * bytes.length)
      for (const { kind, recipient } of readMessage(bytes.subarray(0, cut)).events)
        if (kind !== 'other' && recipient !== undefined && !whole.has(recipient.toLowerCase()) && isHalf(text, recipient))
          wrong.push(`${name} at ${cut}: ${recipient}`)
    }
  }
  expect(wrong).toEqual([])
})

/** Whether an address stands in the text only as the beginning of a longer one. Another whole address of the notice is no invention. */
const isHalf = (text: string, address: string): boolean => {
  let at = text.indexOf(address)
  if (at < 0) return false
  for (; at >= 0; at = text.indexOf(address, at + 1)) if (!/[\w.-]/.test(text.charAt(at + address.length))) return false
  return true
}
