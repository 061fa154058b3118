import fc from 'fast-check'
import { expect, test } from 'vitest'
import { maxLineBytes, openLineSplitter } from './line-splitter.ts'

test('the lines are the same in whatever pieces they come', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('a', 'ü', '\n', '\r\n', 'long words', '😀'), { maxLength: 60 }),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
      (parts, sizes) => {
        const bytes = Buffer.from(parts.join(''))
        const splitter = openLineSplitter()
        const lines: string[] = []
        let ended = 0
        for (let at = 0, turn = 0; at < bytes.length; turn++) {
          const size = sizes[turn % sizes.length] ?? 1
          lines.push(...splitter.write(bytes.subarray(at, at + size)))
          at += size
          ended = Math.min(at, bytes.length) - splitter.waiting()
          expect(ended === 0 || bytes[ended - 1] === 0x0a).toBe(true)
        }
        const rest = splitter.rest()
        const whole = bytes.toString('utf8').split(/\r?\n/)
        if (rest === undefined) whole.pop()
        expect(rest === undefined ? lines : [...lines, rest.replace(/\r$/, '')]).toEqual(whole.map((line) => line.replace(/\r$/, '')))
      }
    )
  )
})

test('a line of ten megabytes is cut, counted, and the next one is whole', () => {
  const splitter = openLineSplitter()
  for (let part = 0; part < 10; part++) expect(splitter.write(Buffer.alloc(1_048_576, 0x61))).toEqual([])
  const [first, second] = splitter.write(Buffer.from('\nnext\n'))
  expect([first?.length, second, splitter.cut()]).toEqual([maxLineBytes, 'next', 1])
})

test('a hole of NULs ends a line, however long it is, and is none', () => {
  const splitter = openLineSplitter()
  expect(splitter.write(Buffer.from(`one\nbroken${'\0'.repeat(4_096)}two\n${'\0'.repeat(4_096)}three\n`))).toEqual([
    'one',
    'broken',
    'two',
    'three'
  ])
  for (let part = 0; part < 5; part++) expect(splitter.write(Buffer.alloc(1_048_576))).toEqual([])
  expect(splitter.waiting()).toBe(5 * 1_048_576)
  expect([splitter.write(Buffer.from('four\n')), splitter.cut(), splitter.waiting()]).toEqual([['four'], 0, 0])
})
