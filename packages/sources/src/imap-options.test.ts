import { expect, test } from 'vitest'
import { checkImapOptions } from './imap-options.ts'

const url = 'imaps://u@mail.example.com/INBOX'
const password = 'secret'

test.each([
  ['seen', '\\Seen'],
  ['Flagged', '\\Flagged'],
  ['$Processed', '$Processed'],
  ['whybounce-read', 'whybounce-read']
])('the mark %s is %s', (mark, flag) => expect(checkImapOptions({ url, password, mark }).flag).toBe(flag))

test.each(['deleted', '\\Deleted', 'DELETED', 'recent', 'draft', 'answered', '', 'two words', 'a)', '"a"', 'a\r\nb', 'ä', '%', '*'])(
  'the mark %j is refused',
  (mark) => expect(() => checkImapOptions({ url, password, mark })).toThrow(TypeError)
)

test.each([
  [{ moveTo: 'inbox' }, TypeError],
  [{ moveTo: '' }, TypeError],
  [{ mailbox: 'A', moveTo: 'A' }, TypeError],
  [{ password: '' }, TypeError],
  [{ maxMessageBytes: 0 }, RangeError],
  [{ maxMessageBytes: Number.NaN }, RangeError],
  [{ batchMessages: 1.5 }, RangeError],
  [{ reconnects: -1 }, RangeError],
  [{ timeouts: { fetch: 0 } }, RangeError],
  [{ timeouts: { connect: Number.POSITIVE_INFINITY } }, RangeError]
])('%j cannot be meant', (options, kind) => expect(() => checkImapOptions({ url, password, ...options })).toThrow(kind))

test('an access token goes before a password', () =>
  expect(checkImapOptions({ url, password, accessToken: 'token' }).auth).toEqual({ accessToken: 'token' }))
