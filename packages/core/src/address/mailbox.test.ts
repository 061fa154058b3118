import { property, assert as prove, string } from 'fast-check'
import { expect, test } from 'vitest'
import { addresses } from '../knowledge/addresses.generated.ts'
import { canonicalMailbox, isFreeProvider } from './mailbox.ts'

test.each([
  ['J.o.h.n+news', 'Gmail.com', undefined, 'john@gmail.com'],
  ['john', 'googlemail.com', undefined, 'john@gmail.com'],
  ['john.doe+news', 'firm.example', 'google-workspace', 'john.doe@firm.example'],
  ['John+x', 'outlook.com', undefined, 'john@outlook.com'],
  ['john.doe+x', 'hotmail.fr', undefined, 'john.doe@hotmail.fr'],
  ['john+x', 'me.com', undefined, 'john@icloud.com'],
  ['j_o-h.n+x', 'pm.me', undefined, 'john@proton.me'],
  ['john.doe', 'yandex.com', undefined, 'john-doe@yandex.ru'],
  ['john-doe', 'ya.ru', undefined, 'john-doe@yandex.ru'],
  ['shop', 'john.fastmail.com', undefined, 'john@fastmail.com'],
  ['john+shop', 'fastmail.com', undefined, 'john@fastmail.com'],
  ['john+shop', 'firm.example', 'fastmail', 'john@firm.example'],
  // The base of Yahoo's disposable addresses is not the account's name
  ['base-shop', 'yahoo.com', undefined, 'base-@yahoo.com'],
  ['base-bank', 'yahoo.com', undefined, 'base-@yahoo.com'],
  ['base', 'yahoo.com', undefined, 'base@yahoo.com'],
  ['base-shop', 'yahoo.co.jp', undefined, 'base-shop@yahoo.co.jp'],
  // Unknown domains: case does not count, the rest does
  ['John.Doe+x', 'firm.example', undefined, 'john.doe+x@firm.example'],
  ['john+x', 'firm.example', 'microsoft-365', 'john+x@firm.example'],
  // Quotes that are not needed say nothing
  ['"john.doe"', 'firm.example', undefined, 'john.doe@firm.example'],
  ['"john doe"', 'firm.example', undefined, '"john doe"@firm.example'],
  ['"john..doe"', 'firm.example', undefined, '"john..doe"@firm.example'],
  // What is no name stays
  ['+x', 'gmail.com', undefined, '+x@gmail.com'],
  ['...', 'gmail.com', undefined, '...@gmail.com']
])('%s at %s (%s) is the mailbox %s', (localPart, domain, provider, expected) => {
  expect(canonicalMailbox(localPart, domain, provider)).toBe(expected)
})

test('the canonical form of a canonical form is itself', () => {
  const ruled = addresses.mailboxes.flatMap(({ domains }) => domains.filter((domain) => !domain.endsWith('.*')))
  prove(
    property(string({ unit: 'binary', maxLength: 40 }), (localPart) => {
      for (const domain of [...ruled, 'firm.example']) {
        const once = canonicalMailbox(localPart, domain)
        const at = once.lastIndexOf('@')
        expect(canonicalMailbox(once.slice(0, at), once.slice(at + 1))).toBe(once)
      }
    })
  )
})

test.each([
  ['gmail.com', true],
  ['GMX.de', true],
  ['yahoo.co.jp', true],
  ['mail.ru', true],
  ['qq.com', true],
  ['comcast.net', false],
  ['t-online.de', false],
  ['fastmail.com', false],
  ['privaterelay.appleid.com', false],
  ['firm.example', false]
])('%s gives mailboxes to anybody: %s', (domain, expected) => {
  expect(isFreeProvider(domain)).toBe(expected)
})
