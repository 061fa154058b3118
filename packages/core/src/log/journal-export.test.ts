import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isJournalExport, journalEntryOf, journalLine } from './journal.ts'
import { openJournalExport } from './journal-export.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const join = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]))
const binary = (name: string, value: Uint8Array, size = value.length): Uint8Array => {
  const length = new Uint8Array(8)
  new DataView(length.buffer).setBigUint64(0, BigInt(size), true)
  return join(bytes(`${name}\n`), length, value, bytes('\n'))
}
const head = '__CURSOR=s=1\n__REALTIME_TIMESTAMP=1793534400123456\n_HOSTNAME=mx1\nSYSLOG_IDENTIFIER=postfix/smtp\n_PID=42\n'

const read = (whole: Uint8Array, size: number): { lines: string[]; trouble: object } => {
  const journal = openJournalExport()
  const lines: string[] = []
  for (let at = 0; at < whole.length; at += size) {
    const piece = whole.slice(at, at + size)
    lines.push(...journal.write(piece))
    piece.fill(0x58)
  }
  lines.push(...journal.end())
  return { lines, trouble: journal.trouble() }
}

const sample = join(
  bytes(`${head}MESSAGE=one\nMESSAGE=again\nOTHER=x\n\n`),
  bytes(head),
  binary('MESSAGE', bytes('two\nlines\u0007 ä')),
  binary('BLOB', Uint8Array.from([0x0a, 0x0a, 0x3d, 0xff])),
  bytes('\n\n\n'),
  bytes(`${head}\n__REALTIME_TIMESTAMP=x\nMESSAGE=no time\n\n`),
  bytes(`${head}MESSAGE=last\n`)
)
const lines = ['one', 'two lines  ä', 'last'].map((message) => `2026-11-01T12:00:00.123Z mx1 postfix/smtp[42]: ${message}`)

test('entries are lines, however they are cut into pieces', () => {
  for (const size of [1, 2, 3, 7, 8, 9, 64, 10_000])
    expect(read(sample, size)).toEqual({
      lines,
      trouble: { empty: 2, tooLong: 0, isCut: false }
    })
  expect(isJournalExport(new TextDecoder().decode(sample).split('\n'))).toBe(true)
  expect(isJournalExport(['a=b', 'Nov  1 12:00:00 mx1 postfix/smtp[42]: x'])).toBe(false)
})

test('a field that is too long is left out and counted, and the next entry is read', () => {
  const long = 'x'.repeat(1_100_000)
  const end = bytes(`\n\n${head}MESSAGE=next\n\n`)
  expect(read(join(bytes(`${head}MESSAGE=${long}`), end), 65_536)).toMatchObject({
    lines: [expect.stringMatching(/next$/)],
    trouble: { tooLong: 1, isCut: false }
  })
  expect(read(join(bytes(head), binary('MESSAGE', bytes(long)), bytes(`\n${head}MESSAGE=next\n\n`)), 65_536)).toMatchObject({
    lines: [expect.stringMatching(/next$/)],
    trouble: { tooLong: 1, isCut: false }
  })
})

test('a journal that is cut, and a size that is a lie, are told', () => {
  expect(read(bytes(`${head}MESSAGE=a\n\n${head}MESS`), 10)).toMatchObject({
    lines: [expect.stringMatching(/a$/)],
    trouble: { isCut: true }
  })
  expect(read(join(bytes(head), binary('MESSAGE', bytes('a'), 2 ** 52)), 10)).toMatchObject({ trouble: { isCut: true } })
})

test('any bytes are read, in any pieces, with the same answer', () => {
  const part = fc.oneof(fc.uint8Array({ maxLength: 20 }), fc.constantFrom(...['MESSAGE\n', 'MESSAGE=a\n', '\n', head].map(bytes)))
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), fc.integer({ min: 1, max: 40 }), (parts, size) => {
      const whole = join(...parts)
      expect(read(whole, size)).toEqual(read(whole, whole.length + 1))
    })
  )
})

test('an entry of JSON is a line; what is none has none', () => {
  const entry = { __CURSOR: 's', __REALTIME_TIMESTAMP: '1793534400123456', _HOSTNAME: 'mx 1', _COMM: 'a: b', MESSAGE: [104, 105] }
  expect(journalLine(journalEntryOf(entry) ?? {})).toBe('2026-11-01T12:00:00.123Z mx_1 a__b: hi')
  expect(journalLine(journalEntryOf({ ...entry, MESSAGE: null }) ?? {})).toBeUndefined()
  expect(journalEntryOf({ MESSAGE: 'a' })).toBeUndefined()
  fc.assert(fc.property(fc.anything(), (value) => void journalEntryOf(value)))
})
