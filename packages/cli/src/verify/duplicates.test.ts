import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openDuplicates } from './duplicates.ts'

const find = (mailboxes: readonly string[]): number[] => {
  const duplicates = openDuplicates()
  mailboxes.forEach((mailbox, index) => {
    duplicates.add(index + 1, mailbox)
  })
  const found = duplicates.finish()
  const rows = mailboxes.map((_, index) => index + 1).filter(found.has)
  expect(found.count).toBe(rows.length)
  duplicates.close()
  return rows
}

test('every row after the first with the same mailbox is a duplicate, and no other', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 3 })), (mailboxes) => {
      const expected = mailboxes.map((_, index) => index + 1).filter((row) => mailboxes.indexOf(mailboxes[row - 1] ?? '') < row - 1)
      expect(find(mailboxes)).toEqual(expected)
    })
  )
})

test('a list that does not fit into memory gives the same: a million rows, each tenth twice', () => {
  const mailboxes = Array.from({ length: 1_000_000 }, (_, index) => `user${index % 10 === 9 ? index - 9 : index}@example.com`)
  expect(find(mailboxes)).toEqual(Array.from({ length: 100_000 }, (_, index) => (index + 1) * 10))
})
