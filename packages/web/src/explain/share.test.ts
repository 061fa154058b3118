import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatFragment, maxSharedLetters, parseFragment, sharedText } from './share.ts'

test('what goes into a fragment comes out of it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (text) => {
      expect(parseFragment(formatFragment(text))).toBe(text)
    })
  )
})

test('a fragment is made of letters that no program changes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(formatFragment(text)).toMatch(/^#t=[A-Za-z0-9_-]*$/)
    })
  )
})

test.each(['', '#', '#t=', '#t=%', '#t=a', '#t=_w', '#x=YQ', '#t=YQ&u=1'])('%j is no fragment of ours, or a broken one', (fragment) => {
  expect(parseFragment(fragment)).toBeUndefined()
})

test('what is shared has no local parts, passwords and tokens', () => {
  expect(sharedText("550 <jane@example.com> password: 'hunter2'", [])).not.toMatch(/jane|hunter2/)
})

test('of a long paste only the errors that were answered are shared', () => {
  const paste = `private\n${'x'.repeat(maxSharedLetters)}`
  expect(sharedText(paste, ['550 5.1.1 User unknown', '552 Mailbox full'])).toBe('550 5.1.1 User unknown\n\n552 Mailbox full')
  expect(sharedText(paste, ['y'.repeat(9_000)]).length).toBe(maxSharedLetters)
})

test('of an opened file, and of what is encoded, too: addresses in base64 cannot be taken out', () => {
  const errors = ['550 5.1.1 User unknown']
  expect(sharedText(undefined, errors)).toBe(errors[0])
  expect(sharedText('Subject: Hello\nContent-Transfer-Encoding: base64\n\namFuZUBleGFtcGxlLmNvbQ==', errors)).toBe(errors[0])
  expect(sharedText('From: =?utf-8?B?amFuZUBleGFtcGxlLmNvbQ==?= <x@example.com>', errors)).toBe(errors[0])
})
