import fc from 'fast-check'
import { expect, test } from 'vitest'
import { zipOf } from '../../../../tests/lint/archives.ts'
import { alternative, arc, attached, chain, footer, lint, listed, message, mime, now, words } from '../../../../tests/lint/compose.ts'
import { stringsIn, unclean } from '../../../../tests/lint/strings.ts'
import { bytesOf } from '../message/decode.ts'
import { lintMessage } from './lint-message.ts'

/** What nobody sends by mistake: no throw, no dirty text, no work that grows with the square. */

const mutated = fc
  .tuple(
    fc.constantFrom(
      message(listed, footer),
      alternative(`<p>${words} <a href="https://example.com/">x</a></p>`),
      attached('a.zip', zipOf([{ name: 'x.exe' }])),
      chain(arc(1, 'none'))
    ),
    fc.array(
      fc.tuple(
        fc.nat(),
        fc.constantFrom(
          '',
          '\n',
          '\r\n',
          '\0',
          '<',
          '"',
          '--a',
          ': ',
          ';',
          '=',
          '\xff',
          'Content-Type: multipart/mixed; boundary=a\r\n',
          '\r\n\r\n',
          '{{',
          '%'
        )
      ),
      {
        maxLength: 12
      }
    )
  )
  .map(([text, changes]) =>
    changes.reduce((whole, [at, piece]) => whole.slice(0, at % whole.length) + piece + whole.slice((at % whole.length) + 1), text)
  )

test('no bytes make it throw, and every text is one clean line', () => {
  fc.assert(
    fc.property(fc.oneof(mutated.map(bytesOf), fc.uint8Array({ maxLength: 2_000 })), (bytes) => {
      const { findings, facts } = lintMessage(bytes, { now })
      expect(findings.length).toBeGreaterThan(0)
      expect(stringsIn([findings, facts]).filter((text) => unclean.test(text))).toEqual([])
    }),
    { numRuns: 300 }
  )
})

/** Work that grew with the square of these would take minutes. */
test.each<[string, string]>([
  ['one line of 20 MB', message({}, 'x'.repeat(20_000_000))],
  ['100,000 headers', Array.from({ length: 100_000 }, (_, index) => `X-${index}: y`).join('\r\n')],
  ['one header of 5 MB', message({ From: `"${'a, <'.repeat(1_200_000)}` })],
  ['a million <a', mime('text/html', undefined, '<a'.repeat(1_000_000))],
  ['a million links', mime('text/html', undefined, '<a href="https://a.example/">x\r\n'.repeat(1_000_000))],
  ['a million open quotes', mime('text/html', undefined, '<a href="'.repeat(1_000_000))],
  ['a million comments', mime('text/html', undefined, '<!--'.repeat(1_000_000))],
  ['a million styles', mime('text/html', undefined, '<style>'.repeat(500_000))],
  ['a million braces', message(listed, '{{a '.repeat(1_000_000))],
  ['a million addresses', message({}, 'https://a.example '.repeat(500_000))],
  ['a million boundaries', mime('multipart/mixed; boundary=a', undefined, '--a\r\n'.repeat(1_000_000))],
  [
    'parts in parts',
    message(
      { 'Content-Type': 'multipart/mixed; boundary=b0' },
      Array.from({ length: 5_000 }, (_, index) => `--b${index}\r\nContent-Type: multipart/mixed; boundary=b${index + 1}\r\n\r\n`).join('')
    )
  ]
])('%s is read in time', (_, text) => {
  expect(lint(text).findings.length).toBeGreaterThan(0)
})
