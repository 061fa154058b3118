import { expect, test } from 'vitest'
import { isAddressLiteral } from './address-literal.ts'

test.each([
  ['[192.0.2.1]', true],
  ['[192.0.2.256]', false],
  ['[192.0.2]', false],
  ['[192.0.2.1.1]', false],
  ['[192.0.2.1 ]', false],
  ['[]', false],
  ['[IPv6:2001:db8:1:2:3:4:5:6]', true],
  ['[ipv6:2001:DB8::1]', true],
  ['[IPv6:::]', true],
  ['[IPv6:::ffff:192.0.2.1]', true],
  ['[IPv6:1:2:3:4:5:6:192.0.2.1]', true],
  ['[IPv6:1:2:3:4:5:6:7:192.0.2.1]', false],
  // RFC 4291 allows "::" for one group, RFC 5321 for two at least.
  ['[IPv6:1:2:3:4:5:6::]', true],
  ['[IPv6:1:2:3:4:5:6:7::]', false],
  ['[IPv6:1:2:3:4::192.0.2.1]', true],
  ['[IPv6:1:2:3:4:5::192.0.2.1]', false],
  ['[IPv6:1::2::3]', false],
  ['[IPv6:1:::2]', false],
  ['[IPv6:192.0.2.1::1]', false],
  ['[IPv6:12345::]', false],
  ['[IPv6:fe80::1%eth0]', false],
  ['[2001:db8::1]', false],
  // No tag but IPv6 is registered.
  ['[X400:c=de]', false]
])('%s is an address literal of SMTP: %s', (literal, expected) => {
  expect(isAddressLiteral(literal)).toBe(expected)
})
