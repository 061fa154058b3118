import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseReply } from './reply.ts'

const table: readonly (readonly [string, number | undefined, string | undefined, string])[] = [
  ['550 5.1.1 User unknown', 550, '5.1.1', 'User unknown'],
  ['550-5.7.26 This mail\r\n550 5.7.26 has been blocked', 550, '5.7.26', 'This mail has been blocked'],
  ['550 550 5.1.1 User unknown', 550, '5.1.1', 'User unknown'],
  ['550-550 5.1.1 User unknown', 550, '5.1.1', 'User unknown'],
  ['550 #5.1.0 Address rejected', 550, '5.1.0', 'Address rejected'],
  ['554 (5.7.1) Rejected', 554, '5.7.1', ') Rejected'],
  ['550-5.7.26 one. 550-5.7.26 two. 550 5.7.26 three', 550, '5.7.26', 'one. two. three'],
  ['400 4.4.7 Message delayed', 400, '4.4.7', 'Message delayed'],
  ['400 Bad Request', undefined, undefined, '400 Bad Request'],
  ['421 Service not available', 421, undefined, 'Service not available'],
  ['Mailbox full (#5.2.2)', undefined, '5.2.2', 'Mailbox full (#5.2.2)'],
  ['5.1.1 User unknown', undefined, '5.1.1', 'User unknown'],
  ['no code at all', undefined, undefined, 'no code at all'],
  ['550', 550, undefined, ''],
  ['', undefined, undefined, ''],
  ['2.3.4.5 is no status', undefined, undefined, '2.3.4.5 is no status'],
  ['5500 is no code', undefined, undefined, '5500 is no code'],
  ['550 rejected [192.0.2.5.7]', 550, undefined, 'rejected [192.0.2.5.7]'],
  ['452-4.2.2 The inbox\\n452 4.2.2 is full', 452, '4.2.2', 'The inbox is full']
]

test.each(table)('%j is read as code %s, status %s', (input, replyCode, status, text) => {
  const reply = parseReply(input)
  expect([reply.replyCode, reply.status, reply.text]).toEqual([replyCode, status, text])
})

test('a document of many lines keeps all its words', () => {
  const input = Array.from({ length: 500 }, (_, line) => `550-word${line}`).join('\r\n')
  expect(parseReply(input).lines.length).toBeLessThanOrEqual(600)
  expect(parseReply(input).text).toContain('word499')
})

test('reading never throws, and reading what was read gives the same codes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.integer({ min: 450, max: 599 }), (text, code) => {
      parseReply(text)
      const reply = parseReply(`${code} ${text}`)
      const again = parseReply([reply.replyCode, reply.status, reply.text].filter((part) => part !== undefined).join(' '))
      expect(again.replyCode).toBe(reply.replyCode)
    })
  )
})
