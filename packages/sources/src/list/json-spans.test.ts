import fc from 'fast-check'
import { expect, test } from 'vitest'
import { valueSpan } from './json-spans.ts'

const at = (raw: string, path: readonly string[]): string | undefined => {
  const span = valueSpan(raw, path)
  return span === undefined ? undefined : raw.slice(span.start, span.end)
}

test.each<readonly [string, readonly string[], string | undefined]>([
  ['{"a":1}', ['a'], '1'],
  ['{ "a" : "x" , "b" : [1, {"c": "y"}] }', ['b', '1', 'c'], '"y"'],
  ['{"a":"}{\\"","b":2}', ['b'], '2'],
  ['{"a":1,"a":2}', ['a'], '2'],
  ['{"\\u0061":3}', ['a'], '3'],
  ['{"a":{}}', ['a', 'b'], undefined],
  ['{}', ['a'], undefined],
  ['{"a":[]}', ['a', '0'], undefined],
  ['{"a":[1]}', ['a', '1'], undefined],
  ['{"a":"x"}', ['a', 'b'], undefined]
])('in %s at %j', (raw, path, value) => {
  expect(at(raw, path)).toBe(value)
})

test('every value of any object is found where it stands', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }), { minKeys: 1 }),
      fc.constantFrom(undefined, 2),
      (object, indent) => {
        const raw = JSON.stringify(object, undefined, indent)
        const parsed: unknown = JSON.parse(raw)
        for (const [key, value] of Object.entries(object)) {
          if (typeof parsed !== 'object' || parsed === null) continue
          expect(JSON.parse(at(raw, [key]) ?? '')).toEqual(JSON.parse(JSON.stringify(value)))
        }
      }
    )
  )
})

test('a value nested half a million deep takes no stack', () => {
  const raw = `{"a":${'['.repeat(250_000)}${']'.repeat(250_000)},"b":1}`
  expect(at(raw, ['b'])).toBe('1')
})
