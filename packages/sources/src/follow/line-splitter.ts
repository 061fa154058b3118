/** No mail server writes longer lines; a file without line ends must not fill the memory. */
export const maxLineBytes = 1_048_576

const lineFeed = 0x0a

/** Lines out of pieces of any size. */
export type LineSplitter = {
  /** Whole lines, without their ends; what is longer than `maxLineBytes` is cut, and counted. */
  readonly write: (piece: Buffer) => string[]
  /** What has no line end yet, as a line; undefined: nothing. */
  readonly rest: () => string | undefined
  /** Bytes that wait for their line end. */
  readonly waiting: () => number
  /** Lines that were cut. */
  readonly cut: () => number
}

const withoutReturn = (line: string): string => (line.endsWith('\r') ? line.slice(0, -1) : line)

export const openLineSplitter = (): LineSplitter => {
  let held: Buffer[] = []
  let heldBytes = 0
  let waiting = 0
  let cut = 0
  const hold = (part: Buffer): void => {
    if (heldBytes < maxLineBytes) {
      // A copy: a piece is a view of a larger buffer that is used again.
      const kept = Buffer.from(part.subarray(0, maxLineBytes - heldBytes))
      held.push(kept)
      heldBytes += kept.length
    }
    waiting += part.length
  }
  const take = (): string => {
    if (waiting > heldBytes) cut++
    const text = Buffer.concat(held).toString('utf8')
    held = []
    heldBytes = waiting = 0
    return withoutReturn(text)
  }
  return {
    write: (piece) => {
      const first = piece.indexOf(lineFeed)
      if (first < 0) {
        hold(piece)
        return []
      }
      hold(piece.subarray(0, first))
      const lines = [take()]
      const last = piece.lastIndexOf(lineFeed)
      if (last > first) for (const line of piece.toString('utf8', first + 1, last).split('\n')) lines.push(withoutReturn(line))
      if (last + 1 < piece.length) hold(piece.subarray(last + 1))
      return lines
    },
    rest: () => (waiting === 0 ? undefined : take()),
    waiting: () => waiting,
    cut: () => cut
  }
}
