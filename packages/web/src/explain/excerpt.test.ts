import fc from 'fast-check'
import { expect, test } from 'vitest'
import { excerptOf } from './excerpt.ts'
import { printable } from './printable.ts'

test.each([
  ['\u001b[31mred', '␛[31mred'],
  ['a\u202eb', 'a⟨202E⟩b'],
  ['a\u200bb', 'a⟨200B⟩b'],
  ['a\r\nb\rc', 'a\nb\nc'],
  ['tab\there', 'tab\there'],
  ['\u0000\u007f\u009b', '␀␡⟨009B⟩'],
  ['Benutzer unbekannt: über', 'Benutzer unbekannt: über']
])('%j is shown as %j', (text, shown) => {
  expect(printable(text)).toBe(shown)
})

test('nothing that is shown controls or turns text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(printable(text).replace(/[\n\t]/g, '')).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u)
    })
  )
})

test('the marked words stand between what is around them', () => {
  expect(excerptOf('550 5.1.1 User unknown here', [10, 22])).toEqual({ before: '550 5.1.1 ', words: 'User unknown', after: ' here' })
})

test('of a text of megabytes only the neighbourhood is shown', () => {
  const text = `${'a '.repeat(1e6)}User unknown${' b'.repeat(1e6)}`
  const { before, words, after } = excerptOf(text, [2e6, 2e6 + 12])
  expect(words).toBe('User unknown')
  expect(before.startsWith('… ')).toBe(true)
  expect(before.length + after.length).toBeLessThan(1_100)
})

test('without matched words the beginning is shown', () => {
  expect(excerptOf('  554 refused \n', undefined)).toEqual({ before: '', words: '', after: '  554 refused' })
})
