import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openDocuments } from './webhook-documents.ts'

const cut = (text: string, longest?: number): { texts: string[]; broken: number; isOpen: boolean } => {
  const documents = openDocuments(longest)
  const texts: string[] = []
  let broken = 0
  for (const line of text.split('\n')) {
    const found = documents.line(line)
    texts.push(...found.texts)
    broken += found.broken
  }
  return { texts, broken, isOpen: documents.isOpen() }
}

for (const [what, text, documents, broken] of [
  ['one', '{"a":1}', 1, 0],
  ['one over lines', '{\n "a": {\n  "b": [1,\n 2]}\n}', 1, 0],
  ['two behind each other', '{"a":1}{"b":2}', 2, 0],
  ['an array', '[{"a":1},{"b":[{"c":1}]}]', 2, 0],
  ['an array over lines', '[\n{\n"a":1\n},\n{"b":2}\n]\n[{"c":3}]', 3, 0],
  ['brackets and quotes in strings', '{"a":"}{][\\"\\\\"}', 1, 0],
  ['a prefix', 'Nov  1 12:00:00 mx1 hook[42]: {"a":1}', 1, 0],
  ['a time in brackets before it', '[2026-11-01 12:00:00] {"a":1}', 1, 0],
  ['a string that goes on', '{"a":"b\n{"c":1}', 1, 1],
  ['an object where a name should be', '{"a":1,\n{"b":1}', 1, 1],
  ['an object behind a value', '{"a":1\n{"b":1}', 1, 1],
  ['a bracket of the other kind', '{"a":[1}\n{"b":1}', 1, 1],
  ['an end without a beginning', '"a":1}\n{"b":1}', 1, 1],
  ['too deep', `${'[{"a":'.repeat(300)}`, 0, 1]
] as const)
  test(`documents: ${what}`, () => {
    const found = cut(text)
    expect(found.texts).toHaveLength(documents)
    expect(found.broken).toBeGreaterThanOrEqual(broken)
    if (broken === 0) expect(found).toMatchObject({ broken: 0, isOpen: false })
  })

test('a document that is too long is broken, and the next one is read', () => {
  expect(cut(`{"a":"${'x'.repeat(2_000)}"}\n{"b":1}`, 1_000)).toEqual({ texts: ['{"b":1}'], broken: 1, isOpen: false })
  expect(cut(`{"a":[\n${'1,\n'.repeat(1_000)}1]}\n{"b":1}`, 1_000)).toEqual({ texts: ['{"b":1}'], broken: 1, isOpen: false })
})

test('objects are found however they are written', () => {
  const objects = fc.array(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 })), { minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(objects, fc.integer({ min: 0, max: 3 }), fc.constantFrom('lines', 'array', 'behind'), (values, indent, how) => {
      const texts = values.map((value) => JSON.stringify(value, null, indent))
      const text = how === 'array' ? JSON.stringify(values, null, indent) : texts.join(how === 'lines' ? '\n' : '')
      const found = cut(text)
      expect(found.texts.map((each) => JSON.parse(each))).toEqual(values.map((value) => JSON.parse(JSON.stringify(value))))
      expect(found).toMatchObject({ broken: 0, isOpen: false })
    })
  )
})

test('any lines are read, and what is inside is not lost: it is a document, broken, or open', () => {
  const pieces = fc.array(fc.constantFrom('{', '}', '[', ']', '"', ':', ',', '\\', '\n', 'a', ' ', '{"a":1}'), { maxLength: 60 })
  fc.assert(
    fc.property(pieces, (parts) => {
      const text = parts.join('')
      const found = cut(text)
      for (const each of found.texts) expect(each.startsWith('{') && each.endsWith('}')).toBe(true)
      if (text.includes('}')) expect(found.texts.length + found.broken > 0 || found.isOpen).toBe(true)
    })
  )
})
