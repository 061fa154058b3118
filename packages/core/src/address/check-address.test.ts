import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addressCodes } from './address-codes.ts'
import { checkAddress, maxAddressUnits } from './check-address.ts'
import { maxLocalOctets, octetsOf } from './local-part.ts'
import { maxAddressOctets } from './plain-address.ts'

test.each([
  // given, envelope form, domain, A-labels, SMTPUTF8
  ['anna@gmail.com', undefined, 'gmail.com', 'gmail.com', false],
  ['Anna.B+tag@GMail.com', 'Anna.B+tag@gmail.com', 'gmail.com', 'gmail.com', false],
  ["!#$%&'*+/=?^_`{|}~-@gmail.com", undefined, 'gmail.com', 'gmail.com', false],
  ['anna@1337.com', undefined, '1337.com', '1337.com', false],
  ['anna@r3---sn.gmail.com', undefined, 'r3---sn.gmail.com', 'r3---sn.gmail.com', false],
  [`${'a'.repeat(64)}@gmail.com`, undefined, 'gmail.com', 'gmail.com', false],
  [`a@${'b'.repeat(63)}.com`, undefined, `${'b'.repeat(63)}.com`, `${'b'.repeat(63)}.com`, false],
  ['anna@Bücher.de', 'anna@xn--bcher-kva.de', 'bücher.de', 'xn--bcher-kva.de', false],
  ['anna@xn--bcher-kva.de', undefined, 'bücher.de', 'xn--bcher-kva.de', false],
  ['anna@faß.de', 'anna@xn--fa-hia.de', 'faß.de', 'xn--fa-hia.de', false],
  ['anna@ｇｍａｉｌ.com', 'anna@gmail.com', 'gmail.com', 'gmail.com', false],
  ['用户@例子.广告', undefined, '例子.广告', 'xn--fsqu00a.xn--4rr70v', true],
  ['用户@例子。广告', '用户@例子.广告', '例子.广告', 'xn--fsqu00a.xn--4rr70v', true],
  ['cafe\u0301@gmail.com', 'caf\u00e9@gmail.com', 'gmail.com', 'gmail.com', true],
  ['می\u200cخواهم@gmail.com', undefined, 'gmail.com', 'gmail.com', true],
  ['山田・太郎@gmail.com', undefined, 'gmail.com', 'gmail.com', true],
  // NFC turns the Kelvin sign into the letter K.
  ['\u212a@gmail.com', 'K@gmail.com', 'gmail.com', 'gmail.com', false]
])('%s goes out', (address, normalized, domain, asciiDomain, needsSmtputf8) => {
  const check = checkAddress(address)
  expect(check).toMatchObject({ level: 'practical', domain, asciiDomain, needsSmtputf8 })
  expect(check.normalized).toBe(normalized)
  expect(check).not.toHaveProperty('code')
})

test.each([
  // given, level, envelope form
  ['"anna"@gmail.com', 'rfc5321', 'anna@gmail.com'],
  ['"\\a"@gmail.com', 'rfc5321', 'a@gmail.com'],
  ['"a  b"@gmail.com', 'rfc5321', undefined],
  ['"a\\@b"@gmail.com', 'rfc5321', '"a@b"@gmail.com'],
  ['"a\\"b"@gmail.com', 'rfc5321', undefined],
  ['""@gmail.com', 'rfc5321', undefined],
  ['"δ δ"@gmail.com', 'rfc5321', undefined],
  ['(c)anna (d (e)) @ (f) gmail . com (g)', 'rfc5322', 'anna@gmail.com'],
  ['"an".na@gmail.com', 'rfc5322', 'an.na@gmail.com'],
  ['a."".b@gmail.com', 'rfc5322', '"a..b"@gmail.com'],
  ['Anna B. "x" <anna@gmail.com> (c)', 'rfc5322', 'anna@gmail.com'],
  ['Änne\u00a0🚴\u200d♀️ <anna@gmail.com>', 'rfc5322', 'anna@gmail.com'],
  ['<@a.com,@b.com:anna@gmail.com>', 'rfc5322', 'anna@gmail.com'],
  ['anna\r\n @gmail.com', 'rfc5322', 'anna@gmail.com'],
  ['"an\r\n na"@gmail.com', 'rfc5322', '"an na"@gmail.com'],
  ['"a\tb"@gmail.com', 'rfc5322', undefined],
  [`"${'a'.repeat(63)}"@gmail.com`, 'rfc5322', `${'a'.repeat(63)}@gmail.com`],
  [`${'ü'.repeat(33)}@gmail.com`, 'rfc5322', undefined],
  ['anna@[IPv6:fe80::1%1]', 'rfc5322', undefined]
])('%j is %s, and in the envelope %j', (address, level, normalized) => {
  const check = checkAddress(address)
  expect(check.level).toBe(level)
  expect(check.normalized).toBe(normalized)
})

