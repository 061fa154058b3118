import { property, assert as prove, string } from 'fast-check'
import { expect, test } from 'vitest'
import { homographOf } from './homograph.ts'
import { mailNames } from './mail-names.ts'

test.each([
  ['rnicrosoft.com', 'microsoft.com'],
  ['arnazon.com', 'amazon.com'],
  ['paypa1.com', 'paypal.com'],
  ['paypai.com', 'paypal.com'],
  ['goog1e.com', 'google.com'],
  ['vvalmart.com', 'walmart.com'],
  ['gmaii.com', 'gmail.com'],
  ['lcloud.com', 'icloud.com'],
  ['login.paypa1.com', 'paypal.com'],
  ['p\u0430yp\u0430l.com', 'paypal.com'],
  ['xn--pypal-4ve.com', 'paypal.com'],
  ['\u0430\u0440\u0440\u04cf\u0435.com', 'apple.com'],
  ['gmail.\u0441\u043em', 'gmail.com'],
  ['gm\u00e1il.com', 'gmail.com'],
  ['hotma\u0131l.com', 'hotmail.com'],
  ['\uff47mail.com', 'gmail.com']
])('%s looks like %s', (domain, imitated) => {
  expect(homographOf(domain)).toBe(imitated)
})

test.each([
  '',
  '.',
  'com',
  'paypal.com',
  'login.paypal.com',
  'mail.com',
  'mall.com',
  'm\u00fcller.de',
  '\u044f\u043d\u0434\u0435\u043a\u0441.\u0440\u0444',
  'nosuchfirm.com',
  'xn--',
  'x'.repeat(300)
])('%s looks like none', (domain) => {
  expect(homographOf(domain)).toBeUndefined()
})

test('no domain that is known imitates another', () => {
  for (const domain of mailNames().known) expect([domain, homographOf(domain)]).toEqual([domain, undefined])
})

test('any text gets an answer', () => {
  const { known } = mailNames()
  prove(
    property(string({ unit: 'binary', maxLength: 60 }), (text) => {
      const found = homographOf(`${text}.com`)
      expect(found === undefined || known.has(found)).toBe(true)
    }),
    { numRuns: 1000 }
  )
})
