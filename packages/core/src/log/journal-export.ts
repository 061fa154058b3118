import { isWantedField, type JournalFields, journalLine } from './journal.ts'

/** In bytes. journald itself takes fields of up to 768 MB; no mail program writes lines of more than some kilobytes. */
const maxField = 1_048_576
/** RFC-less, but journald's own limit: names have at most 64 letters. */
const maxName = 64

export type JournalExport = {
  /** The lines of the entries that this piece ends, without line ends. The piece may be written over afterwards. */
  readonly write: (piece: Uint8Array) => readonly string[]
  /** The last entry, where no empty line ends it. */
  readonly end: () => readonly string[]
  /** Entries without a message or a time; fields that were longer than 1 MB, and left out; whether the journal ends in the middle of a field. */
  readonly trouble: () => { readonly empty: number; readonly tooLong: number; readonly isCut: boolean }
}

const lineFeed = 0x0a
const equals = 0x3d

/**
 * Reads `journalctl -o export` (see journal.ts), in pieces of any size: every piece gives the same lines, however it is cut. Memory is that of
 * one field. Never throws: what is no field is passed over up to its line end.
 */
export const openJournalExport = (): JournalExport => {
  const decoder = new TextDecoder()
  let buffer = new Uint8Array(4_096)
  let from = 0
  let to = 0
  /** Where the search for a line end goes on: a field in many pieces is searched once. */
  let searched = 0
  /** Bytes of a field that is left out; with no end known, up to the line end. */
  let skip = 0
  let skipLine = false
  let fields: JournalFields = {}
  let hasFields = false
  let empty = 0
  let tooLong = 0
  let lines: string[] = []

  const append = (piece: Uint8Array): void => {
    if (to + piece.length > buffer.length) {
      const length = to - from
      // Doubled, so that a field that comes byte by byte is not copied at each.
      const target = length + piece.length > buffer.length / 2 ? new Uint8Array((length + piece.length) * 2) : buffer
      target.set(buffer.subarray(from, to))
      buffer = target
      searched -= from
      from = 0
      to = length
    }
    buffer.set(piece, to)
    to += piece.length
  }

  const put = (name: string, start: number, end: number): void => {
    hasFields = true
    if (!isWantedField(name)) return
    if (end - start > maxField) tooLong++
    // Of a field that stands twice the first counts.
    else if (fields[name] === undefined) fields[name] = decoder.decode(buffer.subarray(start, end))
  }

  const endEntry = (): void => {
    if (!hasFields) return
    const line = journalLine(fields)
    if (line === undefined) empty++
    else lines.push(line)
    fields = {}
    hasFields = false
  }

  const nameAt = (start: number, end: number): string => (end - start > maxName ? '' : String.fromCharCode(...buffer.subarray(start, end)))

  /** One field from `from` on. False: there is not enough of it yet. */
  const readField = (): boolean => {
    if (skip > 0) {
      const passed = Math.min(skip, to - from)
      skip -= passed
      from += passed
      searched = from
      return skip === 0 && from < to
    }
    const end = buffer.subarray(0, to).indexOf(lineFeed, Math.max(from, searched))
    if (end < 0) {
      searched = to
      if (skipLine) from = to
      else if (to - from > maxField + maxName) {
        tooLong++
        skipLine = true
        hasFields = true
        from = to
      }
      return false
    }
    if (skipLine) skipLine = false
    else if (end === from) endEntry()
    else {
      const line = buffer.subarray(from, end)
      const mark = line.subarray(0, maxName + 1).indexOf(equals)
      if (mark >= 0) put(nameAt(from, from + mark), from + mark + 1, end)
      else if (line.length <= maxName) {
        if (to - end < 9) return false
        const size = Number(new DataView(buffer.buffer, end + 1, 8).getBigUint64(0, true))
        if (size > maxField) {
          if (isWantedField(nameAt(from, end))) tooLong++
          hasFields = true
          skip = Math.min(size + 1, Number.MAX_SAFE_INTEGER)
          from = end + 9
          searched = from
          return true
        }
        if (to - end < 10 + size) return false
        put(nameAt(from, end), end + 9, end + 9 + size)
        from = end + 10 + size
        searched = from
        return true
      }
    }
    from = end + 1
    searched = from
    return true
  }

  const take = (): readonly string[] => {
    const taken = lines
    lines = []
    return taken
  }

  return {
    write: (piece) => {
      append(piece)
      while (from < to && readField());
      return take()
    },
    end: () => {
      endEntry()
      return take()
    },
    trouble: () => ({ empty, tooLong, isCut: from < to || skip > 0 || skipLine })
  }
}
