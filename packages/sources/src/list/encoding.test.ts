import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encoderFor, makeDecoder, tellEncoding } from './encoding.ts'
import type { ListInfo } from './list.ts'

const info = (encoding: string, more: Partial<ListInfo> = {}): ListInfo => ({
  format: 'csv',
  encoding,
  column: '1',
  lineEnd: '\n',
  ...more
})

test.each<readonly [string, Buffer, string, boolean]>([
  ['ASCII', Buffer.from('a@example.com'), 'utf-8', false],
  ['UTF-8', Buffer.from('é,中,🙂'), 'utf-8', false],
  ['UTF-8 with its mark', Buffer.from('\uFEFFé'), 'utf-8', false],
  ['UTF-8 that the sample cuts', Buffer.from('é').subarray(0, 1), 'utf-8', false],
  ['UTF-8 with one broken byte among many letters', Buffer.concat([Buffer.from('éèà'), Buffer.of(0xff)]), 'utf-8', false],
  ['windows-1252', Buffer.from('caf\xe9,\x80 5', 'latin1'), 'windows-1252', true],
  ['UTF-16 with its mark, little-endian', Buffer.from('\uFEFFa', 'utf16le'), 'utf-16le', false],
  ['UTF-16 with its mark, big-endian', Buffer.from('\uFEFFa', 'utf16le').swap16(), 'utf-16be', false],
  ['UTF-16 without, little-endian', Buffer.from('a@example.com', 'utf16le'), 'utf-16le', false],
  ['UTF-16 without, big-endian', Buffer.from('a@example.com', 'utf16le').swap16(), 'utf-16be', false]
])('%s is told', (_, bytes, encoding, guessed) => {
  expect(tellEncoding(bytes, undefined)).toMatchObject({ encoding, guessed })
})

test('what the caller says is believed, and a label that is none is refused', () => {
  expect(tellEncoding(Buffer.from('\xf0', 'latin1'), 'cp1251')).toEqual({ encoding: 'windows-1251', bomBytes: 0, guessed: false })
  expect(tellEncoding(Buffer.from('\uFEFFa'), 'utf8').bomBytes).toBe(3)
  expect(() => tellEncoding(Buffer.from('a'), 'klingon')).toThrow(RangeError)
})

const decode = (encoding: string, pieces: readonly Buffer[]): string => {
  const decoder = makeDecoder(encoding)
  return pieces.map((piece) => decoder.write(piece)).join('') + decoder.end()
}

/** Beginnings of sequences, ends without a beginning, overlong forms and surrogates among letters. */
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array)),
  fc
    .array(
      fc.constantFrom('61', 'c3a9', 'c3', 'e4b8ad', 'e4b8', 'f09f9982', 'f09f99', 'eda080', 'c080', 'ff', 'f4908080', 'ed', 'b2', '80'),
      { maxLength: 12 }
    )
    .map((parts) => Buffer.from(parts.join(''), 'hex'))
)

test('any bytes, cut anywhere, come back as they were, in UTF-8 and in what was guessed', () => {
  const utf8 = encoderFor(info('utf-8'), false)
  const guessed = encoderFor(info('windows-1252', { encodingGuessed: true }), false)
  fc.assert(
    fc.property(bytes, fc.nat({ max: 40 }), (all, cut) => {
      const pieces = [all.subarray(0, cut), all.subarray(cut)]
      expect(utf8.encode(decode('utf-8', pieces))).toEqual(all)
      expect(guessed.encode(decode('windows-1252', pieces))).toEqual(all)
    }),
    { numRuns: 3_000 }
  )
})

test('valid UTF-8 is read as everybody reads it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(decode('utf-8', [Buffer.from(text)])).toBe(text.toWellFormed())
    })
  )
})

test('one-byte and multi-byte encodings are read by their name', () => {
  expect(decode('windows-1251', [Buffer.from([0xcf, 0xee, 0xf7, 0xf2, 0xe0])])).toBe('Почта')
  expect(decode('shift_jis', [Buffer.from([0x83]), Buffer.from([0x81])])).toBe('メ')
})

test('UTF-16 and named encodings are written in UTF-8 with a mark, JSON without; what was guessed lacks no letter', () => {
  expect(encoderFor(info('utf-16le'), false).bom).toBe('\uFEFF')
  expect(encoderFor(info('windows-1251'), false).bom).toBe('\uFEFF')
  expect(encoderFor(info('windows-1251'), true).bom).toBe('')
  expect(encoderFor(info('utf-8'), false).bom).toBe('')
  expect(encoderFor(info('utf-8', { bom: true }), false).bom).toBe('\uFEFF')
  expect(encoderFor(info('windows-1252', { encodingGuessed: true }), false).encode('é€中')).toEqual(
    Buffer.from([0xe9, 0x80, 0xe4, 0xb8, 0xad])
  )
})
