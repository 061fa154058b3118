import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readContent } from './content.ts'
import type { Emit } from './item.ts'

const split = (pieces: readonly Buffer[], maxMessageBytes: number): string[] => {
  const lines: string[] = []
  const emitFor = (place: string): Emit => ({
    message: (bytes, offset) => lines.push(`${place}${offset} ${Buffer.from(bytes).toString('latin1')}`),
    problem: (problem, offset) => lines.push(`${place}${offset} ! ${problem}`)
  })
  const sink = readContent(emitFor(''), { maxMessageBytes, isNamedMessage: false, inside: (name) => emitFor(`${name} `) })
  for (const piece of pieces) sink.write(Buffer.from(piece))
  sink.end()
  return lines
}

const cut = (bytes: Buffer, sizes: readonly number[]): Buffer[] => {
  const pieces: Buffer[] = []
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1
    pieces.push(bytes.subarray(at, at + size))
    at += size
  }
  return pieces
}

const entry = (name: string, content: Buffer): Buffer => {
  const header = Buffer.alloc(512)
  header.write(name)
  header.write(`${content.length.toString(8)}\0`, 124)
  header.write(' '.repeat(8), 148)
  header.write('0', 156)
  header.write(
    header
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padEnd(8, '\0'),
    148
  )
  return Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512)])
}

const mail = fc
  .array(fc.constantFrom('line', '', 'From me', '\x01\x01', '\x01\x01\x01\x01x', 'x'.repeat(700)), { maxLength: 15 })
  .map((lines) => `Subject: a\n\n${lines.join('\n')}\n`)
const mbox = fc
  .array(mail, { minLength: 1, maxLength: 4 })
  .map((all) => all.map((text) => `From a Fri Jul  8 12:08:34 2011\n${text}\n`).join(''))
const mmdf = fc
  .array(mail, { minLength: 1, maxLength: 4 })
  .map((all) => all.map((text) => `\x01\x01\x01\x01\n${text}\x01\x01\x01\x01\n`).join(''))
const emlx = mail.map((text) => `${text.length}\n${text}<plist/>`)
const plain = fc.oneof(mail, mbox, mmdf, emlx, fc.constant('\n\nno mail'))
const tar = fc
  .array(plain, { maxLength: 4 })
  .map((all) => Buffer.concat([...all.map((text, at) => entry(`f${at}`, Buffer.from(text, 'latin1'))), Buffer.alloc(1_024)]))

test('how content is cut into pieces does not change what is read', () => {
  const content = fc.oneof(
    plain.map((text) => Buffer.from(text, 'latin1')),
    tar,
    fc.tuple(tar, fc.nat(4_000)).map(([bytes, length]) => bytes.subarray(0, length))
  )
  fc.assert(
    fc.property(
      content,
      fc.array(fc.integer({ min: 1, max: 3_000 }), { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 1, max: 9_000 }),
      (bytes, sizes, limit) => {
        expect(split(cut(bytes, sizes), limit)).toEqual(split([bytes], limit))
      }
    ),
    { numRuns: 500 }
  )
})

test('the messages of an MMDF folder come back as they were written', () => {
  fc.assert(
    fc.property(fc.array(mail, { minLength: 1, maxLength: 5 }), (all) => {
      const folder = all.map((text) => `\x01\x01\x01\x01\n${text}\x01\x01\x01\x01\n`).join('')
      expect(split([Buffer.from(folder, 'latin1')], 100_000).map((line) => line.slice(line.indexOf(' ') + 1))).toEqual(all)
    })
  )
})
