import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { wordsFor } from './walk.ts'

/** The beginning of a file. Where that is not all of it, the file is still open, and `handle` is for `readOn`. */
export type Block = { readonly bytes: Buffer; readonly isWhole: boolean; readonly handle: Handle }

/** Told apart by identity: the system gives the number of a closed file to the next one. */
type Handle = { readonly fd: number }

export type Files = {
  /** A string says why it cannot be read. */
  readonly open: (path: string) => Block | string
  /** The rest of the file in pieces, and the file closed after them. Throws what the system says. */
  readonly readOn: (block: Block) => Generator<Buffer, void, void>
  readonly close: () => void
}

/** Nearly all mails are smaller: they are read with one call. */
const smallFile = 128 * 1024

/** Small files share a block of memory, since a block for each would cost more than reading it. */
const sharedBlock = 4 * 1024 * 1024

/** Large files are read in pieces of this size: larger ones are no faster. */
const piece = 4 * 1024 * 1024

/** A pipe that took the place of a file must not hold the reader up. Windows has no such flag, and no such pipes. */
const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

/**
 * Opens files one after the other and reads them synchronously: for small files that takes a third of the time of promises
 * (docs/adr/0004). Bytes handed out are never written over.
 */
export const openFiles = (): Files => {
  let shared = Buffer.alloc(0)
  let used = 0
  let open: Handle | undefined

  const close = (): void => {
    if (open !== undefined) closeSync(open.fd)
    open = undefined
  }

  return {
    close,
    open: (path) => {
      if (shared.length - used < smallFile) {
        shared = Buffer.allocUnsafeSlow(sharedBlock)
        used = 0
      }
      close()
      try {
        const fd = openSync(path, flags)
        const handle = { fd }
        open = handle
        let end = used
        const limit = used + smallFile
        // Some file systems give less than was asked for before the end: only an empty answer is the end.
        for (let read = -1; read !== 0 && end < limit; end += read) read = readSync(fd, shared, end, limit - end, null)
        const bytes = shared.subarray(used, end)
        used = end
        if (end < limit) close()
        return { bytes, isWhole: end < limit, handle }
      } catch (error) {
        close()
        return wordsFor(error)
      }
    },
    readOn: function* ({ handle, isWhole }) {
      if (isWhole) return
      try {
        // What is left of a mail of some hundred kB needs no piece of its own size. One byte more meets the end at once.
        let left = fstatSync(handle.fd).size - smallFile + 1
        // An unpacker that was given up may still ask for more.
        while (open === handle) {
          const next = Buffer.allocUnsafeSlow(left > 0 ? Math.min(left, piece) : smallFile)
          const read = readSync(handle.fd, next, 0, next.length, null)
          if (read === 0) return
          left -= read
          yield next.subarray(0, read)
        }
      } finally {
        if (open === handle) close()
      }
    }
  }
}
