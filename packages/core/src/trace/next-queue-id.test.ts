import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nextQueueId } from './next-queue-id.ts'

for (const [text, id] of [
  ['250 2.0.0 Ok: queued as 4ZxKQ81Yzfz4w2c', '4ZxKQ81Yzfz4w2c'],
  ['250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as 1A2B3C4D5E', '1A2B3C4D5E'],
  ['250 OK id=1vNoQu-000000001ab-2Xyz', '1vNoQu-000000001ab-2Xyz'],
  ['Sent (6AOA20xx000100 Message accepted for delivery)', '6AOA20xx000100'],
  ['250 2.0.0 6AOA20xx000100 Message accepted for delivery', '6AOA20xx000100'],
  ['forwarded as 4ZxKQ81Yzfz4w2c', '4ZxKQ81Yzfz4w2c'],
  ['250 ok, not forwarded as 4ZxKQ81Yzfz4w2c', undefined],
  ['250 ok', undefined],
  ['250 Message accepted for delivery', undefined],
  ['250 2.0.0 Ok: queued as', undefined]
] as const)
  test(`"${text}" names ${id ?? 'none'}`, () => expect(nextQueueId(text)).toBe(id))

test('an id has letters, digits and hyphens, and never throws', () => {
  fc.assert(
    fc.property(fc.string(), fc.constantFrom('queued as ', 'OK id=', ' Message accepted for delivery'), fc.string(), (one, mark, other) => {
      expect(nextQueueId(`${one}${mark}${other}`) ?? 'abcdef').toMatch(/^[A-Za-z0-9-]{6,64}$/)
    })
  )
})
