import fc from 'fast-check'
import { expect, test } from 'vitest'
import { withoutAddresses } from './without-addresses.ts'

test.each([
  ['550 5.1.1 <anna.b@example.com>: User unknown', '550 5.1.1 <…@example.com>: User unknown'],
  ['"anna b"@example.com is full', '…@example.com is full'],
  ['https://example.com/?u=anna%40example.org', 'https:…%40example.org'],
  ['bounce-anna=example.com@list.example', '…@list.example'],
  ['nobody here', 'nobody here']
])('%s', (text, expected) => expect(withoutAddresses(text, 500)).toBe(expected))

test('no local part survives, wherever the text is cut', () => {
  const local = fc.stringMatching(/^[a-z]{6,20}$/)
  fc.assert(
    fc.property(fc.string({ maxLength: 600 }), local, fc.integer({ min: 1, max: 600 }), (before, name, cut) => {
      expect(withoutAddresses(`${before.replaceAll(name, '')} ${name}@example.com`, cut)).not.toContain(name)
    })
  )
})
