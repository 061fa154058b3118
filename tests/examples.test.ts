import { expect, test } from 'vitest'
import { makeExamples, readExamples } from '../scripts/examples.ts'

test('docs/examples.md is what the command line says today (npm run examples writes it)', () => {
  expect(readExamples()).toBe(makeExamples())
})

test('each of the twenty errors has a cause, or says that its code tells none', () => {
  const answers = readExamples().split(/^## /m).slice(1)
  expect(answers).toHaveLength(20)
  for (const answer of answers) {
    expect(answer).toMatch(/^ {2}Cause {6}[a-z-]+/m)
    expect(answer).toContain('What to do')
    // 541 alone tells no cause: that is its answer.
    if (!answer.includes('541:')) expect(answer).not.toContain('undetermined')
  }
})
