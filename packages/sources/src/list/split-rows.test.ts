import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RowSplitter } from './split-rows.ts'

type Row = readonly [raw: string, lineEnd: string, problem?: string]

const split = (pieces: readonly string[], separator: string | undefined = ',', limit?: number, allowance?: number): Row[] => {
  const splitter = new RowSplitter(separator, limit, allowance)
  const rows: Row[] = []
  for (const [index, piece] of pieces.entries()) {
    splitter.add(piece, index === pieces.length - 1)
    while (splitter.next())
      rows.push(splitter.problem === undefined ? [splitter.raw, splitter.lineEnd] : [splitter.raw, splitter.lineEnd, splitter.problem])
  }
  return rows
}

const bad = 'unclosed-quote'

test.each<readonly [string, string, readonly Row[]]>([
  [
    'LF',
    'a,b\nc,d\n',
    [
      ['a,b', '\n'],
      ['c,d', '\n']
    ]
  ],
  [
    'no last line end',
    'a\nb',
    [
      ['a', '\n'],
      ['b', '']
    ]
  ],
  [
    'CR, LF and CRLF mixed',
    'a\rb\nc\r\nd',
    [
      ['a', '\r'],
      ['b', '\n'],
      ['c', '\r\n'],
      ['d', '']
    ]
  ],
  [
    'a doubled CR before LF is a blank row',
    'a\r\r\nb',
    [
      ['a', '\r'],
      ['', '\r\n'],
      ['b', '']
    ]
  ],
  [
    'blank rows',
    '\n\na\n\n',
    [
      ['', '\n'],
      ['', '\n'],
      ['a', '\n'],
      ['', '\n']
    ]
  ],
  [
    'a line end in quotes',
    'a,"b\r\nc"\nd',
    [
      ['a,"b\r\nc"', '\n'],
      ['d', '']
    ]
  ],
  [
    'doubled quotes',
    '"a""\n""b",c\nd',
    [
      ['"a""\n""b",c', '\n'],
      ['d', '']
    ]
  ],
  [
    'spaces around quotes',
    'a, "b\nc" ,d\ne',
    [
      ['a, "b\nc" ,d', '\n'],
      ['e', '']
    ]
  ],
  [
    'a quote inside of a cell',
    'a 5" nail,b\nc',
    [
      ['a 5" nail,b', '\n'],
      ['c', '']
    ]
  ],
  [
    'text after a closing quote',
    '"a"b,c\nd',
    [
      ['"a"b,c', '\n'],
      ['d', '']
    ]
  ],
  [
    'an unclosed quote costs its line',
    'a,"b\nc,d\ne,f\n',
    [
      ['a,"b', '\n', bad],
      ['c,d', '\n'],
      ['e,f', '\n']
    ]
  ],
  [
    'an unclosed quote before a quoted cell',
    'a,"b\n"c",d\ne',
    [
      ['a,"b', '\n', bad],
      ['"c",d', '\n'],
      ['e', '']
    ]
  ],
  [
    'an unclosed quote in the last row',
    'a\n"b',
    [
      ['a', '\n'],
      ['"b', '', bad]
    ]
  ],
  ['a quote and nothing else', '"', [['"', '', bad]]],
  [
    'NUL characters',
    'a\0b\n\0',
    [
      ['a\0b', '\n'],
      ['\0', '']
    ]
  ],
  ['nothing', '', []]
])('%s', (_, text, rows) => {
  expect(split([text])).toEqual(rows)
  expect(split([...text, ''])).toEqual(rows)
})

test('without a separator quotes mean nothing', () => {
  const splitter = new RowSplitter(undefined)
  splitter.add('"a\nb"\n', true)
  const rows = []
  while (splitter.next()) rows.push(splitter.raw)
  expect(rows).toEqual(['"a', 'b"'])
})

test('a row longer than the limit gives its beginning, and the rows around it stay', () => {
  const text = `a,b\n${'x'.repeat(25)}\r\nc,d\n`
  const rows = [
    ['a,b', '\n'],
    ['x'.repeat(10), '\r\n', 'too-long'],
    ['c,d', '\n']
  ]
  expect(split([text], ',', 10)).toEqual(rows)
  expect(split([...text, ''], ',', 10)).toEqual(rows)
})

test('a row of exactly the limit is no problem', () => {
  expect(split(['xxxxxxxxxx\nyyyyyyyyyyy'], ',', 10)).toEqual([
    ['xxxxxxxxxx', '\n'],
    ['yyyyyyyyyy', '', 'too-long']
  ])
})

test('a quote that is not closed within the limit does not swallow what follows', () => {
  const rest = Array.from({ length: 50 }, (_, index) => `row ${index},x`)
  const rows = split([['"open,x', ...rest].join('\n')], ',', 40)
  expect(rows[0]).toEqual(['"open,x', '\n', bad])
  expect(rows.slice(1).map(([raw]) => raw)).toEqual(rest)
})

/** Each line closes the quote of the one before and opens another: without a bound, each would be read up to the limit. */
const chained = 'x",y,"z\n'

test('lines that open quotes without end are read line by line once the allowance is used', () => {
  const rows = split([chained.repeat(200)], ',', 100, 250)
  expect(rows).toHaveLength(200)
  expect(new Set(rows.map(([, , problem]) => problem))).toEqual(new Set([bad]))
})

const letters = fc
  .array(fc.constantFrom('a', '"', '""', ',', '\n', '\r', '\r\n', ' ', 'é', '\0', 'x@y.z'), { maxLength: 60 })
  .map((parts) => parts.join(''))
const limits = fc.constantFrom(undefined, 3, 10)
const allowances = fc.constantFrom(undefined, 0, 7)

const cutAt = (text: string, cuts: readonly number[]): string[] => {
  const at = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].sort((a, b) => a - b)
  return [...at, text.length].map((end, index) => text.slice(at[index - 1] ?? 0, end))
}

test('cutting the text does not change the rows', () => {
  fc.assert(
    fc.property(letters, fc.array(fc.nat(), { maxLength: 8 }), limits, allowances, (text, cuts, limit, allowance) => {
      expect(split(cutAt(text, cuts), ',', limit, allowance)).toEqual(split([text], ',', limit, allowance))
    }),
    { numRuns: 2_000 }
  )
})

test('rows and line ends put together are the text', () => {
  fc.assert(
    fc.property(letters, (text) => {
      expect(
        split([text])
          .map(([raw, lineEnd]) => raw + lineEnd)
          .join('')
      ).toBe(text)
    }),
    { numRuns: 2_000 }
  )
})

test('every line end outside of quotes ends a row: no row without quotes has one', () => {
  fc.assert(
    fc.property(letters, limits, (text, limit) => {
      for (const [raw] of split([text], ',', limit)) expect(raw.includes('"') || !/[\r\n]/.test(raw)).toBe(true)
    })
  )
})
