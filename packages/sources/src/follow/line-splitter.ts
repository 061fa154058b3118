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

/**
 * A hole of NULs is where a machine lost its power, or where a log was emptied under a writer that went on at its old place (logrotate's
 * copytruncate): it ends a line.
 */
const withoutHoles = (line: string): readonly string[] =>
  line.includes('\0')
    ? line
        .split(/\0{2,}/)
        .filter((part) => part !== '')
        .map((part) => part.replaceAll('\0', ''))
    : [line]

/** At the front of a piece. */
const nulsIn = (piece: Buffer): number => {
  let length = 0
  while (length < piece.length && piece[length] === 0) length++
  return length
}

export const openLineSplitter = (): LineSplitter => {
  let held: Buffer[] = []
  let heldBytes = 0
  let waiting = 0
  let skipped = 0
  let cut = 0
  const hold = (whole: Buffer): void => {
    // A hole at the front of a line is no part of it, and may be longer than any line.
    const part = heldBytes === 0 ? whole.subarray(nulsIn(whole)) : whole
    skipped += whole.length - part.length
    if (heldBytes < maxLineBytes) {
      // A copy: a piece is a view of a larger buffer that is used again.
      const kept = Buffer.from(part.subarray(0, maxLineBytes - heldBytes))
      held.push(kept)
      heldBytes += kept.length
    }
    waiting += whole.length
  }
  const take = (): string => {
    if (waiting - skipped > heldBytes) cut++
    const text = Buffer.concat(held).toString('utf8')
    held = []
    heldBytes = waiting = skipped = 0
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
      const lines = [...withoutHoles(take())]
      const last = piece.lastIndexOf(lineFeed)
      // Each by itself: parts of one long text would hold all of it, as long as one word of them is kept.
      for (let from = first + 1; from <= last; ) {
        const to = piece.indexOf(lineFeed, from)
        lines.push(...withoutHoles(withoutReturn(piece.toString('utf8', from, to))))
        from = to + 1
      }
      if (last + 1 < piece.length) hold(piece.subarray(last + 1))
      return lines
    },
    rest: () => (waiting === 0 ? undefined : (withoutHoles(take()).at(-1) ?? '')),
    waiting: () => waiting,
    cut: () => cut
  }
}
