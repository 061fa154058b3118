/** Lines longer than this are cut, as `readLogLines` cuts them: a file without line ends must not fill the memory. */
const maxLineBytes = 1_048_576

/** Bytes behind a line that `take` may look at: code that has once looked behind the end of an array is slower ever after. */
const slack = 64

const lineFeed = 0x0a
const carriageReturn = 0x0d

export type LineCutter = {
  readonly write: (piece: Uint8Array) => void
  readonly end: () => void
  /** Lines that were cut. */
  readonly cut: () => number
}

/** Calls `take` with each line, without its end (LF or CR LF), out of pieces of any size. What `take` gets holds until it returns. */
export const openLineCutter = (take: (bytes: Uint8Array, view: DataView, from: number, to: number) => void): LineCutter => {
  let rest = new Uint8Array(4_096)
  let restView = new DataView(rest.buffer)
  let held = 0
  let cut = 0
  /** Whether the last byte of a line that was cut was a CR does not matter; that of a whole one does. */
  let isCut = false

  const keep = (bytes: Uint8Array, from: number, to: number): void => {
    const length = Math.min(to - from, maxLineBytes - held)
    if (length < to - from) isCut = true
    if (held + length + slack > rest.length) {
      const bigger = new Uint8Array(Math.max(held + length + slack, Math.min(maxLineBytes, rest.length * 2)))
      bigger.set(rest.subarray(0, held))
      rest = bigger
      restView = new DataView(rest.buffer)
    }
    rest.set(bytes.subarray(from, from + length), held)
    held += length
  }

  const takeRest = (): void => {
    const to = held > 0 && rest[held - 1] === carriageReturn && !isCut ? held - 1 : held
    held = 0
    if (isCut) cut++
    isCut = false
    take(rest, restView, 0, to)
  }

  /** Takes the lines that end before `last`; gives where the next one begins. A loop of its own, without what is rare, for the compiler's sake. */
  const takeLines = (piece: Uint8Array, bytes: Uint8Array, view: DataView, first: number, last: number): number => {
    let from = first
    for (let at = piece.indexOf(lineFeed, from); at >= 0 && at < last; at = piece.indexOf(lineFeed, from)) {
      const end = at > from && bytes[at - 1] === carriageReturn ? at - 1 : at
      if (end - from > maxLineBytes) cut++
      take(bytes, view, from, Math.min(end, from + maxLineBytes))
      from = at + 1
    }
    return from
  }

  return {
    write: (piece) => {
      // What Node reads into is a kind of Uint8Array of its own: code that sees both is slower, but it finds a byte in half of the time.
      const bytes = new Uint8Array(piece.buffer, piece.byteOffset, piece.length)
      const view = new DataView(piece.buffer, piece.byteOffset, piece.length)
      let from = 0
      if (held > 0) {
        const at = piece.indexOf(lineFeed)
        keep(bytes, 0, at < 0 ? bytes.length : at)
        if (at < 0) return
        takeRest()
        from = at + 1
      }
      from = takeLines(piece, bytes, view, from, bytes.length - slack)
      for (let at = piece.indexOf(lineFeed, from); at >= 0; at = piece.indexOf(lineFeed, from)) {
        keep(bytes, from, at)
        takeRest()
        from = at + 1
      }
      keep(bytes, from, bytes.length)
    },
    end: () => {
      if (held > 0) takeRest()
    },
    cut: () => cut
  }
}
