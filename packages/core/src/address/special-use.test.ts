import { expect, test } from 'vitest'
import { specialUseOf } from './special-use.ts'

test.each([
  ['example.com', 'RFC 6761 §6.5'],
  ['mail.example.org', 'RFC 6761 §6.5'],
  ['test', 'RFC 6761 §6.2'],
  ['printer.local', 'RFC 6762 §3'],
  ['abc.onion', 'RFC 7686'],
  ['host.home.arpa', 'RFC 8375'],
  ['1.2.0.192.in-addr.arpa', 'RFC 6761 §6.1, RFC 6303'],
  ['whybounce.org', undefined],
  ['myexample.com', undefined],
  ['example.de', undefined],
  ['example.com.br', undefined],
  ['test.com', undefined],
  ['local.fr', undefined],
  ['arpa', undefined],
  ['uri.arpa', undefined],
  ['com', undefined],
  ['', undefined]
])('%s is reserved by %s', (domain, source) => {
  expect(specialUseOf(domain)).toBe(source)
})
