import { createReadStream } from 'node:fs'
import type { Sink } from '../item.ts'
import { feed } from '../unpack.ts'

export type LogLines = {
  /** Whole lines, without their ends. What is longer than `maxLineBytes` is cut. */
  readonly lines: readonly string[]
  /** What is wrong with the file from here on: damaged, cut off, not readable any more. */
  readonly problem?: string
  /** Bytes of the file, unpacked, up to here. */
  readonly bytes: number
}

/** No mail server writes longer lines; a file without line ends must not fill the memory. */
const maxLineBytes = 1_048_576
const readSize = 1_048_576
/** Lines that tell what a log is. */
const maxHeadLines = 100

const lineFeed = 0x0a

/** Lines out of pieces, with a bound on each. */
const openSplitter = (): { readonly sink: Sink; readonly take: () => string[]; readonly bytes: () => number } => {
  let lines: string[] = []
  let rest: Buffer[] = []
  let held = 0
  let bytes = 0
  const push = (part: Buffer): void => {
    if (held < maxLineBytes) rest.push(part.subarray(0, maxLineBytes - held))
    held += part.length
  }
  const split = (text: string): void => {
    for (const line of text.split('\n')) lines.push(line.endsWith('\r') ? line.slice(0, -1) : line)
  }
  return {
    sink: {
      write: (piece) => {
        bytes += piece.length
        const last = piece.lastIndexOf(lineFeed)
        if (last < 0) {
          push(piece)
          return true
        }
        const first = piece.indexOf(lineFeed)
        push(piece.subarray(0, first))
        split(Buffer.concat(rest).toString('utf8'))
        if (last > first) split(piece.toString('utf8', first + 1, last))
        rest = []
        held = 0
        push(piece.subarray(last + 1))
        return true
      },
      end: () => {
        if (held > 0) split(Buffer.concat(rest).toString('utf8'))
        rest = []
        held = 0
      }
    },
    take: () => {
      const taken = lines
      lines = []
      return taken
    },
    bytes: () => bytes
  }
}

/**
 * The lines of a log (or of standard input: `-`), in batches, unpacked where it is packed with gzip or zstd. Memory does not grow with
 * the file. A file that is cut off or damaged gives what there is, and then its problem; one that cannot be opened, only that.
 */
export async function* readLogLines(path: string): AsyncGenerator<LogLines, void, void> {
  const splitter = openSplitter()
  const pieces: AsyncIterable<Buffer> = path === '-' ? process.stdin : createReadStream(path, { highWaterMark: readSize })
  try {
    for await (const fed of feed(pieces, splitter.sink)) {
      const lines = splitter.take()
      if (lines.length > 0 || fed !== undefined)
        yield { lines, bytes: splitter.bytes(), ...(fed === undefined ? {} : { problem: fed.problem }) }
    }
  } catch (error) {
    yield { lines: splitter.take(), bytes: splitter.bytes(), problem: error instanceof Error ? error.message : String(error) }
  }
}

/** The first lines of a file, by which a log is recognised; none where it cannot be read, or holds no text. Not for standard input, which can be read once. */
export const firstLinesOf = async (path: string): Promise<readonly string[]> => {
  const first: string[] = []
  for await (const { lines } of readLogLines(path)) {
    first.push(...lines.slice(0, maxHeadLines - first.length))
    if (first.length >= maxHeadLines) break
  }
  return first.some((line) => line.includes('\0')) ? [] : first
}
