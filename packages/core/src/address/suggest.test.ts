import { constantFrom, oneof, property, assert as prove, string, tuple } from 'fast-check'
import { expect, test } from 'vitest'
import { addresses } from '../knowledge/addresses.generated.ts'
import { mailNames } from './mail-names.ts'
import { suggestDomain } from './suggest.ts'

const mended: readonly (readonly [typed: string, meant: string, kind: string, confidence: string])[] = [
  ['gnail.com', 'gmail.com', 'keyboard', 'likely'],
  ['gmail.fcom', 'gmail.com', 'tld', 'certain'],
  ['gamil.com', 'gmail.com', 'swapped', 'likely'],
  ['gmaill.com', 'gmail.com', 'repeated', 'likely'],
  ['gmai1.com', 'gmail.com', 'confusable', 'likely'],
  ['gml.com', 'gmail.com', 'edit', 'weak'],
  ['hotnail.fr', 'hotmail.fr', 'keyboard', 'likely'],
  ['hotrnail.com', 'hotmail.com', 'confusable', 'likely'],
  ['yahho.co.uk', 'yahoo.co.uk', 'repeated', 'likely'],
  ['outlok.de', 'outlook.de', 'repeated', 'likely'],
  ['concast.net', 'comcast.net', 'keyboard', 'likely'],
  ['wanado.fr', 'wanadoo.fr', 'repeated', 'likely'],
  ['tonline.de', 't-online.de', 'edit', 'likely'],
  ['yandx.ru', 'yandex.ru', 'edit', 'likely'],
  ['btinernet.com', 'btinternet.com', 'edit', 'likely'],
  // Endings that do not exist
  ['gmail.con', 'gmail.com', 'tld', 'certain'],
  ['live.xom', 'live.com', 'tld', 'certain'],
  ['web.dee', 'web.de', 'tld', 'certain'],
  ['orange.ft', 'orange.fr', 'tld', 'certain'],
  ['yahoo.co.ukk', 'yahoo.co.uk', 'tld', 'certain'],
  ['nosuchfirm.cmo', 'nosuchfirm.com', 'tld', 'certain'],
  ['nosuchfirm.c0m', 'nosuchfirm.com', 'tld', 'certain'],
  ['nosuchfirm.ocm', 'nosuchfirm.com', 'tld', 'certain'],
  ['nosuchfirm.vom', 'nosuchfirm.com', 'tld', 'certain'],
  ['nosuchfirm.cim', 'nosuchfirm.com', 'tld', 'certain'],
  ['nosuchfirm.comm', 'nosuchfirm.com', 'tld', 'certain'],
  ['nosuchfirm.nt', 'nosuchfirm.net', 'tld', 'certain'],
  ['nosuchfirm.ner', 'nosuchfirm.net', 'tld', 'certain'],
  ['nosuchfirm.ogr', 'nosuchfirm.org', 'tld', 'certain'],
  ['nosuchfirm.orgg', 'nosuchfirm.org', 'tld', 'certain'],
  ['nosuchfirm.frr', 'nosuchfirm.fr', 'tld', 'certain'],
  ['nosuchfirm.couk', 'nosuchfirm.co.uk', 'missing-dot', 'certain'],
  // Endings that exist, of which the provider has none
  ['hotmail.co', 'hotmail.com', 'tld', 'likely'],
  ['gmail.cm', 'gmail.com', 'tld', 'likely'],
  ['yahoo.om', 'yahoo.com', 'tld', 'likely'],
  ['comcast.ne', 'comcast.net', 'tld', 'likely'],
  ['gmail.de', 'gmail.com', 'tld', 'weak'],
  ['gmail.com.br', 'gmail.com', 'tld', 'likely'],
  // Dots
  ['gmail', 'gmail.com', 'missing-dot', 'certain'],
  ['yahoocom', 'yahoo.com', 'missing-dot', 'certain'],
  ['hotmailcouk', 'hotmail.co.uk', 'missing-dot', 'certain'],
  ['gmailc.om', 'gmail.com', 'missing-dot', 'likely'],
  ['hotmail.com.com', 'hotmail.com', 'repeated', 'likely'],
  ['www.gmail.com', 'gmail.com', 'edit', 'likely'],
  // Characters that no domain has
  ['#gmail.com', 'gmail.com', 'edit', 'certain'],
  ['gmail.com>', 'gmail.com', 'edit', 'certain'],
  ['gmail,com', 'gmail.com', 'edit', 'certain'],
  ['gmail..com', 'gmail.com', 'edit', 'certain'],
  ['nosuchfirm.com.', 'nosuchfirm.com', 'edit', 'certain'],
  // Letters of other scripts
  ['gm\u0430il.com', 'gmail.com', 'confusable', 'certain'],
  ['gmail.\u0441\u043em', 'gmail.com', 'confusable', 'certain'],
  ['hotma\u0131l.com', 'hotmail.com', 'confusable', 'certain'],
  ['xn--gmil-63d.com', 'gmail.com', 'confusable', 'certain'],
  ['GNAIL.CON', 'gmail.com', 'keyboard', 'certain']
]

