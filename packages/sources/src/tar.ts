import type { Sink } from './item.ts'

const blockSize = 512

/** A longer name than any file system allows: the archive is not to be believed. */
const maxNameBytes = 65_536

type Entry = { readonly sink: Sink | undefined; readonly isName: boolean }

/**
 * Reads a tar archive (POSIX ustar, pax, GNU) as it streams by: `open` says what to do with each file of it, by its name and the offset
 * of its content; `damaged` is told once, where the archive makes no sense. Links, folders and devices are passed over: they hold nothing.
 */
export const readTar = (open: (name: string, offset: number) => Sink | undefined, damaged: (offset: number) => void): Sink => {
  let offset = 0
  let header: Buffer = Buffer.alloc(0)
  let entry: Entry | undefined
  let left = 0
  let padding = 0
  let over = false
  let longName: Buffer[] = []

  const close = (): void => {
    entry?.sink?.end()
    entry = undefined
  }

  const begin = (block: Buffer): void => {
    const size = sizeOf(block)
    if (size === undefined || !hasSum(block)) {
      // Two blocks of zeros end an archive; what follows them is filling.
      if (block.some((byte) => byte !== 0)) damaged(offset - blockSize)
      over = true
      return
    }
    const type = String.fromCharCode(block[156] ?? 0)
    left = size
    padding = (blockSize - (size % blockSize)) % blockSize
    if (type === 'L' && size <= maxNameBytes) {
      longName = []
      entry = { isName: true, sink: undefined }
    } else if (type === '0' || type === '\0' || type === '7') {
      const told = Buffer.concat(longName).toString('utf8').replace(/\0.*$/s, '')
      entry = { isName: false, sink: open(told === '' ? nameOf(block) : told, offset) }
      longName = []
    } else entry = { isName: false, sink: undefined }
    if (left === 0) close()
  }

  return {
    write: (piece) => {
      let at = 0
      while (at < piece.length && !over) {
        if (left > 0) {
          const part = piece.subarray(at, at + left)
          entry?.sink?.write(part)
          if (entry?.isName === true) longName.push(part)
          left -= part.length
          at += part.length
          offset += part.length
          if (left === 0) close()
        } else if (padding > 0) {
          const passed = Math.min(padding, piece.length - at)
          padding -= passed
          at += passed
          offset += passed
        } else {
          const part = piece.subarray(at, at + blockSize - header.length)
          header = header.length === 0 ? part : Buffer.concat([header, part])
          at += part.length
          offset += part.length
          if (header.length < blockSize) break
          const block = header
          header = Buffer.alloc(0)
          begin(block)
        }
      }
      return !over
    },
    end: () => {
      const cut = !over && (left > 0 || header.length > 0)
      close()
      if (cut) damaged(offset)
    }
  }
}

const text = (block: Buffer, from: number, length: number): string =>
  block
    .toString('utf8', from, from + length)
    .replace(/\0.*$/s, '')
    .trim()

const nameOf = (block: Buffer): string => {
  const prefix = block.toString('latin1', 257, 263) === 'ustar\0' ? text(block, 345, 155) : ''
  const name = text(block, 0, 100)
  return prefix === '' ? name : `${prefix}/${name}`
}

/** Octal digits, or, in GNU archives of large files, a binary number with its first bit set. */
const sizeOf = (block: Buffer): number | undefined => {
  if ((block[124] ?? 0) === 0x80) {
    const size = Number(block.readBigUInt64BE(128))
    return Number.isSafeInteger(size) ? size : undefined
  }
  const digits = text(block, 124, 12)
  return /^[0-7]{1,12}$/.test(digits) ? Number.parseInt(digits, 8) : undefined
}

/** The header's sum of bytes, its own field counted as spaces: what tells a header from anything else. */
export const hasSum = (block: Buffer): boolean => {
  let sum = 8 * 0x20
  for (let at = 0; at < blockSize; at++) if (at < 148 || at >= 156) sum += block[at] ?? 0
  return Number.parseInt(text(block, 148, 8), 8) === sum
}
