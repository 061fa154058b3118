import { expect, test } from 'vitest'
import { retryHint } from './retry-hint.ts'

test.each([
  ['Greylisted, try again in 300 seconds', 300],
  ['please retry in 5 minutes', 300],
  ['Please try again after 1 hour', 3600],
  ['come back in 00:04:58, please retry 00:04:58', 298],
  ['deferred for 15 mins', 900],
  ['300 seconds remaining before retry', 300],
  ['try again later', undefined],
  ['mailbox holds 5000 messages', undefined],
  ['try again in 99999999 hours', undefined]
])('%j asks for a wait of %s seconds', (text, seconds) => expect(retryHint(text, 0, text.length)).toBe(seconds))
