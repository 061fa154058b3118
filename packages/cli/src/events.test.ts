import { expect, test, vi } from 'vitest'
import { openOutput } from './events.ts'

vi.mock('@whybounce/core', async (original) => {
  const core = await original<typeof import('@whybounce/core')>()
  const readMessage: typeof core.readMessage = (bytes, options) => {
    if (Buffer.from(bytes).includes('poison')) throw new TypeError('not thought of')
    return core.readMessage(bytes, options)
  }
  return { ...core, readMessage }
})

const letter = Buffer.from('From: a@example.com\nSubject: Lunch?\n\nNoon?\n')

test('a message on which the reader fails is unreadable, and the next one is read', () => {
  const output = openOutput({})
  expect(output.take('box', 0, Buffer.from('Subject: poison\n\n'))).toBe(false)
  output.take('box', 20, letter)
  expect(output.summary.toJson()).toMatchObject({
    messages: 2,
    notBounces: 1,
    unreadable: 1,
    problems: [{ file: 'box', offset: 0, problem: 'The reader failed on this message; please report it.' }]
  })
  expect(output.summary.problems()).toBe(1)
})

test('only notices may be marked or moved, and with --all what could be read', () => {
  const bounce = Buffer.from('From: MAILER-DAEMON\nSubject: Undelivered Mail\n\n<u@example.com>: 550 5.1.1 User unknown\n')
  const taken = (all: boolean): boolean[] => {
    const output = openOutput({ all, summary: true })
    return [bounce, letter, Buffer.from('no header'), Buffer.from('')].map((bytes) => output.take('box', 0, bytes))
  }
  expect(taken(false)).toEqual([true, false, false, false])
  expect(taken(true)).toEqual([true, true, false, false])
})
