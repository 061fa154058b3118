import { expect, test } from 'vitest'
import { retryTimes } from './schedule.ts'

const minutes = (count: number): number => count * 60_000
const hours = (count: number): number => minutes(60 * count)

for (const [name, program, times, wait] of [
  ['Postfix waits five minutes at least', 'postfix', { arrived: 0, firstFailed: 0, last: minutes(1) }, minutes(5)],
  ['Postfix waits as long as the message is old', 'postfix', { arrived: 0, firstFailed: 0, last: minutes(30) }, minutes(30)],
  ['Postfix waits 4,000 seconds at most', 'postfix', { arrived: 0, firstFailed: 0, last: hours(20) }, 4_000_000],
  ['Exim tries every quarter of an hour at first', 'exim', { firstFailed: 0, last: minutes(45) }, minutes(15)],
  ['Exim begins to grow at an hour', 'exim', { firstFailed: 0, last: hours(2), gap: minutes(15) }, hours(1)],
  ['Exim waits half as long again each time', 'exim', { firstFailed: 0, last: hours(5), gap: hours(2) }, hours(3)],
  ['Exim ends with six hours', 'exim', { firstFailed: 0, last: hours(20), gap: hours(5) }, hours(6)]
] as const)
  test(name, () => {
    const { from = 0, to = 0 } = retryTimes(program, times)
    expect([from - times.last, to > from]).toEqual([wait, true])
  })

test('what is not known is not told', () => {
  expect(retryTimes('sendmail', { firstFailed: 0, last: 0 })).toEqual({})
  expect(retryTimes('postfix', { firstFailed: 0, last: 0 }).givesUp).toBeUndefined()
  expect(retryTimes('sendmail', { arrived: 0, firstFailed: 0, last: hours(1) })).toEqual({ givesUp: hours(120) })
})
