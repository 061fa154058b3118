import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { csvCell, fromCsvCell } from './csv-cell.ts'

test.each([
  ['=HYPERLINK("http://x")', `"'=HYPERLINK(""http://x"")"`],
  ['+1@example.com', "'+1@example.com"],
  ['-2', "'-2"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\t=1', "'\t=1"],
  ['a,b', '"a,b"'],
  ['plain', 'plain']
])('%j', (text, cell) => expect(csvCell(text)).toBe(cell))

test('a cell reads back as what was written, and no spreadsheet runs it', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const cell = csvCell(text)
      const [[read = ''] = []] = parse(`${cell},x\n`) as string[][]
      expect(/^[=+\-@\t\r]/.test(read)).toBe(false)
      // A text that looks as if it had been escaped before is the one exception; no address or reason does.
      if (!/^'[=+\-@\t\r]/.test(text)) expect(fromCsvCell(read)).toBe(text)
    })
  )
})
