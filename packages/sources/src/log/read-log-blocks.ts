import { constants, createReadStream } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { tellContent } from '../content.ts'
import { feed } from '../unpack.ts'
import { isUnpackedByProgram, unpackByProgram } from './unpack-by-program.ts'

export type LogBlock = {
  /** Unpacked bytes. They are written over when the next block is asked for: copy what is kept. */
  readonly bytes: Uint8Array
  /** Sentences: what is wrong with the file from here on. The last block has it. */
  readonly problem?: string
}

/** Larger reads are no faster, and what was read should still be in the processor's cache when it is worked on. */
const readSize = 1_048_576
/** The first piece tells what the content is, so it must not be a few bytes. */
const leastPiece = 65_536

/** A pipe that took the place of a file must not hold the reader up. Windows has no such flag, and no such pipes. */
const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

/**
 * The bytes of a log, unpacked where its first bytes say that it is packed: with gzip or zstd here, with xz or bzip2 by the system's programs.
 * `-` is standard input. The next read is under way while a block is worked on. Memory does not grow with the file: two blocks of 1 MB. A file
 * that is cut off or damaged gives what there is, and then its problem; one that cannot be opened, only that. Never throws.
 */
export const readLogBlocks = (path: string): AsyncGenerator<LogBlock, void, void> =>
  unpackedBlocks(path === '-' ? standardInput() : filePieces(path))

/** As `readLogBlocks`, from pieces that were read already. */
export async function* unpackedBlocks(source: AsyncIterable<Buffer> | Iterable<Buffer>): AsyncGenerator<LogBlock, void, void> {
  let got: Buffer[] = []
  const sink = {
    write: (piece: Buffer) => {
      got.push(piece)
      return true
    },
    end: () => undefined
  }
  const { kind, pieces } = await begin(source)
  try {
    if (isUnpackedByProgram(kind)) yield* unpackByProgram(kind, pieces)
    else
      for await (const fed of feed(kind === 'gzip' || kind === 'zstd' ? inSteps(pieces) : pieces, sink)) {
        const blocks = got
        got = []
        for (const bytes of blocks) yield { bytes }
        if (fed !== undefined) yield { bytes: nothing, problem: fed.problem }
      }
  } finally {
    await pieces.return()
  }
}

const nothing = new Uint8Array(0)

/** An unpacker that meets damage gives nothing of the piece that has it: the first pieces are small, so that little of a small file is lost. */
const [firstStep, step] = [1_024, 16_384]
const firstSteps = 65_536

async function* inSteps(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, void> {
  let given = 0
  for await (const piece of pieces)
    for (let at = 0; at < piece.length; ) {
      const part = piece.subarray(at, at + (given < firstSteps ? firstStep : step))
      at += part.length
      given += part.length
      yield part
    }
}

/** What the first piece is, and the pieces from the first one on. */
const begin = async (
  source: AsyncIterable<Buffer> | Iterable<Buffer>
): Promise<{ kind: ReturnType<typeof tellContent>; pieces: AsyncGenerator<Buffer, void, void> }> => {
  const iterator = again(source)
  let head: Buffer = Buffer.alloc(0)
  let failed: { readonly error: unknown } | undefined
  try {
    while (head.length < 6) {
      const next = await iterator.next()
      if (next.done === true) break
      // A copy where more is to come: what was handed out is written over.
      head = head.length === 0 && next.value.length >= 6 ? next.value : Buffer.concat([head, next.value])
    }
  } catch (error) {
    failed = { error }
  }
  return { kind: tellContent(head), pieces: behind(head, iterator, failed) }
}

async function* again(source: AsyncIterable<Buffer> | Iterable<Buffer>): AsyncGenerator<Buffer, void, void> {
  yield* source
}

async function* behind(
  head: Buffer,
  rest: AsyncGenerator<Buffer, void, void>,
  failed: { readonly error: unknown } | undefined
): AsyncGenerator<Buffer, void, void> {
  try {
    if (head.length > 0) yield head
    if (failed !== undefined) throw failed.error
    yield* rest
  } finally {
    await rest.return()
  }
}

export async function* standardInput(): AsyncGenerator<Buffer, void, void> {
  for await (const piece of process.stdin) yield Buffer.isBuffer(piece) ? piece : Buffer.from(String(piece))
}

async function* filePieces(path: string): AsyncGenerator<Buffer, void, void> {
  const file = await open(path, flags)
  let pending: Promise<Buffer> | undefined
  try {
    const stats = await file.stat()
    if (!stats.isFile() && !stats.isDirectory()) {
      for await (const piece of createReadStream(path, { highWaterMark: readSize })) yield Buffer.from(piece)
      return
    }
    const size = Math.min(readSize, Math.max(leastPiece, stats.size + 1))
    const buffers = [Buffer.allocUnsafeSlow(size), Buffer.allocUnsafeSlow(size)]
    const readInto = (at: number): Promise<Buffer> => {
      const reading = fill(file, buffers[at % 2] ?? Buffer.alloc(0))
      // It is awaited below; until then a failure is nobody's.
      reading.catch(() => undefined)
      return reading
    }
    let read = 0
    pending = readInto(0)
    for (let at = 1; ; at++) {
      const piece = await pending
      if (piece.length === 0) break
      read += piece.length
      pending = readInto(at)
      yield piece
    }
    if (read < stats.size) throw new Error(`it became shorter while it was read: ${read} of ${stats.size} bytes were there`)
  } finally {
    await pending?.catch(() => undefined)
    await file.close()
  }
}

/** As much as there is, at least `leastPiece` before the end of the file. */
const fill = async (file: FileHandle, buffer: Buffer): Promise<Buffer> => {
  let end = 0
  while (end < buffer.length && end < leastPiece) {
    const { bytesRead } = await file.read(buffer, end, buffer.length - end, null)
    if (bytesRead === 0) break
    end += bytesRead
  }
  return buffer.subarray(0, end)
}
