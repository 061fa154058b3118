import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type JsonItem, openJsonItems } from './json-items.ts'

const itemsOf = (...pieces: readonly string[]): JsonItem[] => {
  const items = openJsonItems()
  return [...pieces.flatMap((piece) => items.write(piece)), ...items.end()]
}
const valuesOf = (...pieces: readonly string[]): unknown[] =>
  itemsOf(...pieces).map((item) => ('problem' in item ? `! ${item.problem}` : item.value))

test.each<[string, string, unknown[]]>([
  ['an array', '[{"a":1},{"a":[{"b":2}]}]', [{ a: 1 }, { a: [{ b: 2 }] }]],
  ['an array of strings', '["a@b", "c\\"@d"]', ['a@b', 'c"@d']],
  ['an array in an object', '{"n":2,"items":[{"a":"]}"},{}],"paging":{"next":"x"}}', [{ a: ']}' }, {}]],
  ['pages, one after the other', '{"items":[{"a":1}]}\n{"items":[{"a":2}]}', [{ a: 1 }, { a: 2 }]],
  [
    'an object that is a row',
    '{"email":"a@b","tags":["x","y"],"reason":{"code":"z"}}',
    [{ email: 'a@b', tags: ['x', 'y'], reason: { code: 'z' } }]
  ],
  ['rows that are no array', '{"a":1}{"a":2}', [{ a: 1 }, { a: 2 }]],
  ['nothing', '  ', []],
  ['a row that is broken', '[{"a":1},{"a":x},{"a":3}]', [{ a: 1 }, '! This is not JSON.', { a: 3 }]],
  ['an end in the middle', '[{"a":1},{"a":', [{ a: 1 }, expect.stringContaining('! The JSON ends in the middle')]],
  ['brackets that do not match', '[{"a":1}}, {"a":2}', [{ a: 1 }, expect.stringContaining('! The JSON is broken here')]]
])('%s', (_, text, expected) => expect(valuesOf(text)).toEqual(expected))

test('a row that is too long is a problem, and the next one is read', () =>
  expect(valuesOf(`[{"a":"${'x'.repeat(1 << 21)}"},{"a":2}]`)).toEqual(['! The row is longer than 1 MB.', { a: 2 }]))

test('the rows of an array are what JSON.parse finds in it, however the text is cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.dictionary(fc.string(), fc.jsonValue())),
      fc.boolean(),
      fc.integer({ min: 1, max: 9 }),
      (rows, inObject, size) => {
        const text = inObject ? JSON.stringify({ rows }) : JSON.stringify(rows)
        const pieces = text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? []
        const whole = JSON.parse(text)
        expect(valuesOf(...pieces)).toEqual(inObject ? (rows.length === 0 ? [whole] : whole.rows) : whole)
      }
    )
  )
})

test('whatever stands there, it does not throw', () => {
  const text = fc.array(fc.constantFrom('{', '}', '[', ']', '"', '\\', ',', ':', '1', 'a', ' ')).map((chars) => chars.join(''))
  fc.assert(
    fc.property(text, (hostile) => {
      expect(itemsOf(hostile)).toBeInstanceOf(Array)
    })
  )
})
