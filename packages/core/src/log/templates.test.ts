import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openTemplates, type TemplateList } from './templates.ts'

const gather = (texts: readonly (string | readonly [string, string])[], most?: number): TemplateList => {
  const templates = openTemplates(most === undefined ? {} : { most })
  for (const text of texts) typeof text === 'string' ? templates.add(text) : templates.add(text[0], text[1])
  return templates.list()
}
const counted = ({ templates }: TemplateList): readonly (readonly [string, number])[] => templates.map(({ text, count }) => [text, count])
const total = ({ templates, overflow }: TemplateList): number =>
  templates.reduce((sum, { count }) => sum + count, 0) + (overflow?.count ?? 0)

/** A word without a digit that no mask knows. */
const name = (index: number): string => [...String(index)].map((digit) => 'bdfghklmnp'[Number(digit)] ?? '').join('a')

test.each<[string, readonly string[], readonly (readonly [string, number])[]]>([
  ['none', [], []],
  [
    'texts that differ in masked parts alone',
    ['550 5.1.1 <a@example.com>: gone', '550 5.1.1 <b@example.org>: gone', '550 5.7.1 [192.0.2.1] refused'],
    [
      ['550 5.1.1 <…>: gone', 2],
      ['550 5.7.1 […] refused', 1]
    ]
  ],
  [
    'a name that no mask knows',
    Array.from({ length: 20 }, (_, index) => `550 5.1.1 Sorry, no mailbox here by that name: ${name(index)} (vpopmail)`),
    [['550 5.1.1 Sorry, no mailbox here by that name: … (vpopmail)', 20]]
  ],
  [
    'two names at once, and two kinds',
    Array.from(
      { length: 40 },
      (_, index) => `550 User ${name(index)} on ${name(index + 50)} is ${index % 2 ? 'disabled' : 'over quota'} for now`
    ),
    [
      ['550 User … on … is disabled for now', 20],
      ['550 User … on … is over quota for now', 20]
    ]
  ],
  [
    'few words that differ are not names',
    ['full', 'disabled', 'inactive', 'locked'].map((state) => `550 5.2.1 The recipient mailbox is ${state}`),
    [
      ['550 5.2.1 The recipient mailbox is disabled', 1],
      ['550 5.2.1 The recipient mailbox is full', 1],
      ['550 5.2.1 The recipient mailbox is inactive', 1],
      ['550 5.2.1 The recipient mailbox is locked', 1]
    ]
  ],
  [
    'codes keep texts apart',
    Array.from({ length: 20 }, (_, index) => `${500 + index} you may not send any mail here`),
    Array.from({ length: 20 }, (_, index) => [`${500 + index} you may not send any mail here`, 1] as const)
  ]
])('%s', (_, texts, templates) => expect(counted(gather(texts))).toEqual(templates))

test('a template has a stable id, the first and last time, and the earliest text as its example', () => {
  const { templates } = gather([
    ['550 5.1.1 <b@example.com>: gone', '2026-11-25T10:00:00Z'],
    ['550 5.1.1 <a@example.com>: gone', '2026-11-25T09:00:00Z'],
    ['550 5.1.1 <c@example.com>: gone', '2026-11-25T11:00:00Z'],
    '550 5.1.1 <d@example.com>: gone'
  ])
  expect(templates).toEqual([
    {
      id: '5c53f21fe7941756',
      text: '550 5.1.1 <…>: gone',
      count: 4,
      first: '2026-11-25T09:00:00Z',
      last: '2026-11-25T11:00:00Z',
      example: '550 5.1.1 <a@example.com>: gone'
    }
  ])
})

test('what is of too many kinds is counted, and said to be', () => {
  const list = gather(
    Array.from({ length: 1_000 }, (_, index) => `${name(index)} ${name(index * 7)}`),
    10
  )
  expect(list.templates).toHaveLength(10)
  expect(list.overflow).toEqual({ count: 990, example: expect.any(String) })
})

test('kinds that are alike make room when there are too many', () => {
  const list = gather(
    Array.from({ length: 1_000 }, (_, index) => `550 5.1.1 Sorry, no mailbox here by that name: ${name(index)}`),
    20
  )
  expect(counted(list)).toEqual([['550 5.1.1 Sorry, no mailbox here by that name: …', 1_000]])
  expect(list.overflow).toBeUndefined()
})

test('a long text leaves a short example', () => {
  expect(gather([`550 ${'no '.repeat(1_000_000)}`]).templates[0]?.example).toHaveLength(500)
})

test('a bound that cannot be is the caller’s mistake', () => {
  for (const most of [0, 9, 10.5, Number.NaN]) expect(() => openTemplates({ most })).toThrow(RangeError)
})

const masked = fc.oneof(
  fc.nat().map((number) => `<u${number}@example.com>`),
  fc.nat().map((number) => `mx${number}.example.org`),
  fc.ipV4(),
  fc.nat({ max: 1e9 }).map((number) => String(number + 1_000))
)
const kind = fc.constantFrom(
  (part: string) => `550 5.1.1 ${part} User unknown`,
  (part: string) => `421 4.7.0 Try again later (${part})`,
  (part: string) => `host ${part} said: 554 blocked using "${part}"`,
  (part: string) => `connect to ${part} timed out`
)
const text = fc.oneof(
  fc.tuple(kind, masked).map(([format, part]) => format(part)),
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc
    .array(fc.constantFrom('550', 'mailbox', 'full', 'of', 'user', 'john', 'ann', 'x1', '…', '"'), { maxLength: 8 })
    .map((parts) => parts.join(' '))
)

test('in whatever order texts come, the templates and their counts are the same', () => {
  fc.assert(
    fc.property(
      fc
        .array(text, { maxLength: 60 })
        .chain((texts) => fc.tuple(fc.constant(texts), fc.shuffledSubarray(texts, { minLength: texts.length, maxLength: texts.length }))),
      ([texts, shuffled]) => {
        expect(counted(gather(shuffled))).toEqual(counted(gather(texts)))
        expect(total(gather(texts))).toBe(texts.length)
      }
    )
  )
})

test('beyond the bound too, each text is counted once and texts that differ in masked parts alone are one', () => {
  fc.assert(
    fc.property(fc.array(text, { maxLength: 300 }), (texts) => {
      const list = gather(texts, 10)
      expect(total(list)).toBe(texts.length)
      expect(list.templates.length).toBeLessThanOrEqual(10)
      expect(new Set(list.templates.map(({ id }) => id)).size).toBe(list.templates.length)
    })
  )
})
