import { expect, test } from 'vitest'
import { isLoopback, parseImapUrl } from './imap-url.ts'

test.each([
  ['imaps://bounces@mail.example.com/INBOX', 'bounces', 'mail.example.com', 993, 'INBOX', 'imaps://mail.example.com/INBOX'],
  ['imap://bounces@mail.example.com', 'bounces', 'mail.example.com', 143, 'INBOX', 'imap://mail.example.com/INBOX'],
  [
    'imaps://bounces@example.com@mail.example.com/',
    'bounces@example.com',
    'mail.example.com',
    993,
    'INBOX',
    'imaps://mail.example.com/INBOX'
  ],
  [
    'imaps://a%40example.com@mail.example.com:1993/Sent/2026',
    'a@example.com',
    'mail.example.com',
    1993,
    'Sent/2026',
    'imaps://mail.example.com:1993/Sent/2026'
  ],
  ['imaps://u@[2001:db8::1]/INBOX', 'u', '2001:db8::1', 993, 'INBOX', 'imaps://[2001:db8::1]/INBOX'],
  [
    'imaps://u@b%C3%BCcher.example/R%C3%BCck%20l',
    'u',
    'xn--bcher-kva.example',
    993,
    'Rück l',
    'imaps://xn--bcher-kva.example/R%C3%BCck%20l'
  ],
  ['IMAPS://u@MAIL.example.com/%23shared;x', 'u', 'mail.example.com', 993, '#shared;x', 'imaps://mail.example.com/%23shared%3Bx']
])('%s', (url, user, host, port, mailbox, name) => {
  expect(parseImapUrl(url)).toMatchObject({ user, host, port, mailbox, name })
})

test.each([
  ['https://mail.example.com/', 'A mailbox is named'],
  ['mail.example.com', 'A mailbox is named'],
  ['imaps:///INBOX', 'A mailbox is named'],
  ['imaps://mail.example.com/INBOX', 'Whose mailbox?'],
  ['imaps://u:hunter2@mail.example.com/INBOX', 'No password'],
  ['imaps://u@mail.example.com/INBOX?UNSEEN', '%3F'],
  ['imaps://u@mail.example.com/#shared', '%23'],
  ['imaps://u@mail.example.com/%zz', '%25'],
  ['imaps://u@mail.example.com/a%0D%0Ab', 'control characters']
])('%s is refused, and no password is repeated', (url, words) => {
  expect(() => parseImapUrl(url)).toThrow(TypeError)
  expect(() => parseImapUrl(url)).toThrow(words)
  expect(() => parseImapUrl(url)).not.toThrow('hunter2')
})

test('a user and a mailbox that are given apart outweigh the address', () =>
  expect(parseImapUrl('imaps://mail.example.com/INBOX', { user: 'u', mailbox: 'Bounces' })).toMatchObject({
    user: 'u',
    mailbox: 'Bounces'
  }))

test('what is remembered of a mailbox is not mixed up with another user’s', () => {
  expect(parseImapUrl('imaps://a@mail.example.com').key).not.toBe(parseImapUrl('imaps://b@mail.example.com').key)
  expect(parseImapUrl('imaps://a@mail.example.com').key).toBe(parseImapUrl('imaps://a@mail.example.com:993/INBOX').key)
})

test.each([
  ['localhost', true],
  ['127.0.0.1', true],
  ['127.9.9.9', true],
  ['::1', true],
  ['127.example.com', false],
  ['192.0.2.1', false],
  ['localhost.example.com', false]
])('is %s this machine: %s', (host, is) => expect(isLoopback(host)).toBe(is))
