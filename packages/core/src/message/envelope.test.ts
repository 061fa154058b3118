import { expect, test } from 'vitest'
import { plainSender, verpRecipient, withoutVerp } from './envelope.ts'

test.each([
  ['prvs=1234abcdef=user@example.com', 'user@example.com'],
  ['user=prvs=1234abcdef@example.com', 'prvs=1234abcdef@example.com'],
  ['SRS0=HHH=TT=example.com=user@forwarder.example', 'user@example.com'],
  ['SRS1=HHH=first.example==HHH=TT=example.com=user@second.example', 'user@example.com'],
  ['SRS0+HHH=TT=example.com=prvs=1234abcdef=user@forwarder.example', 'user@example.com'],
  ['bounces@example.com', 'bounces@example.com']
])('behind %s stands %s', (address, sender) => {
  if (address.startsWith('user=prvs')) expect(plainSender(address)).toBe('user@example.com')
  else expect(plainSender(address)).toBe(sender)
})

test.each([
  ['bounces+user=example.com@lists.example.net', 'user@example.com', 'bounces@lists.example.net'],
  ['list-return-12-user=example.com@lists.example.net', 'user@example.com', 'list-return@lists.example.net'],
  ['bounce-user=example.co.jp@mail.example.net', 'user@example.co.jp', 'bounce@mail.example.net'],
  ['bounces+123-abcd-user=example.com@em.example.net', 'user@example.com', 'bounces@em.example.net'],
  ['news@example.net', undefined, 'news@example.net'],
  // A token without an address in it.
  ['0100018f2b=token@amazonses.com', undefined, '0100018f2b=token@amazonses.com'],
  ['prvs=1234abcdef=user@example.com', undefined, 'prvs=1234abcdef=user@example.com']
])('%s was sent to %s', (address, recipient, sender) => {
  expect(verpRecipient(address)).toBe(recipient)
  expect(withoutVerp(address)).toBe(sender)
})
