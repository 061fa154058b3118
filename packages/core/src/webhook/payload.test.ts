import { expect, test } from 'vitest'
import { idOf, ipOf, parseJson, timeOf } from './payload.ts'

test.each([
  ['seconds', 1_461_095_246, '2016-04-19T19:47:26Z'],
  ['seconds with a fraction', 1_534_108_637.153125, '2018-08-12T21:17:17.153Z'],
  ['seconds as digits', '1454442600', '2016-02-02T19:50:00Z'],
  ['milliseconds', 1_520_363_423_000, '2018-03-06T19:10:23Z'],
  ['ISO 8601 in UTC', '2016-01-27T14:59:44.101Z', '2016-01-27T14:59:44.101Z'],
  ['seven digits and an offset', '2016-04-27T16:28:50.3963933-04:00', '2016-04-27T20:28:50.396Z'],
  ['an offset without a colon', '2018-10-11T23:24:45.000+0530', '2018-10-11T17:54:45Z'],
  ['no zone: UTC', '2024-09-06 23:14:19', '2024-09-06T23:14:19Z'],
  ['a zone in words', '2026-04-07 23:55:44 UTC', '2026-04-07T23:55:44Z'],
  ['zero', 0, undefined],
  ['before 1970', -5, undefined],
  ['beyond the year 9999', 1e18, undefined],
  ['words', 'yesterday', undefined],
  ['a long string', '1'.repeat(100_000), undefined],
  ['a month that is none', '2024-33-06T23:14:19Z', undefined],
  ['not a number', Number.NaN, undefined],
  ['an object', {}, undefined]
])('a time: %s', (_, value, expected) => {
  expect(timeOf(value)).toBe(expected)
})

test('an address is kept only where it is one', () => {
  expect(ipOf('192.0.2.7')).toBe('192.0.2.7')
  expect(ipOf('2001:db8::7')).toBe('2001:db8::7')
  for (const value of ['xxx.xxx.xxx.xxx', '333.33.33.33', '', 7, null]) expect(ipOf(value)).toBeUndefined()
})

test('identifiers are strings and numbers', () => {
  expect(idOf(1564)).toBe('1564')
  expect(idOf(' a ')).toBe('a')
  expect(idOf({})).toBeUndefined()
})

test('JSON in a string that is none is nothing', () => {
  expect(parseJson('[1]')).toEqual([1])
  expect(parseJson('[1')).toBeUndefined()
  expect(parseJson('['.repeat(200_000))).toBeUndefined()
})
