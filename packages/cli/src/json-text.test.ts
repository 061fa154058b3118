import fc from 'fast-check'
import { expect, test } from 'vitest'
import { jsonText } from './json-text.ts'

test('no control character is left, and the value is the same', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const told = { value, hostile: '\u009b31m\u007f\u0085\u001b[31m' }
      const text = jsonText(told)
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(told)))
      expect(text).not.toMatch(/\p{Cc}/u)
    })
  )
})