test.each([
  '\r\nanna@gmail.com',
  'anna\n@gmail.com',
  'anna@gmail.com\r\n\r\n x',
  '"an\rna"@gmail.com',
  '"an\\\r\\\nna"@gmail.com',
  '"an\\\nna"@gmail.com',
  '(\n)anna@gmail.com',
  '(\\\n)anna@gmail.com',
  'anna@[192.0.2.1\n]',
  'anna@gmail.com(\r)'
])('%j smuggles a line, and is invalid', (address) => {
  expect(checkAddress(address)).toMatchObject({ level: 'invalid', code: 'line-break' })
})

test.each(['"an\0na"@gmail.com', '"an\\\0na"@gmail.com', '(\0)anna@gmail.com', 'anna@[\0]', 'an\x1b[31mna@gmail.com'])(
  '%j holds a control character, and is invalid',
  (address) => {
    expect(checkAddress(address)).toMatchObject({ level: 'invalid', code: 'control-character' })
  }
)

test('U-label and A-label of one domain ask DNS for the same name', () => {
  for (const domain of ['bücher.de', 'пример.рф', '例子.广告', 'مثال.إختبار'])
    expect(checkAddress(`a@${checkAddress(`a@${domain}`).asciiDomain}`)).toMatchObject({ level: 'practical', domain })
})

test.each([
  ['a@xn--Bcher-kva.de', 'practical', undefined],
  ['a@xn--bcher-.de', 'invalid', 'a-label'],
  ['a@xn--abc-.de', 'invalid', 'a-label'],
  ['a@xn--.de', 'invalid', 'a-label'],
  ['a@\u0301a.de', 'invalid', 'idn-label'],
  ['a@a\u200cb.de', 'invalid', 'invisible-character'],
  ['a@גם1a.com', 'invalid', 'idn-label'],
  ['a@gmail.com©', 'invalid', 'domain-character'],
  [`a@${'ü'.repeat(64)}.de`, 'rfc5322', 'label-too-long'],
  [`a@${'üx'.repeat(30)}.de`, 'rfc5322', 'label-too-long'],
  [`a@${'e\u0301'.repeat(40)}.de`, 'practical', undefined],
  [`a@${'\u0628\u200c\u0628'.repeat(320)}.com`, 'rfc5322', 'label-too-long'],
  [`${'\u0628\u200c\u0628'.repeat(320)}@gmail.com`, 'rfc5322', 'local-part-too-long']
])('%s is %s', (address, level, code) => {
  expect(checkAddress(address)).toMatchObject({ level, ...(code !== undefined && { code }) })
})

test('text longer than a line is not read, however long', () => {
  const check = checkAddress('a'.repeat(2 ** 28))
  expect(check).toMatchObject({ level: 'invalid', code: 'too-long', position: maxAddressUnits })
})

/** Words and signs that addresses and attacks are made of: random text alone hardly ever holds an `@`. */
const pieces = fc.constantFrom(
  ...'a|anna|B|.|..|@|@@|gmail.com|example.com|com|xn--|xn--bcher-kva.de|bücher|ü|例|＠|。|\u200b|\u200d|\u00a0|\u212a|\u037e|e\u0301|\u1fef|\u0640|\ud800|\ufffd'.split(
    '|'
  ),
  ...[
    '"',
    '\\',
    '(',
    ')',
    '<',
    '>',
    '[',
    ']',
    '[192.0.2.1]',
    '[IPv6:::1]',
    ',',
    ';',
    ':',
    ' ',
    '\t',
    '\r\n',
    '\r\n ',
    '\0',
    '-',
    '_',
    '1',
    'mailto:',
    '(at)',
    "'",
    '’',
    '❤',
    '|',
    '/'
  ]
)
const hostile = fc.oneof(
  fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join('')),
  fc
    .tuple(fc.array(pieces, { maxLength: 4 }), fc.array(pieces, { maxLength: 4 }))
    .map(([local, host]) => `a${local.join('')}@b${host.join('')}.com`),
  fc.string({ unit: 'binary', maxLength: 40 })
)
const runs = { numRuns: 5_000 }

