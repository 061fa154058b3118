import { expect, test } from 'vitest'
import { type Entry, search } from './entry.ts'

const entries: readonly Entry[] = [
  ['causes/mailbox-full/', 'Cause', 'The mailbox is full', 'quota storage'],
  ['codes/552/', 'Code', '552: Exceeded storage', 'quota mailbox full'],
  ['providers/gmail/', 'Provider', 'Gmail', 'google.com quota']
]

test.each([
  ['552', ['codes/552/']],
  ['quota', ['causes/mailbox-full/', 'codes/552/', 'providers/gmail/']],
  ['mailbox full', ['causes/mailbox-full/', 'codes/552/']],
  ['Quota  GMAIL', ['providers/gmail/']],
  ['nothing like it', []],
  [' ', []]
])('a search for %j finds %j', (query, paths) => {
  expect(search(entries, query).map(([path]) => path)).toEqual(paths)
})
