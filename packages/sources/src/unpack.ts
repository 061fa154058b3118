import { createGunzip, createZstdDecompress, type Gunzip, gunzipSync, type ZstdDecompress, zstdDecompressSync } from 'node:zlib'
import { tellContent } from './content.ts'
import type { Sink } from './item.ts'
import { wordsFor } from './walk.ts'

/** Packed files up to this size are unpacked in one, if what they hold is no larger than the second: streams have a cost of their own. */
const smallPacked = 1024 * 1024
const smallUnpacked = 16 * 1024 * 1024

/** The unpacker's pieces: larger than the usual 16 kB, which would cost a call each. */
const chunkSize = 512 * 1024

/** A whole file's bytes, unpacked where they are packed. Undefined: too large for that, or damaged; `feed` will tell. */
export const unpackSmall = (bytes: Buffer): Buffer | undefined => {
  const kind = tellContent(bytes)
  if (kind !== 'gzip' && kind !== 'zstd') return bytes
  if (bytes.length > smallPacked) return undefined
  const options = { maxOutputLength: smallUnpacked }
  try {
    return kind === 'gzip' ? gunzipSync(bytes, options) : onlyFrame(zstdDecompressSync(bytes, { ...options, info: true }), bytes.length)
  } catch {
    return undefined
  }
}

/** Node unpacks the first zstd frame of several and says nothing of the others: `feed` reads them all. */
const onlyFrame = (unpacked: unknown, packedBytes: number): Buffer | undefined => {
  if (typeof unpacked !== 'object' || unpacked === null || !('buffer' in unpacked) || !('engine' in unpacked)) return undefined
  const { buffer, engine } = unpacked
  if (typeof engine !== 'object' || engine === null || !('bytesWritten' in engine) || engine.bytesWritten !== packedBytes) return undefined
  return Buffer.isBuffer(buffer) ? buffer : undefined
}

export type Fed = { readonly problem: string; readonly offset: number } | undefined

/**
 * Feeds pieces to a sink, unpacked where their first bytes say that they are packed, and gives way after each. Unpacking streams: a small
 * file that unpacks to a terabyte costs time, not memory. A file that is cut off or damaged gives what could be unpacked, and a problem.
 */
export async function* feed(pieces: AsyncIterable<Buffer> | Iterable<Buffer>, sink: Sink): AsyncGenerator<Fed, void, void> {
  const { first, rest } = await begin(pieces)
  const kind = tellContent(first)
  let offset = 0
  let problem: string | undefined
  try {
    for await (const bytes of kind === 'gzip' || kind === 'zstd' ? unpack(rest, kind === 'gzip') : rest) {
      offset += bytes.length
      if (!sink.write(bytes)) break
      yield undefined
    }
  } catch (error) {
    problem = wordsForDamage(error)
  }
  sink.end()
  yield problem === undefined ? undefined : { problem, offset }
}

const wordsForDamage = (error: unknown): string => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (!code.startsWith('Z_') && !code.startsWith('ZSTD_')) return wordsFor(error)
  return 'The packed file is damaged or cut off here; what came before was read, and the last message may be incomplete. Fetch the file again.'
}

type Unpacker = Gunzip | ZstdDecompress

/**
 * Unpacks pieces, one unpacker after the other: Node's stops where the first zstd frame of several ends inside of a piece, and says nothing of
 * the rest. (That of gzip goes on by itself, and takes what is no gzip after it for filling.)
 */
async function* unpack(pieces: AsyncGenerator<Buffer, void, void>, isGzip: boolean): AsyncGenerator<Buffer, void, void> {
  let left: Buffer | undefined = Buffer.alloc(0)
  while (left !== undefined) {
    const unpacker: Unpacker = isGzip ? createGunzip({ chunkSize }) : createZstdDecompress({ chunkSize })
    const pumping = pump(left, pieces, unpacker, isGzip)
    try {
      for await (const piece of unpacker) yield asBuffer(piece)
    } catch (error) {
      // What was unpacked before the damage still waits in the unpacker.
      for (let waiting: unknown = unpacker.read(); waiting !== null; waiting = unpacker.read()) yield asBuffer(waiting)
      throw error
    } finally {
      unpacker.destroy()
    }
    left = await pumping
    if (left !== undefined && unpacker.bytesWritten === 0) throw Object.assign(new Error('no frame'), { code: 'ZSTD_error_prefix_unknown' })
  }
}

/** Writes pieces to the unpacker until it takes no more, and gives what it did not take. A failed source reaches the reader through it. */
const pump = async (
  first: Buffer,
  pieces: AsyncGenerator<Buffer, void, void>,
  unpacker: Unpacker,
  isGzip: boolean
): Promise<Buffer | undefined> => {
  try {
    for (let piece = first; ; ) {
      if (piece.length > 0) {
        const before = unpacker.bytesWritten
        await written(unpacker, piece)
        const taken = unpacker.bytesWritten - before
        if (taken < piece.length) return isGzip ? undefined : piece.subarray(taken)
        if (unpacker.destroyed) return undefined
      }
      const next = await pieces.next()
      if (next.done === true) break
      piece = next.value
    }
    unpacker.end()
  } catch (error) {
    unpacker.destroy(error instanceof Error ? error : new Error(String(error)))
  }
  return undefined
}

/** The unpacker has worked through the piece, or is gone. */
const written = (unpacker: Unpacker, piece: Buffer): Promise<void> =>
  new Promise((resolve) => {
    const over = (): void => resolve()
    unpacker.once('close', over)
    unpacker.write(piece, () => {
      unpacker.off('close', over)
      resolve()
    })
  })

const asBuffer = (piece: unknown): Buffer => {
  if (Buffer.isBuffer(piece)) return piece
  throw new TypeError('a source gave something else than bytes')
}

/** The first pieces, joined until they tell what the content is. */
const begin = async (
  pieces: AsyncIterable<Buffer> | Iterable<Buffer>
): Promise<{ readonly first: Buffer; readonly rest: AsyncGenerator<Buffer, void, void> }> => {
  const iterator = iterate(pieces)
  let first: Buffer = Buffer.alloc(0)
  let failed: { readonly error: unknown } | undefined
  try {
    while (first.length < 4) {
      const next = await iterator.next()
      if (next.done === true) break
      first = first.length === 0 ? next.value : Buffer.concat([first, next.value])
    }
  } catch (error) {
    failed = { error }
  }
  return { first, rest: again(first, iterator, failed) }
}

async function* iterate(pieces: AsyncIterable<Buffer> | Iterable<Buffer>): AsyncGenerator<Buffer, void, void> {
  yield* pieces
}

async function* again(
  first: Buffer,
  rest: AsyncGenerator<Buffer, void, void>,
  failed: { readonly error: unknown } | undefined
): AsyncGenerator<Buffer, void, void> {
  if (first.length > 0) yield first
  if (failed !== undefined) throw failed.error
  yield* rest
}