test('any text gets an answer: invalid with a code of the list, and only practical without one', () => {
  fc.assert(
    fc.property(hostile, (address) => {
      const check = checkAddress(address)
      expect(check.address).toBe(address)
      if (check.level === 'practical') expect(check.code).toBeUndefined()
      else {
        expect(addressCodes).toContain(check.code)
        expect(check.position).toBeGreaterThanOrEqual(0)
        expect(check.position).toBeLessThanOrEqual(address.length)
      }
      if (check.level === 'invalid') expect(check.localPart ?? check.domain ?? check.normalized).toBeUndefined()
    }),
    runs
  )
})

test('an envelope form has no line breaks, keeps the limits, is practical or legal in SMTP, and settles', () => {
  fc.assert(
    fc.property(hostile, (address) => {
      const { normalized, level, localPart, domain } = checkAddress(address)
      if (level === 'practical' || level === 'rfc5321') expect(localPart).toBeDefined()
      if (localPart === undefined || domain === undefined) return
      const envelope = normalized ?? address
      expect(envelope).not.toMatch(/\p{Cc}/u)
      expect(octetsOf(localPart)).toBeLessThanOrEqual(maxLocalOctets)
      expect(octetsOf(envelope)).toBeLessThanOrEqual(maxAddressOctets)
      const again = checkAddress(envelope)
      expect(['practical', 'rfc5321']).toContain(again.level)
      expect(again).toMatchObject({ localPart, domain })
      expect(again.normalized).toBeUndefined()
    }),
    runs
  )
})

test('a repair is given only without an envelope form, goes out itself, and settles', () => {
  let repairs = 0
  fc.assert(
    fc.property(hostile, (address) => {
      const { repair, localPart } = checkAddress(address)
      if (repair === undefined) return
      repairs++
      expect(localPart).toBeUndefined()
      const mended = checkAddress(repair)
      expect(mended.level === 'practical' || mended.code === 'special-use-domain').toBe(true)
      expect(mended.normalized ?? mended.repair).toBeUndefined()
    }),
    runs
  )
  expect(repairs).toBeGreaterThan(20)
})

test('SMTPUTF8 is needed for a local part beyond ASCII, and for nothing else', () => {
  fc.assert(
    fc.property(hostile, (address) => {
      const { needsSmtputf8, localPart = '' } = checkAddress(address)
      expect(needsSmtputf8).toBe(/[^\0-\x7f]/.test(localPart))
    }),
    runs
  )
})

test('the answer does not depend on what was asked before', () => {
  fc.assert(
    fc.property(fc.array(hostile, { minLength: 1, maxLength: 6 }), (addresses) => {
      const first = addresses.map((address) => checkAddress(address))
      const backwards = addresses.toReversed().map((address) => checkAddress(address))
      expect(backwards.toReversed()).toEqual(first)
    }),
    { numRuns: 1_000 }
  )
})

test('the short way for plain addresses and the grammar give the same answer', () => {
  const plain = fc.string({ unit: fc.constantFrom(...'aB1.-+_x'), minLength: 1, maxLength: 9 })
  fc.assert(
    fc.property(plain, plain, fc.constantFrom('.com', '.1', '', '.c-m', '.COM'), (local, host, top) => {
      const address = `${local}@${host}${top}`
      // A comment sends it through the grammar.
      const [given, long] = [checkAddress(address), checkAddress(`${address}(c)`)]
      expect(long.localPart).toBe(given.localPart)
      expect(long.asciiDomain).toBe(given.asciiDomain)
      if (given.level === 'practical' || given.level === 'rfc5321')
        expect(long).toMatchObject({ level: 'rfc5322', normalized: given.normalized ?? address })
      else expect(long.normalized).toBeUndefined()
    }),
    runs
  )
})
