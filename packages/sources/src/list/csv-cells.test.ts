import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addressOf, cellAt, formatCell, guardFormula, replaceAddress, splitCells } from './csv-cells.ts'

test.each<readonly [string, readonly string[]]>([
  ['a,b', ['a', 'b']],
  ['', ['']],
  ['a,', ['a', '']],
  ['"a,b",c', ['a,b', 'c']],
  ['"a ""b""",c', ['a "b"', 'c']],
  [' "a,b" , c', ['a,b', ' c']],
  ['a 5" nail,b', ['a 5" nail', 'b']],
  ['"jane doe"@example.com,b', ['"jane doe"@example.com', 'b']],
  ['"a,b"c,d', ['"a,b"c', 'd']],
  ['"",b', ['', 'b']],
  ['"a,b', ['"a', 'b']]
])('the cells of %s', (raw, cells) => {
  expect(splitCells(raw, ',')).toEqual(cells)
  expect(cells.map((_, index) => cellAt(raw, ',', index))).toEqual(cells)
  expect(cellAt(raw, ',', cells.length)).toBe('')
})

test('a cell that was written is read again, whatever is in it', () => {
  const value = fc
    .array(fc.constantFrom('a', '"', ',', ';', '\n', '\r', ' ', "'", '=', '\t', 'é'), { maxLength: 8 })
    .map((parts) => parts.join(''))
  fc.assert(
    fc.property(
      fc.array(value, { minLength: 1, maxLength: 5 }),
      fc.constantFrom(',', ';', '\t', '|'),
      fc.boolean(),
      (values, separator, always) => {
        const raw = values.map((each) => formatCell(each, separator, always)).join(separator)
        expect(splitCells(raw, separator)).toEqual(values)
      }
    ),
    { numRuns: 2_000 }
  )
})

test.each([
  ['  a@example.com\u00a0', 'a@example.com'],
  ['Jane <a@example.com>', 'a@example.com'],
  ['"Doe, Jane" < a@example.com >', 'a@example.com'],
  ['<a@example.com>', 'a@example.com'],
  ['Jane <no address>', 'Jane <no address>'],
  ["'=a@example.com", '=a@example.com'],
  ["'o@example.com", "'o@example.com"],
  ['', '']
])('the address that "%s" means', (cell, address) => {
  expect(addressOf(cell)).toBe(address)
})

test.each([
  ['Jane <a@example.con>', 'a@example.con', 'Jane <a@example.com>'],
  ['a@example.con', 'a@example.con', 'a@example.com'],
  [' a@example.con ', 'a@example.con', 'a@example.com'],
  ['', '', 'a@example.com'],
  ['<b@example.con> <a@example.con>', 'a@example.con', '<b@example.con> <a@example.com>']
])('another address in "%s"', (cell, old, mended) => {
  expect(replaceAddress(cell, old, 'a@example.com')).toBe(mended)
})

test('what a spreadsheet would run gets an apostrophe', () => {
  for (const start of ['=', '+', '-', '@', '\t', '\r', '\0']) expect(guardFormula(`${start}1`)).toBe(`'${start}1`)
  expect(guardFormula('a=1')).toBe('a=1')
  expect(guardFormula('')).toBe('')
})
