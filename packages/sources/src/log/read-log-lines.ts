import { type LogBlock, readLogBlocks } from './read-log-blocks.ts'

export type LogLines = {
  /** Whole lines, without their ends. What is longer than `maxLineBytes` is cut. */
  readonly lines: readonly string[]
  /** What is wrong with the file from here on: damaged, cut off, not readable any more. */
  readonly problem?: string
  /** Bytes of the file, unpacked, up to here. */
  readonly bytes: number
  /** Lines up to here that were too long, and cut. */
  readonly cut: number
}

/** No mail server writes longer lines; a file without line ends must not fill the memory. */
export const maxLineBytes = 1_048_576
/** Lines that tell what a log is, and as much of each: those of a packed file without line ends could otherwise be gigabytes. */
const maxHeadLines = 100
const maxHeadBytes = 4 * 1_048_576

const lineFeed = 0x0a

type LineSplitter = {
  /** The whole lines that a piece ends; the piece may be written over afterwards. */
  readonly write: (piece: Uint8Array) => readonly string[]
  /** The last line, where no line feed ends it. */
  readonly end: () => readonly string[]
  readonly cut: () => number
}

/** Lines out of pieces of any size, with a bound on each. Bytes that are no UTF-8 become U+FFFD. */
export const openSplitter = (maxBytes: number = maxLineBytes): LineSplitter => {
  let rest: Buffer[] = []
  let held = 0
  let cut = 0
  let isFirst = true
  const hold = (part: Buffer): void => {
    if (part.length === 0) return
    if (held < maxBytes) rest.push(Buffer.from(part.subarray(0, maxBytes - held)))
    held += part.length
  }
  const release = (): string => {
    if (held > maxBytes) cut++
    const line = rest.length === 1 ? (rest[0]?.toString('utf8') ?? '') : Buffer.concat(rest).toString('utf8')
    rest = []
    held = 0
    return line
  }
  const plain = (line: string): string => {
    // Windows programs put a byte-order mark in front of a file.
    const from = isFirst && line.charCodeAt(0) === 0xfeff ? 1 : 0
    isFirst = false
    const to = line.charCodeAt(line.length - 1) === 0x0d ? line.length - 1 : line.length
    return from === 0 && to === line.length ? line : line.slice(from, to)
  }
  return {
    write: (bytes) => {
      const piece = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
      const last = piece.lastIndexOf(lineFeed)
      if (last < 0) {
        hold(piece)
        return []
      }
      const first = piece.indexOf(lineFeed)
      hold(piece.subarray(0, first))
      const lines = [plain(release())]
      // Each by itself: parts of one long text would hold all of it, as long as one word of them is kept.
      for (let from = first + 1; from <= last; ) {
        const to = piece.indexOf(lineFeed, from)
        if (to - from > maxBytes) cut++
        lines.push(plain(piece.toString('utf8', from, Math.min(to, from + maxBytes))))
        from = to + 1
      }
      hold(piece.subarray(last + 1))
      return lines
    },
    end: () => (held > 0 ? [plain(release())] : []),
    cut: () => cut
  }
}

/** The lines of blocks, in batches: one for each block that ends a line. Memory is that of a block and a line. */
export async function* linesOf(blocks: AsyncIterable<LogBlock>, maxBytes: number = maxLineBytes): AsyncGenerator<LogLines, void, void> {
  const splitter = openSplitter(maxBytes)
  let bytes = 0
  let problem: string | undefined
  for await (const block of blocks) {
    bytes += block.bytes.length
    problem = block.problem ?? problem
    const lines = splitter.write(block.bytes)
    if (lines.length > 0) yield { lines, bytes, cut: splitter.cut() }
  }
  const lines = splitter.end()
  if (lines.length > 0 || problem !== undefined) yield { lines, bytes, cut: splitter.cut(), ...(problem === undefined ? {} : { problem }) }
}

/**
 * The lines of a log (or of standard input: `-`), in batches, unpacked where it is packed. Memory does not grow with the file. A file that is
 * cut off or damaged gives what there is, and then its problem; one that cannot be opened, only that.
 */
export const readLogLines = (path: string): AsyncGenerator<LogLines, void, void> => linesOf(readLogBlocks(path))

export type Head = {
  readonly lines: readonly string[]
  /** It has bytes that no text has. */
  readonly isBinary: boolean
  /** Why there are no more, where something is wrong. */
  readonly problem?: string
}

/** The first lines, by which a log is recognised: so many, and no more than so many bytes. */
export const headOf = async (
  blocks: AsyncIterable<LogBlock>,
  { lines: most = maxHeadLines, bytes: mostBytes = maxHeadBytes }: { readonly lines?: number; readonly bytes?: number } = {}
): Promise<Head> => {
  const first: string[] = []
  let problem: string | undefined
  for await (const batch of linesOf(boundedTo(blocks, mostBytes), mostBytes)) {
    first.push(...batch.lines.slice(0, most - first.length))
    problem = batch.problem
    if (first.length >= most) break
  }
  return { lines: first, isBinary: first.some((line) => line.includes('\0')), ...(problem === undefined ? {} : { problem }) }
}

async function* boundedTo(blocks: AsyncIterable<LogBlock>, most: number): AsyncGenerator<LogBlock, void, void> {
  let bytes = 0
  for await (const block of blocks) {
    yield block
    bytes += block.bytes.length
    if (bytes >= most) return
  }
}

/** The first lines of a file; none where it cannot be read, or holds no text. Not for standard input, which can be read once. */
export const firstLinesOf = async (path: string): Promise<readonly string[]> => {
  const { lines, isBinary } = await headOf(readLogBlocks(path))
  return isBinary ? [] : lines
}
