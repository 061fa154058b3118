import { identity } from '@whybounce/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { judgeReverseName } from './reverse-name.ts'

const ip = '192.0.2.1'

test.each(identity.reverseWords.map(({ means, example }) => [example, means] as const))(
  '%s, the example of %s, is judged so',
  (name, means) => {
    expect(judgeReverseName(name, ip)).toBe({ home: 'home', static: 'hosting', mail: 'own' }[means])
  }
)

test.each(identity.reverseEndings.map(({ example }) => example))('%s is a name that a hosting company gave', (name) => {
  expect(judgeReverseName(name, ip)).toBe('hosting')
})

test.each([
  ['mail.example.com', 'own'],
  ['mx1.example.com', 'own'],
  ['example.com', 'own'],
  ['dynamic.com', 'own'],
  ['mail.dyn.com', 'own'],
  ['mail-pool3.example.com', 'own'],
  ['pool.example.com', 'own'],
  ['home.example.org', 'own'],
  ['a192-85.smtp-out.amazonses.com', 'own'],
  ['mail-qt0-f199.google.com', 'own'],
  ['o1.email.example.com', 'own'],
  ['192-0-2-1.outbound.example.net', 'own'],
  ['mail.static.example.net', 'own'],
  ['host-192-0-2-1.example.net', 'hosting'],
  ['1.2.0.192.example.net', 'hosting'],
  ['c0000201.example.net', 'hosting'],
  ['ip192000002001.example.net', 'hosting'],
  ['static-192-0-2-1.cust.example.net', 'hosting'],
  ['192-0-2-1.pool.example.net', 'home'],
  ['p5dc3a1b2.dip0.example.net', 'own'],
  ['pc0000201.dip0.example.net', 'home'],
  ['cpe-192-0-2-1.example.net', 'home'],
  ['ppp-7.example.net', 'home'],
  ['adsl12.example.net', 'home'],
  ['dhcp-7.campus.example.edu', 'home'],
  ['203-0-113-9.pool.example.net', 'own'],
  ['', 'own']
])('%j is judged %s', (name, kind) => expect(judgeReverseName(name, ip)).toBe(kind))

test('an IPv6 address in the name is found, whichever half of it', () => {
  expect(judgeReverseName('2001-0db8-0000-0000-0000-0000-0000-0001.example.net', '2001:db8::1')).toBe('hosting')
  expect(judgeReverseName('mail6.example.net', '2001:db8::1')).toBe('own')
})

test('any name can be judged', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.oneof(fc.ipV4(), fc.ipV6()), (name, address) => {
      expect(['home', 'hosting', 'own']).toContain(judgeReverseName(name, address))
    })
  )
})
