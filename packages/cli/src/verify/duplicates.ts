import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * Finds the rows whose mailbox stands in an earlier row already, in a list of any length and with memory that does not grow with it
 * (but for one bit a row): hashes go to files, parted by their first bits, and each part is looked at alone.
 */
export type Duplicates = {
  /** Rows in rising order, from 1. */
  readonly add: (row: number, mailbox: string) => void
  /** After the last row. */
  readonly finish: () => { readonly has: (row: number) => boolean; readonly count: number }
  readonly close: () => void
}

const partBits = 6
const parts = 1 << partBits
/** Entries (two halves of a hash and a row) kept of each part before they go to its file: 3 MB in all. */
const entriesKept = 4_096
const width = 3

/** Two independent 32-bit hashes of a text; 64 bits together make a chance match unlikely below a billion rows. */
const hash = (text: string, into: Uint32Array): void => {
  let one = 0xdeadbeef
  let two = 0x41c6ce57
  for (let at = 0; at < text.length; at++) {
    const letter = text.charCodeAt(at)
    one = Math.imul(one ^ letter, 2_654_435_761)
    two = Math.imul(two ^ letter, 1_597_334_677)
  }
  one = Math.imul(one ^ (one >>> 16), 2_246_822_507) ^ Math.imul(two ^ (two >>> 13), 3_266_489_909)
  two = Math.imul(two ^ (two >>> 16), 2_246_822_507) ^ Math.imul(one ^ (one >>> 13), 3_266_489_909)
  into[0] = one
  into[1] = two
}

type Part = { readonly kept: Uint32Array; used: number; file?: number }

export const openDuplicates = (): Duplicates => {
  const all: Part[] = Array.from({ length: parts }, () => ({ kept: new Uint32Array(entriesKept * width), used: 0 }))
  const hashed = new Uint32Array(2)
  let folder: string | undefined
  let last = 0

  const pathOf = (index: number): string => join(folder ?? '', String(index))
  const spill = (part: Part, index: number): void => {
    folder ??= mkdtempSync(join(tmpdir(), 'whybounce-'))
    part.file ??= openSync(pathOf(index), 'w', 0o600)
    writeSync(part.file, part.kept.subarray(0, part.used))
    part.used = 0
  }
  const entriesOf = (part: Part, index: number): Uint32Array => {
    if (part.file === undefined) return part.kept.subarray(0, part.used)
    spill(part, index)
    const bytes = readFileSync(pathOf(index))
    return new Uint32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))
  }

  return {
    add: (row, mailbox) => {
      hash(mailbox, hashed)
      const [one = 0, two = 0] = hashed
      const index = one >>> (32 - partBits)
      const part = all[index]
      if (part === undefined) return
      if (part.used === part.kept.length) spill(part, index)
      part.kept[part.used] = one
      part.kept[part.used + 1] = two
      part.kept[part.used + 2] = row
      part.used += width
      last = row
    },
    finish: () => {
      const marked = new Uint8Array((last >>> 3) + 1)
      let count = 0
      all.forEach((part, index) => {
        const entries = entriesOf(part, index)
        const slots = new Uint32Array(2 << Math.ceil(Math.log2(entries.length / width + 1)))
        for (let at = 0; at < entries.length; at += width) {
          const one = entries[at] ?? 0
          const two = entries[at + 1] ?? 0
          let slot = (two ^ one) & (slots.length - 1)
          for (;;) {
            const taken = slots[slot] ?? 0
            if (taken === 0) {
              slots[slot] = at + 1
              break
            }
            if (entries[taken - 1] === one && entries[taken] === two) {
              const row = entries[at + 2] ?? 0
              marked[row >>> 3] = (marked[row >>> 3] ?? 0) | (1 << (row & 7))
              count++
              break
            }
            slot = (slot + 1) & (slots.length - 1)
          }
        }
      })
      return { has: (row) => ((marked[row >>> 3] ?? 0) & (1 << (row & 7))) !== 0, count }
    },
    close: () => {
      for (const { file } of all) if (file !== undefined) closeSync(file)
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
    }
  }
}
