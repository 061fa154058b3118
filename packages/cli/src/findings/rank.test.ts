import type { Finding, FindingHarm, FindingVerdict } from '@whybounce/core/finding'
import { expect, test } from 'vitest'
import { byHarm, countsText, countVerdicts, overall, worstHarm } from './rank.ts'

const made = (verdict: FindingVerdict, harm: FindingHarm | undefined, title: string): Finding => ({
  code: 'check.failed',
  verdict,
  ...(harm === undefined ? {} : { harm }),
  title,
  evidence: []
})

test('what stops all mail comes first, then what stops some, then what can wait; a failure before a warning; else in order', () => {
  const findings = [
    made('warn', 'later', 'f'),
    made('pass', undefined, '-'),
    made('fail', 'some', 'c'),
    made('fail', 'later', 'e'),
    made('warn', 'some', 'd'),
    made('fail', 'all', 'a'),
    made('unknown', undefined, '-'),
    made('warn', 'all', 'b')
  ]
  expect(
    byHarm(findings)
      .map(({ title }) => title)
      .join('')
  ).toBe('abcdef')
})

for (const [verdicts, worst, text] of [
  [[], 'unknown', ''],
  [['unknown'], 'unknown', '1 unknown'],
  [['pass', 'unknown'], 'pass', '1 passes, 1 unknown'],
  [['pass', 'warn', 'pass'], 'warn', '1 warns, 2 pass'],
  [['fail', 'warn', 'warn', 'fail'], 'fail', '2 fail, 2 warn']
] as const)
  test(`${verdicts.join(' ') || 'nothing'} is ${worst} together`, () => {
    const counts = countVerdicts(verdicts.map((verdict) => made(verdict, undefined, '')))
    expect(overall(counts)).toBe(worst)
    expect(countsText(counts)).toBe(text)
  })

test('of one server that is not reached, what is wrong with it comes first, and still nothing gets through', () => {
  const findings: Finding[] = [
    { ...made('fail', 'some', 'refused'), code: 'server.refused' },
    { ...made('fail', 'all', 'none'), code: 'server.none-reached' }
  ]
  expect(byHarm(findings).map(({ title }) => title)).toEqual(['refused', 'none'])
  expect(worstHarm(findings)).toBe('all')
})
