import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mailboxHashBytes, openHasher } from './mailbox-hash.ts'

test('the hash is what HMAC-SHA-256 of the same key and text begins with', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 0, maxLength: 64 }),
      fc.array(fc.string({ maxLength: 100, unit: 'binary' }), { maxLength: 5 }),
      (key, texts) => {
        const hasher = openHasher(Buffer.from(key))
        for (const text of texts) {
          const expected = createHmac('sha256', key).update(text, 'utf8').digest().subarray(0, mailboxHashBytes)
          expect(hasher.bytes(text).equals(expected)).toBe(true)
          expect(hasher.hex(text)).toBe(expected.toString('hex'))
        }
      }
    )
  )
})
