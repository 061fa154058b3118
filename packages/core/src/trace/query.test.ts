import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LogEvent } from '../log/log-reader.ts'
import { isMessage, isRecipient, nearMiss, parseTraceQuery } from './query.ts'

const base = { kind: 'delivered', direction: 'outbound' } as const

describe('what is asked for', () => {
  for (const [text, asked] of [
    ['user@example.com', 'user@example.com'],
    [' <user@example.com> ', 'user@example.com'],
    ['Message-ID: <1.2@example.com>', '1.2@example.com'],
    ['message-id=<1.2@example.com>', '1.2@example.com'],
    ['4ZxKQ81Yzfz4w2c', '4ZxKQ81Yzfz4w2c']
  ] as const)
    test(`${text} is ${asked}`, () => expect(parseTraceQuery(text)?.text).toBe(asked))

  for (const text of ['', '  ', '<>', '@', 'a\nb', 'x'.repeat(1_000)])
    test(`${JSON.stringify(text).slice(0, 20)} is nothing to look for`, () => expect(parseTraceQuery(text)).toBeUndefined())

  test('never throws', () => {
    fc.assert(fc.property(fc.string(), (text) => void parseTraceQuery(text)))
  })
})

describe('what is meant by it', () => {
  const query = { text: 'User@Example.com', needle: 'user' }
  const cases: readonly (readonly [string, Partial<LogEvent>, boolean, boolean])[] = [
    ['the recipient, in whatever case', { recipient: 'user@example.COM' }, true, false],
    ['whom it was sent to before it was forwarded', { recipient: 'x@example.net', originalRecipient: 'user@example.com' }, true, false],
    ['the sender', { sender: 'user@example.com' }, false, true],
    ['somebody else', { recipient: 'user@example.org' }, false, false]
  ]
  for (const [name, event, recipient, message] of cases)
    test(name, () => {
      expect([isRecipient(query, { ...base, ...event }), isMessage(query, { ...base, ...event })]).toEqual([recipient, message])
    })

  test('a queue id of another case is another one, and near', () => {
    const asked = { text: '4zxkq81yzfz4w2c', needle: '4zxkq81yzfz4w2c' }
    const event = { ...base, queueId: '4ZxKQ81Yzfz4w2c' }
    expect([isMessage(asked, event), nearMiss(asked, event)]).toEqual([false, '4ZxKQ81Yzfz4w2c'])
  })
  test('the same local part elsewhere is near, a longer one is not', () => {
    expect(nearMiss(query, { ...base, recipient: 'user@example.org' })).toBe('user@example.org')
    expect(nearMiss(query, { ...base, recipient: 'superuser@example.org' })).toBeUndefined()
  })
  test('a VERP sender is asked for as the log has it', () => {
    const asked = parseTraceQuery('bounces+user=example.org@example.com')
    expect(asked !== undefined && isMessage(asked, { sender: 'bounces@example.com' })).toBe(true)
  })
})
