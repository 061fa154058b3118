import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openCsv, readCsvFields } from './csv-line.ts'

const table: readonly (readonly [string, readonly string[], boolean])[] = [
  ['', [''], false],
  ['a,b', ['a', 'b'], false],
  ['a,,', ['a', '', ''], false],
  ['"a,b",c', ['a,b', 'c'], false],
  ['"a""b",""', ['a"b', ''], false],
  ['a"b,c', ['a"b', 'c'], false],
  ['"a"b,c', ['ab', 'c'], false],
  ['"a,b', ['a,b'], true],
  ['"', [''], true]
]

test.each(table)('%s', (record, fields, open) => expect(readCsvFields(record)).toEqual({ fields, open }))

test('more columns than a log has stay in the last one', () => {
  const { fields } = readCsvFields(','.repeat(5_000))
  expect(fields).toHaveLength(1_000)
  expect(fields.at(-1)).toHaveLength(5_000 - 999)
})

const quote = (field: string): string => `"${field.replaceAll('"', '""')}"`

test('what another program reads out of proper CSV, this one does', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', 'b', ',', '"', ' ', '\n', ';', 'é'), maxLength: 8 })
  fc.assert(
    fc.property(fc.array(cell, { minLength: 1, maxLength: 6 }), (cells) => {
      const record = cells.map(quote).join(',')
      const expected: string[][] = parse(record)
      expect(readCsvFields(record)).toEqual({ fields: expected[0], open: false })
    })
  )
})

test('records come out whole wherever their lines break', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\n\n'), maxLength: 8 })
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 5 }), (rows) => {
      const csv = openCsv(',')
      const got: (readonly string[])[] = []
      for (const line of rows
        .map((row) => row.map(quote).join(','))
        .join('\n')
        .split('\n'))
        got.push(...csv.line(line, undefined).records)
      expect(got).toEqual(rows)
      expect(csv.end()).toBeUndefined()
    })
  )
})

test('a quote that never ends gives up after a while, and the lines behind it are read', () => {
  const csv = openCsv(',')
  const steps = Array.from({ length: 120 }, (_, index) => csv.line(index === 0 ? '"a,b' : 'c,d,e', 2))
  expect(steps.filter(({ broken }) => broken)).toHaveLength(1)
  expect(steps.flatMap(({ records }) => records).length).toBeGreaterThan(60)
})
