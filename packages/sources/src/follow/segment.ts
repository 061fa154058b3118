import { createReadStream } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { feed } from '../unpack.ts'
import { openLineSplitter } from './line-splitter.ts'
import { hashOf, markLength, type Place, readAt } from './place.ts'

/** One file of a log, read from a place on. */
export type Segment = {
  readonly path: string
  readonly inode: number
  /** Milliseconds since 1970 of its last change; also when it has lost its name. */
  readonly modified: () => Promise<number>
  /** Lines that are there now; undefined: its present end is reached. */
  readonly read: () => Promise<string[] | undefined>
  /** The last line, where nobody will end it any more. */
  readonly rest: () => string | undefined
  readonly place: () => Place
  /** `shorter`, `changed`: it was emptied, or written anew. */
  readonly check: () => Promise<'same' | 'shorter' | 'changed'>
  readonly behind: () => number
  readonly cut: () => number
  /** What is wrong with it from its end on. */
  readonly problem: () => string | undefined
  readonly close: () => Promise<void>
}

/** Memory for a piece; what one call gives out. */
const readSize = 262_144

/** The place behind what was split into lines, kept along. */
const openMarks = (inode: number, start: number, headBytes: Buffer) => {
  let offset = start
  let head = headBytes
  let tail: Buffer = Buffer.alloc(0)
  return {
    /** `ended`: bytes up to the last line's end in `piece`, which begins at `at`. */
    moved: (piece: Buffer, at: number, ended: number): void => {
      // The beginning of a file stays what it is; it may be known further than it was read.
      if (at <= head.length && head.length < markLength && at + piece.length > head.length)
        head = Buffer.concat([head.subarray(0, at), piece.subarray(0, markLength - at)])
      if (ended === 0) return
      offset = at + ended
      tail = Buffer.from(piece.subarray(Math.max(0, ended - markLength), ended))
    },
    /** Behind a line that nobody ended: what stands before is known by the file's first bytes alone. */
    skipTo: (at: number): void => {
      offset = at
      tail = Buffer.alloc(0)
    },
    setTail: (bytes: Buffer): void => {
      tail = bytes
    },
    offset: (): number => offset,
    /** Bytes that must be there as long as it is the same log: those before the place, or the file's first. */
    known: (): { readonly at: number; readonly bytes: Buffer } =>
      tail.length > 0 ? { at: offset - tail.length, bytes: tail } : { at: 0, bytes: head },
    place: (): Place => {
      return { inode, offset, headLength: head.length, head: hashOf(head), tailLength: tail.length, tail: hashOf(tail) }
    }
  }
}

/** A file as it stands, which may grow. Takes the handle over. */
export const openSegment = async (path: string, handle: FileHandle, start: number): Promise<Segment> => {
  const { ino, size: sizeAtFirst } = await handle.stat()
  const splitter = openLineSplitter()
  const marks = openMarks(ino, start, await readAt(handle, 0, markLength))
  if (start > 0) marks.setTail(await readAt(handle, Math.max(0, start - markLength), Math.min(markLength, start)))
  const buffer = Buffer.allocUnsafe(readSize)
  let at = start
  let size = sizeAtFirst
  let checked: number | undefined
  return {
    path,
    inode: ino,
    modified: async () => (await handle.stat()).mtimeMs,
    read: async () => {
      const { bytesRead } = await handle.read(buffer, 0, readSize, at)
      if (bytesRead === 0) return undefined
      const piece = buffer.subarray(0, bytesRead)
      const lines = splitter.write(piece)
      marks.moved(piece, at, bytesRead - (lines.length === 0 ? bytesRead : splitter.waiting()))
      at += bytesRead
      if (at > size) size = at
      return lines
    },
    rest: () => {
      if (splitter.waiting() > 0) marks.skipTo(at)
      return splitter.rest()
    },
    place: marks.place,
    check: async () => {
      const told = await handle.stat()
      size = told.size
      if (size < at) return 'shorter'
      // Emptied and filled to the same length: then at least its time is another.
      if (size === at && told.mtimeMs === checked) return 'same'
      checked = told.mtimeMs
      const { at: from, bytes } = marks.known()
      return (await readAt(handle, from, bytes.length)).equals(bytes) ? 'same' : 'changed'
    },
    behind: () => Math.max(0, size - marks.offset()),
    cut: splitter.cut,
    problem: () => undefined,
    close: () => handle.close()
  }
}

/** A rotated file that was packed, from an offset of what it holds on. It does not grow. */
export const openPackedSegment = async (path: string, inode: number, modified: number, start: number): Promise<Segment> => {
  const splitter = openLineSplitter()
  const marks = openMarks(inode, start, Buffer.alloc(0))
  let at = 0
  let lines: string[] = []
  const stream = createReadStream(path)
  const feeding = feed(stream, {
    write: (whole) => {
      const skipped = Math.min(whole.length, Math.max(0, start - at))
      if (skipped > 0) marks.moved(whole.subarray(0, skipped), at, 0)
      at += skipped
      const piece = whole.subarray(skipped)
      if (piece.length === 0) return true
      const more = splitter.write(piece)
      marks.moved(piece, at, more.length === 0 ? 0 : piece.length - splitter.waiting())
      at += piece.length
      lines = lines.concat(more)
      return true
    },
    end: () => undefined
  })
  let problem: string | undefined
  return {
    path,
    inode,
    modified: async () => modified,
    read: async () => {
      while (lines.length === 0) {
        const next = await feeding.next().catch((error: unknown) => {
          problem = error instanceof Error ? error.message : String(error)
          return { done: true as const, value: undefined }
        })
        if (next.done === true) return undefined
        if (next.value !== undefined) problem = next.value.problem
      }
      const taken = lines
      lines = []
      return taken
    },
    rest: () => {
      if (splitter.waiting() > 0) marks.skipTo(at)
      return splitter.rest()
    },
    place: marks.place,
    check: async () => 'same',
    behind: () => 0,
    cut: splitter.cut,
    problem: () => problem,
    close: async () => void stream.destroy()
  }
}

/** The last whole lines of a file before an offset, at most so many bytes of them, in pieces. */
export async function* linesBefore(path: string, offset: number, bytes: number): AsyncGenerator<readonly string[], void, void> {
  const handle = await open(path)
  try {
    let at = Math.max(0, offset - bytes)
    const splitter = openLineSplitter()
    let isWhole = at === 0
    while (at < offset) {
      const piece = await readAt(handle, at, Math.min(readSize, offset - at))
      if (piece.length === 0) break
      at += piece.length
      const lines = splitter.write(piece)
      if (lines.length === 0) continue
      // The first line began before.
      yield isWhole ? lines : lines.slice(1)
      isWhole = true
    }
  } finally {
    await handle.close()
  }
}

/** Where the last whole line ends: the line that is being written now is read when it is whole. */
export const lineEndBefore = async (handle: FileHandle): Promise<number> => {
  const { size } = await handle.stat()
  const from = Math.max(0, size - readSize)
  const { bytesRead, buffer } = await handle.read(Buffer.alloc(size - from), 0, size - from, from)
  const last = buffer.subarray(0, bytesRead).lastIndexOf(0x0a)
  return last < 0 ? size : from + last + 1
}
