import { expect, it } from 'vitest'
import { Transcript } from './transcript.ts'

const filled = (count: number): readonly string[] => {
  const transcript = new Transcript()
  for (let index = 0; index < count; index++) transcript.add('us', `line ${index}`)
  return transcript.lines().map(({ text }) => text)
}

it('keeps a short dialogue whole, a reply of several lines as several', () => {
  const transcript = new Transcript()
  transcript.add('them', '250-a\n250 b')
  transcript.add('us', 'QUIT')
  expect(transcript.lines().map(({ from, text }) => `${from} ${text}`)).toEqual(['them 250-a', 'them 250 b', 'us QUIT'])
  expect(filled(1_000)).toHaveLength(1_000)
})

it.each([1_001, 1_799, 1_800, 2_600, 10_000])('of %d lines keeps the first and the last, and says how many are left out', (count) => {
  const lines = filled(count)
  expect(lines).toHaveLength(1_001)
  expect([lines[0], lines[199], lines[200], lines[201], lines.at(-1)]).toEqual([
    'line 0',
    'line 199',
    `${count - 1_000} commands and replies left out`,
    `line ${count - 800}`,
    `line ${count - 1}`
  ])
})

it('shortens a line of 10 MB, and says so', () => {
  const transcript = new Transcript()
  transcript.add('them', 'a'.repeat(10_000_000))
  expect(transcript.lines()[0]?.text).toBe(`${'a'.repeat(2_000)} … (9998000 more characters)`)
})
