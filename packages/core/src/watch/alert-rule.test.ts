import { expect, test } from 'vitest'
import { isDaily, isQuiet, isRise, isStandstill, poissonTail, type Share } from './alert-rule.ts'

test('the Poisson tail is that of the tables', () => {
  // 1 - sum of the terms below, worked out with exact fractions.
  for (const [count, mean, expected] of [
    [0, 3, 1],
    [1, 1, 0.6321205588],
    [3, 1, 0.0803013971],
    [10, 2, 0.0000464981],
    [12, 1, 8.3161e-10],
    [20, 10, 0.0034543419]
  ] as const)
    if (count > mean) expect(poissonTail(count, mean) / expected).toBeCloseTo(1, 3)
    else expect(poissonTail(count, mean)).toBe(1)
  expect(poissonTail(1_000_000, 1)).toBe(0)
  expect(poissonTail(5, 0)).toBe(0)
})

const share = (met: number, tried: number): Share => ({ met, tried })

test('a rise needs ten messages, a hundredth of the attempts, four times the usual share, and more than chance', () => {
  for (const [what, messages, recent, before, expected] of [
    ['a new cause where much is known', 12, share(12, 80), share(0, 10_000), true],
    ['too few messages', 9, share(9, 10), share(0, 10_000), false],
    ['many attempts of few messages', 3, share(60, 80), share(0, 10_000), false],
    ['three times the usual', 300, share(300, 1_000), share(1_000, 10_000), false],
    ['five times the usual', 500, share(500, 1_000), share(1_000, 10_000), true],
    ['less than a hundredth', 50, share(50, 100_000), share(0, 1_000_000), false],
    ['a new log, of which nothing is known', 50, share(50, 100), share(0, 0), false],
    ['little known, much happens', 50, share(50, 50), share(0, 60), true],
    ['little known, little happens', 10, share(10, 50), share(0, 40), false],
    ['a campaign ten times as large with the usual share', 200, share(200, 10_000), share(200, 10_000), false],
    ['the night, with a tenth of the mail and the usual share', 10, share(10, 500), share(100, 5_000), false]
  ] as const)
    expect([what, isRise(messages, recent, before)]).toEqual([what, expected])
})

test('an alert is quiet below half of the share that rings, or with fewer than five messages', () => {
  expect(isQuiet(30, share(30, 100), share(500, 10_000))).toBe(false)
  expect(isQuiet(30, share(9, 100), share(500, 10_000))).toBe(true)
  expect(isQuiet(4, share(4, 4), share(0, 10_000))).toBe(true)
})

test('what was half as bad yesterday at this time comes every day', () => {
  expect(isDaily(share(30, 100), share(50, 100))).toBe(true)
  expect(isDaily(share(10, 100), share(50, 100))).toBe(false)
  expect(isDaily(share(9, 9), share(50, 100))).toBe(false)
})

test('nothing is delivered any more when by the usual share something would have been', () => {
  for (const [what, messages, minutes, usual, expected] of [
    ['ten messages where nine of ten arrive', 10, 10, share(900, 1_000), true],
    ['nine messages', 9, 60, share(900, 1_000), false],
    ['five minutes', 50, 5, share(900, 1_000), false],
    ['a provider that takes one of ten', 20, 60, share(100, 1_000), false],
    ['the same, and many more messages', 64, 60, share(300, 1_000), true],
    ['nothing known', 64, 60, share(0, 0), false]
  ] as const)
    expect([what, isStandstill(messages, minutes, usual)]).toEqual([what, expected])
})
