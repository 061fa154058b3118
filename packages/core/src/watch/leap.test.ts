import { expect, test } from 'vitest'
import { openLeap } from './leap.ts'

const tell = (ahead: readonly boolean[]): readonly string[] => {
  const leap = openLeap<number>()
  const told = ahead.flatMap((isAhead, index) => [...leap.take(index, isAhead)])
  return [...told, ...leap.flush()].map(({ held, isBelieved }) => `${held}${isBelieved ? '' : '?'}`)
}

test('a few events ahead of the others are told, and their time is not believed', () => {
  expect(tell([false, true, false, true, true, false])).toEqual(['0', '1?', '2', '3?', '4?', '5'])
  expect(tell([false, true])).toEqual(['0', '1?'])
})

test('where the log goes on ahead, all are believed, in order', () => {
  const told = tell([false, ...Array.from({ length: 25 }, () => true)])
  expect(told.slice(0, 21)).toEqual(Array.from({ length: 21 }, (_, index) => String(index)))
  expect(told).toHaveLength(26)
})