test.each(mended)('%s is meant to be %s', (typed, meant, kind, confidence) => {
  expect(suggestDomain('user', typed)).toEqual({ address: `user@${meant}`, domain: meant, kind, confidence })
})

test.each([
  // Pieces, nothing, and what is meant for another network
  '',
  '.',
  '@',
  'gm',
  'gmai',
  'localhost',
  'printer.local',
  'host.test',
  'mail.nosuchfirm.cmo',
  '[192.0.2.1]',
  '192.0.2.1',
  // Words and firms beside a provider's name
  'mail.com',
  'email.com',
  'ymail.com',
  'gail.com',
  'goal.com',
  'grail.com',
  'wahoo.com',
  'cloud.com',
  'hotmart.com',
  'nosuchfirm.co',
  'nosuchfirm.om',
  'nosuchfirm.ne',
  'comcast.com',
  'verizon.com',
  'yahoo.co.jp',
  'gmx.fr',
  'hotmail.co.uk',
  'outlook.pt',
  // Names in other scripts are names
  'm\u00fcller.de',
  '\u043f\u043e\u0447\u0442\u0430.\u0440\u0444',
  'xn--mller-kva.de'
])('%s is left as it is', (domain) => {
  expect(suggestDomain('user', domain)).toBeUndefined()
})

test('no domain that is known is corrected, with or without a name before it', () => {
  for (const domain of mailNames().known) {
    expect([domain, suggestDomain('user', domain)]).toEqual([domain, undefined])
    if (!addresses.others.includes(domain)) expect([domain, suggestDomain('user', `mx1.${domain}`)]).toEqual([domain, undefined])
  }
})

test('what is suggested is settled: nothing is suggested for it again', () => {
  for (const [typed] of mended) {
    const once = suggestDomain('user', typed)
    expect(once).toBeDefined()
    if (once !== undefined) expect(suggestDomain('user', once.domain)).toBeUndefined()
  }
})

const names = addresses.names.flatMap(({ name, suffixes }) => suffixes.map((suffix) => `${name}.${suffix}`))

test('any text gets an answer, and a suggestion is a domain that can be asked for in DNS', () => {
  const piece = oneof(
    string({ unit: 'binary', maxLength: 20 }),
    constantFrom(...names),
    constantFrom('.', ',', 'xn--', '..', '\u0430', '@')
  )
  prove(
    property(tuple(piece, piece, piece), (pieces) => {
      const found = suggestDomain('user', pieces.join(''))
      if (found === undefined) return
      expect(found.domain).toMatch(/^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/)
      expect(found.address).toBe(`user@${found.domain}`)
    }),
    { numRuns: 2000 }
  )
})

test('a domain beyond 255 characters is not looked at', () => {
  expect(suggestDomain('user', `${'#'.repeat(255 - 'gmail.com'.length)}gmail.com`)?.domain).toBe('gmail.com')
  expect(suggestDomain('user', `${'#'.repeat(256 - 'gmail.com'.length)}gmail.com`)).toBeUndefined()
})
