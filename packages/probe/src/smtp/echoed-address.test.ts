import fc from 'fast-check'
import { expect, it } from 'vitest'
import { echoedAddress } from './echoed-address.ts'

const told = (text: string, ehloName = 'probe.example.com'): string | undefined =>
  echoedAddress({
    ehlo: { stage: 'ehlo', code: 250, text, took: 1 },
    transcript: () => [{ at: 0, from: 'us', text: `EHLO ${ehloName}` }]
  })

it.each<[string, string, string | undefined]>([
  ['behind Hello', '250-mx.example.com Hello probe.example.com [203.0.113.5], pleased to meet you\n250 HELP', '203.0.113.5'],
  ['at your service', '250-mx.example.com at your service, [203.0.113.5]\n250 SIZE 1', '203.0.113.5'],
  ['without a name', '250-mx.example.com Hello [203.0.113.5]\n250 SIZE', '203.0.113.5'],
  ['in parentheses', '250 mx.example.com Hello probe.example.com (203.0.113.5)', '203.0.113.5'],
  ['IPv6 with its tag', '250-mx.example.com at your service, [IPv6:2001:DB8::5]\n250 SIZE', '2001:db8::5'],
  ['IPv6 without', '250 mx.example.com at your service, [2001:db8::5]', '2001:db8::5'],
  ['IPv4 as IPv6', '250 mx.example.com Hello [::ffff:203.0.113.5]', '203.0.113.5'],
  ['the same twice', '250 mx Hello a [203.0.113.5] ([203.0.113.5])', '203.0.113.5'],
  ['two: cannot tell', '250 mx Hello [203.0.113.5] via [203.0.113.6]', undefined],
  ["the server's own", '250-[198.51.100.1] Hello probe.example.com\n250 SIZE', undefined],
  ["the server's own, and ours", '250-[198.51.100.1] Hello probe.example.com [203.0.113.5]', '203.0.113.5'],
  ['none', '250-mx.example.com\n250 SIZE', undefined],
  ['not in the first line', '250-mx.example.com\n250 [203.0.113.5]', undefined],
  ['private', '250 mx Hello [10.1.2.3]', undefined],
  ['behind a carrier', '250 mx Hello [100.64.1.1]', undefined],
  ['loopback', '250 mx Hello [127.0.0.1]', undefined],
  ['IPv6 of this place only', '250 mx Hello [IPv6:fd00::1]', undefined],
  ['link-local', '250 mx Hello [fe80::1]', undefined],
  ['no address', '250 mx Hello [999.0.113.5]', undefined],
  ['a version', '250 mx ESMTP (8.17.1)', undefined],
  ['beyond what is looked at', `250 mx ${'a'.repeat(5_000)} [203.0.113.5]`, undefined]
])('our address as told: %s', (_name, text, expected) => {
  expect(told(text)).toBe(expected)
})

it('an address that only repeats our EHLO name was not seen by the server', () => {
  expect(told('250 mx Hello [203.0.113.9]', '[203.0.113.9]')).toBeUndefined()
  expect(told('250 mx Hello [203.0.113.9] [203.0.113.5]', '[203.0.113.9]')).toBe('203.0.113.5')
  expect(told('250 mx Hello [203.0.113.9] [203.0.113.9]', '[203.0.113.9]')).toBe('203.0.113.9')
})

it('takes any text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string(), (text, name) => {
      expect(told(`250 ${text}`, name) ?? 'none').toMatch(/^[0-9a-f.:]+$|^none$/)
    })
  )
})
