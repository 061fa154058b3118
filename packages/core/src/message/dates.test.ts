import { expect, test } from 'vitest'
import { parseDate } from './dates.ts'

test.each([
  ['Thu, 29 Apr 2010 23:34:45 +0900', '2010-04-29T14:34:45Z'],
  ['29 Apr 2010 00:00:00 -0000', '2010-04-29T00:00:00Z'],
  ['Thu, 1 Oct 15 13:48:54 UTC', '2015-10-01T13:48:54Z'],
  ['Thu, 29 Apr 99 23:34 EST', '1999-04-30T04:34:00Z'],
  ['Thu,  2 Jul 2020\n\t12:05:05 -0400 (EDT)', '2020-07-02T16:05:05Z'],
  ['Thu, 29-Apr-2010 23:34:45 JST', '2010-04-29T14:34:45Z'],
  ['yesterday', undefined],
  ['Thu, 29 Foo 2010 23:34:45 +0900', undefined],
  [undefined, undefined]
])('%j is %j', (value, time) => expect(parseDate(value)).toBe(time))
