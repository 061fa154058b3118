import { expect, test } from 'vitest'
import { type AddressCode, addressCodes, addressCodeText } from './address-codes.ts'
import { type AddressLevel, checkAddress } from './check-address.ts'

/** One address for each code, its level, and the offset that is pointed at. */
const examples: Readonly<Record<AddressCode, readonly [address: string, level: AddressLevel, position: number]>> = {
  'quoted-local-part': ['"anna b"@whybounce.org', 'rfc5321', 0],
  'address-literal': ['anna@[192.0.2.1]', 'rfc5321', 5],
  'dotless-domain': ['anna@museum', 'rfc5321', 5],
  'special-use-domain': ['anna@mail.example', 'rfc5321', 5],
  'numeric-tld': ['anna@192.0.2.1', 'rfc5321', 13],
  'symbol-in-domain': ['anna@i❤.ws', 'rfc5321', 6],
  comment: ['anna(from work)@whybounce.org', 'rfc5322', 4],
  'white-space': [' anna@whybounce.org', 'rfc5322', 0],
  'obsolete-syntax': ['"anna".b@whybounce.org', 'rfc5322', 0],
  'display-name': ['Anna <anna@whybounce.org>', 'rfc5322', 0],
  'angle-brackets': ['<anna@whybounce.org>', 'rfc5322', 0],
  'source-route': ['<@relay.whybounce.org:anna@whybounce.org>', 'rfc5322', 1],
  'domain-literal': ['anna@[2001:db8::1]', 'rfc5322', 5],
  'domain-not-host-name': ['anna@why_bounce.org', 'rfc5322', 8],
  'local-part-too-long': [`${'a'.repeat(65)}@whybounce.org`, 'rfc5322', 0],
  'label-too-long': [`anna@mail.${'a'.repeat(64)}.org`, 'rfc5322', 10],
  'domain-too-long': [`a@${'abc.'.repeat(63)}org`, 'rfc5322', 2],
  'address-too-long': [`${'a'.repeat(64)}@${'abc.'.repeat(47)}org`, 'rfc5322', 0],
  empty: ['', 'invalid', 0],
  'too-long': ['a'.repeat(999), 'invalid', 998],
  'no-at': ['whybounce.org', 'invalid', 13],
  'no-local-part': ['@whybounce.org', 'invalid', 0],
  'no-domain': ['anna@', 'invalid', 5],
  'repeated-at': ['anna@@whybounce.org', 'invalid', 4],
  'several-ats': ['anna@berta@whybounce.org', 'invalid', 10],
  'several-addresses': ['anna@whybounce.org, berta@whybounce.org', 'invalid', 18],
  'leading-dot': ['.anna@whybounce.org', 'invalid', 0],
  'trailing-dot': ['anna@whybounce.org.', 'invalid', 18],
  'doubled-dot': ['an..na@whybounce.org', 'invalid', 2],
  space: ['anna b@whybounce.org', 'invalid', 4],
  'unusual-space': ['anna\u00a0b@whybounce.org', 'invalid', 4],
  'invisible-character': ['anna\u200b@whybounce.org', 'invalid', 4],
  'control-character': ['an\x08na@whybounce.org', 'invalid', 2],
  'line-break': ['anna@whybounce.org\r\nBcc: berta@whybounce.org', 'invalid', 18],
  'malformed-unicode': ['anna\ud800@whybounce.org', 'invalid', 4],
  'replacement-character': ['j\ufffdrg@whybounce.org', 'invalid', 1],
  'confusable-character': ['anna＠whybounce.org', 'invalid', 4],
  character: ['an,na@whybounce.org', 'invalid', 2],
  'domain-character': ['anna@whybounce.org:25', 'invalid', 18],
  backslash: ['anna\\_b@whybounce.org', 'invalid', 4],
  'comma-for-dot': ['anna@whybounce,org', 'invalid', 14],
  'leading-punctuation': [';anna@whybounce.org', 'invalid', 0],
  'trailing-punctuation': ['anna@whybounce.org,', 'invalid', 18],
  'quotes-around': ['"anna@whybounce.org"', 'invalid', 0],
  'unclosed-quote': ['an"na@whybounce.org', 'invalid', 2],
  'misplaced-quote': ['"an"na@whybounce.org', 'invalid', 4],
  'unclosed-comment': ['an(na@whybounce.org', 'invalid', 2],
  'misplaced-comment': ['an(x)na@whybounce.org', 'invalid', 2],
  'unclosed-literal': ['anna@[192.0.2.1', 'invalid', 5],
  'misplaced-literal': ['anna@mail[192.0.2.1]', 'invalid', 9],
  'unclosed-angle': ['Anna <anna@whybounce', 'invalid', 5],
  'text-after-address': ['<anna@whybounce.org> b', 'invalid', 21],
  'display-name-unquoted': ['Brown, Anna <anna@whybounce.org>', 'invalid', 0],
  'scheme-prefix': ['mailto:anna@whybounce.org', 'invalid', 0],
  'written-out': ['anna (at) whybounce.org', 'invalid', 4],
  'hyphen-at-edge': ['anna@why-.org', 'invalid', 8],
  'idn-label': ['anna@why\u0640.org', 'invalid', 5],
  'a-label': ['anna@mail.xn--example.org', 'invalid', 10]
}

test.each(addressCodes.map((code) => [code, ...examples[code]] as const))(
  '%s is told, with its place',
  (code, address, level, position) => {
    expect(checkAddress(address)).toMatchObject({ code, level, position })
  }
)

test('every code has a sentence of its own that says what to do', () => {
  const texts = addressCodes.map((code) => addressCodeText[code])
  expect(new Set(texts).size).toBe(addressCodes.length)
  for (const text of texts) expect(text).toMatch(/^[A-Z“].{10,}: .{8,}\.$/)
})
