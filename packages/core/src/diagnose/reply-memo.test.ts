import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { defaultDiagnoser } from '../default.ts'
import { reference } from '../reference.ts'
import type { Diagnosis } from './diagnose.ts'
import { buildMaskWords } from './mask-words.ts'
import { openReplyMemo, type ReplyContext } from './reply-memo.ts'

const diagnoser = defaultDiagnoser()
const rounds = Number(process.env.WHYBOUNCE_ROUNDS ?? 2)
/** All but the facts, which are left out, and the matched words, which are those of the first text of their kind. */
const told = ({ facts: _facts, evidence, ...rest }: Diagnosis): unknown => ({
  ...rest,
  evidence: evidence.map(({ words: _words, ...proof }) => proof)
})
const direct = (text: string, context: ReplyContext): unknown => told(diagnoser.diagnose(text, { ...context, brief: true }))

const examples = diagnoser.knowledge.rules.map(({ id }) => reference.examples[id] ?? '').filter((example) => example !== '')

/** A generator of numbers that is the same in each run. */
const openRandom = (seed: number): ((below: number) => number) => {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 0x100000000) * below)
  }
}
const letters = 'abcdefghijklmnopqrstuvwxyz'
const pick = (random: (below: number) => number, from: string, length: number): string =>
  Array.from({ length }, () => from[random(from.length)] ?? '').join('')

/** Another word in the place of one: of the same kind, of another kind, of another length. */
const otherWord = (random: (below: number) => number, word: string): string => {
  const kinds: readonly (() => string)[] = [
    () => pick(random, '0123456789', word.length),
    () => pick(random, '0123456789abcdef', 14),
    () => pick(random, 'ABCDEF0123456789', word.length),
    () => pick(random, letters, word.length),
    () => `${pick(random, letters, 4)}${random(100_000)}`,
    () => `${200 + random(400)}`,
    () => `${random(600)}${['s', 'm', ' seconds', ' min', 'h', ' days'][random(6)]}`,
    () => `${random(30)}:${10 + random(50)}:${10 + random(50)}`,
    () => `${10 + random(240)}.${random(256)}.${random(256)}.${random(256)}`,
    () => `${random(6)}.${random(10)}.${random(100)}`,
    () =>
      ['retry', 'again', 'host', 'while', 'gmail.com', 'aspmx.l.google.com', 'mx.example.net', 'ECONNREFUSED', 'ä', 'H=', '->'][
        random(11)
      ] ?? ''
  ]
  return kinds[random(kinds.length)]?.() ?? word
}
const mutate = (random: (below: number) => number, text: string): string =>
  text.replace(/[A-Za-z0-9]+/g, (word) => {
    const isId = /\d/.test(word)
    return random(isId ? 3 : 25) === 0 ? otherWord(random, word) : word
  })

/** Texts that differ in some words only, by other ones of the same length and kind, as the lines of one server do: their masks may be the same. */
const sameShapes = (random: (below: number) => number, text: string, count: number): readonly string[] => {
  const places = new Map<number, (word: string) => string>()
  const isFew = random(3) > 0
  for (const { 0: word, index } of text.matchAll(/[A-Za-z0-9]+/g)) {
    const isId = /\d/.test(word)
    if (random(isId ? 2 : isFew ? 60 : 12) !== 0) continue
    const byLetter = (of: string): string =>
      of.replace(/./g, (letter) =>
        /\d/.test(letter)
          ? `${random(10)}`
          : /[a-f]/.test(letter)
            ? pick(random, 'abcdef', 1)
            : /[a-z]/.test(letter)
              ? pick(random, letters, 1)
              : pick(random, /[A-F]/.test(letter) ? 'ABCDEF' : letters.toUpperCase(), 1)
      )
    const isHex = random(2) === 0
    places.set(
      index,
      /^(?:\d+|[A-Za-z]+)$/.test(word) || word.length < 7
        ? byLetter
        : (of) => pick(random, isHex ? '0123456789abcdef' : '0123456789klmnXYZ', of.length)
    )
  }
  return Array.from({ length: count }, () => text.replace(/[A-Za-z0-9]+/g, (word, index: number) => places.get(index)?.(word) ?? word))
}

