import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { type Kind, tellContent } from '../content.ts'
import { wordsFor } from '../walk.ts'

export type Peek = {
  readonly kind: Kind
  readonly head: Buffer
  /** Bytes of the file. */
  readonly size: number
  /** The same for two names of one file. */
  readonly identity: string
}

const headBytes = 4_096
const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

/** The first bytes of a file, and what they tell; a string says why it cannot be read. Synchronous: a folder may have 100,000 of them. */
export const peekFile = (path: string): Peek | string => {
  let fd: number | undefined
  try {
    fd = openSync(path, flags)
    const { size, dev, ino } = fstatSync(fd)
    const head = Buffer.alloc(headBytes)
    const bytes = head.subarray(0, readSync(fd, head, 0, headBytes, 0))
    return { kind: tellContent(bytes), head: bytes, size, identity: `${dev}:${ino}` }
  } catch (error) {
    return wordsFor(error)
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}

/** The last bytes of a file, at most so many; none where it cannot be read. */
export const tailOf = (path: string, bytes: number): Buffer => {
  let fd: number | undefined
  try {
    fd = openSync(path, flags)
    const from = Math.max(0, fstatSync(fd).size - bytes)
    const tail = Buffer.alloc(bytes)
    return tail.subarray(0, readSync(fd, tail, 0, bytes, from))
  } catch {
    // It was to be compared with another; what is wrong with it is told by who reads it.
    return Buffer.alloc(0)
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}
