import { submission } from '@whybounce/core/finding'
import { expect, test } from 'vitest'
import { mistakenFor, nameFits, providerOf, settingsLines, settingsText, takesPort } from './provider.ts'

test.each<[string, string | undefined, string | undefined, string | undefined]>([
  ['smtp.gmail.com', undefined, undefined, 'gmail'],
  ['email-smtp.eu-central-1.amazonaws.com', undefined, undefined, 'amazon-ses'],
  ['email-smtp.eu.central-1.amazonaws.com', undefined, undefined, undefined],
  ['smtp.office365.com', undefined, 'john@example.com', 'microsoft-365'],
  ['smtp.office365.com', undefined, 'john@outlook.com', 'outlook'],
  ['smtp.office365.com', undefined, 'john@live.co.uk', 'outlook'],
  ['smtp.office365.com', undefined, 'john@live.example.co.uk', 'microsoft-365'],
  ['smtp-mail.outlook.com', undefined, undefined, 'outlook'],
  ['smtp.example.com', '220 smtp.sendgrid.net ESMTP ready', undefined, 'sendgrid'],
  ['smtp.example.com', '220-SMTP.GMAIL.COM ESMTP\n220 go', undefined, 'gmail'],
  ['smtp.example.com', '220 mail.example.com says smtp.gmail.com', undefined, undefined],
  ['192.0.2.1', undefined, undefined, undefined]
])('%s, greeting %s, for %s: %s', (host, greeting, user, id) => expect(providerOf(host, greeting, user)?.id).toBe(id))

test.each<[string, string | undefined]>([
  ['imap.gmail.com', 'gmail'],
  ['example-com.mail.protection.outlook.com', 'microsoft-365'],
  ['smtp.gmail.com', undefined]
])('%s is mistaken for a server of %s', (host, id) => expect(mistakenFor(host)?.id).toBe(id))

test('every provider has settings that can be told', () => {
  for (const provider of submission) {
    expect(settingsText(provider)).toMatch(/^[a-z0-9.A-Z-]+, port \d+ with .+, user name: .+/)
    expect(settingsLines(provider).length).toBeGreaterThan(2)
    expect(takesPort(provider, provider.starttls[0] ?? provider.implicit[0] ?? 0)).toBe(true)
  }
})

test.each<[string, string, boolean]>([
  ['sendgrid', 'apikey', true],
  ['sendgrid', 'john@example.com', false],
  ['gmail', 'john', false],
  ['gmail', 'john@gmail.com', true],
  ['amazon-ses', 'anything', true]
])('for %s the user name %s fits: %s', (id, user, expected) => {
  const provider = submission.find((one) => one.id === id)
  expect(provider !== undefined && nameFits(provider, user)).toBe(expected)
})
