import { openZone } from '@whybounce/core/plan'
import type { Example } from '@whybounce/core/report'
import { expect, test } from 'vitest'
import { fixture } from '../../../../tests/report/report-fixture.ts'
import { exampleLine } from './example-text.ts'
import { openPage } from './report-view.ts'

const page = openPage(
  fixture,
  { by: [], zone: openZone('UTC'), found: { mail: [], problems: [], passedOver: [] } },
  { width: 80, fullWidth: 80, isTerminal: true, paint: (_, text) => text }
)
const example = (text: string, words: string): Example => ({
  text,
  spans: [[text.indexOf(words), text.indexOf(words) + words.length]],
  time: null,
  recipient: null,
  queueId: null,
  file: null,
  line: null
})

test('a text that fits is whole, with the matched words marked', () => {
  expect(exampleLine(example('550 5.1.1 User unknown here', 'User unknown'), 76, page)).toBe('“550 5.1.1 «User unknown» here”')
})

test('of a long text it is the matched words that are shown', () => {
  const line = exampleLine(example(`${'before '.repeat(40)}mailbox full ${'after '.repeat(40)}`, 'mailbox full'), 60, page)
  expect(line).toMatch(/^“…before «mailbox full» after .*…$/)
  expect(line.length).toBeLessThanOrEqual(60)
})

test('control characters are taken out without losing the words', () => {
  expect(exampleLine(example('550\u001b[31m  User\t\u202eunknown\u0007 here', 'User\t\u202eunknown'), 76, page)).toBe(
    '“550 «User unknown» here”'
  )
})

test('spans that overlap, run backwards or lie outside are put right', () => {
  const text = 'User unknown'
  const line = exampleLine(
    {
      ...example(text, 'User'),
      spans: [
        [5, 400],
        [0, 6],
        [3, 1],
        [-9, 2],
        [90, 99]
      ]
    },
    76,
    page
  )
  expect(line.replace(/[«»“”]/g, '')).toBe(text)
})