const wrapped: readonly ((text: string, random: (below: number) => number) => string)[] = [
  (text) => text,
  (text, random) => `host mx${random(99)}.example.net[192.0.2.${random(256)}] said: ${text} (in reply to RCPT TO command)`,
  (text, random) => `host aspmx.l.google.com[192.0.2.${random(256)}]:25 said: ${text} (in reply to end of DATA command)`,
  (text, random) => `host mx.example${random(99)}.net[2001:db8::${random(99)}] refused to talk to me: ${text}`,
  (text, random) => `${text} - ${pick(random, '0123456789abcdef', 14)}-${pick(random, '0123456789abcdef', 11)}.${random(1_000)} - gsmtp`,
  (text, random) => `550 5.1.1 <${pick(random, letters, 6)}${random(1_000)}@${['gmail.com', 'example.net'][random(2)]}>: ${text}`
]
const contexts: readonly ReplyContext[] = [
  {},
  { remoteMta: 'mx.example.net', replyCode: 550, status: '5.1.1' },
  { remoteMta: 'gmail-smtp-in.l.google.com', status: '4.7.0' },
  { stage: 'rcpt', replyCode: 450 }
]

describe('a remembered diagnosis is the one that the text gets', () => {
  test('for every example of a rule, in the words of a mail server, with other ids, numbers, addresses and words in them', () => {
    const random = openRandom(20_261_126)
    const wrong: unknown[] = []
    let diagnosed = 0
    const memo = openReplyMemo({
      ...diagnoser,
      diagnose: (text, context) => {
        diagnosed++
        return diagnoser.diagnose(text, context)
      }
    })
    let texts = 0
    // Masks that meet: each text comes several times with other ids of the same kind.
    for (let round = 0; round < rounds; round++)
      for (const [index, example] of examples.entries()) {
        const wrap = wrapped[(index + round) % 2 === 0 ? index % wrapped.length : random(wrapped.length)] ?? wrapped[0]
        const first = mutate(random, wrap?.(example, random) ?? example)
        const context = contexts[index % contexts.length] ?? {}
        for (const text of [first, ...sameShapes(random, first, 5)]) {
          texts++
          const is = JSON.stringify(told(memo(text, context)))
          const must = JSON.stringify(direct(text, context))
          if (is !== must) wrong.push({ text, is, must })
        }
      }
    expect(wrong).toEqual([])
    // Else nothing was remembered, and nothing proved.
    expect(diagnosed).toBeLessThan(texts)
  }, 120_000)

  test('for texts of any letters', () => {
    const memo = openReplyMemo(diagnoser)
    const words = fc.constantFrom(
      '550',
      '5.1.1',
      'user',
      'unknown',
      'try again in',
      '300',
      's',
      'x1y2z3w4',
      'ab12cd34ef',
      '10.20.30.40',
      '<',
      '>',
      '@',
      '.',
      ' ',
      ' ',
      '-',
      ':'
    )
    fc.assert(
      fc.property(fc.array(words, { maxLength: 25 }), fc.constantFrom(...contexts), (parts, context) => {
        const text = parts.join('')
        expect(told(memo(text, context))).toEqual(direct(text, context))
      }),
      { numRuns: 2_000 }
    )
  })
})

test('texts that differ in ids and addresses alone are diagnosed once', () => {
  let diagnosed = 0
  const memo = openReplyMemo({
    ...diagnoser,
    diagnose: (text, context) => {
      diagnosed++
      return diagnoser.diagnose(text, context)
    }
  })
  const random = openRandom(1)
  for (let index = 0; index < 2_000; index++)
    memo(
      `host mx.example.net[192.0.2.25] said: 550 5.1.1 <${pick(random, 'bcdfgkmp', 6)}@example.org>: user unknown ${pick(random, 'bcdf0679', 14)}`,
      {
        remoteMta: 'mx.example.net'
      }
    )
  expect(diagnosed).toBeLessThan(400)
})

test('what patterns around the rules look for is kept in every mask', () => {
  const { isKeyword } = buildMaskWords(diagnoser.knowledge)
  const missing = new Set<string>()
  for (const file of ['../reply/peel.ts', '../reply/facts.ts', 'retry-hint.ts', 'diagnose.ts'])
    for (const line of readFileSync(join(import.meta.dirname, file), 'utf8').split('\n'))
      for (const [, pattern] of /^\s*(?:\*|\/)/.test(line) && !/^\s*\/[^/*]/.test(line)
        ? []
        : line.matchAll(/(?<![\w)\]])\/(?![/*])((?:\\.|\[(?:\\.|[^\]])*\]|[^/\\\n])+)\/[a-z]*/g))
        for (const [word] of (pattern ?? '').replace(/\\[bsdSwWnrtD]|\[(?:\\.|[^\]])*\]/g, ' ').matchAll(/[A-Za-z]{4,}/g)) {
          const packed = [...word.slice(0, 4)].reduce((sum, letter) => (sum << 5) | (letter.charCodeAt(0) & 31), 0)
          if (!isKeyword(packed)) missing.add(word)
        }
  expect([...missing]).toEqual([])
})
