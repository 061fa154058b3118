import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isAddress, reverseLabels, reverseName, sameAddress } from './reverse-address.ts'

test.each([
  ['192.0.2.1', '1.2.0.192.in-addr.arpa'],
  ['2001:db8::1', '1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa'],
  ['::', `${Array(32).fill('0').join('.')}.ip6.arpa`],
  ['2001:DB8:0:0:1:2:3:4', '4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa']
])('the PTR record of %s stands at %s', (ip, name) => expect(reverseName(ip)).toBe(name))

test('the test entry of RFC 5782 for IPv6 is the mapped 127.0.0.2', () => {
  expect(reverseLabels('::ffff:7f00:2')).toBe('2.0.0.0.0.0.f.7.f.f.f.f.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0')
  expect(reverseLabels('::ffff:127.0.0.2')).toBe(reverseLabels('::ffff:7f00:2'))
})

test.each([
  ['192.0.2.1', '192.0.2.1', true],
  ['192.0.2.1', '192.0.2.10', false],
  ['2001:db8::1', '2001:DB8:0:0::0:1', true],
  ['2001:db8::1', '2001:db8::2', false],
  ['192.0.2.1', '::ffff:192.0.2.1', false],
  ['fe80::1%eth0', 'fe80::1%eth0', false],
  ['mail.example.com', 'mail.example.com', false]
])('%s and %s are the same address: %s', (one, other, same) => expect(sameAddress(one, other)).toBe(same))

test('every IPv6 address has 32 labels and is the same however it is written', () => {
  fc.assert(
    fc.property(fc.ipV6(), fc.boolean(), (ip, upper) => {
      expect(reverseLabels(ip)).toMatch(/^(?:[0-9a-f]\.){31}[0-9a-f]$/)
      expect(sameAddress(ip, upper ? ip.toUpperCase() : ip)).toBe(true)
    })
  )
})

test('any other text is no address, and never throws where it is compared', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      if (isAddress(text)) return
      expect(sameAddress(text, text)).toBe(false)
      expect(() => reverseLabels(text)).toThrow(TypeError)
    })
  )
})
