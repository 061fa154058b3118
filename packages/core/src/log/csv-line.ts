/**
 * CSV as RFC 4180 has it: fields apart by a separator, quoted where they hold one, quotes doubled inside, a quoted field over several lines.
 * Policy on bad input: a quote inside an unquoted field is a letter; what follows a closing quote belongs to the field. A quoted field
 * that does not end is given up after `maxHeldLines`, or at the first line that is a whole record by itself: one broken quote must not
 * swallow the rest of a log.
 */

/** A record longer than this (in UTF-16 code units) is no log line. */
export const maxCsvLine: number = 1_048_576

/** More columns than this has no log; the rest stays in the last one. */
const maxFields = 1_000

const maxHeldLines = 50

export type CsvFields = { readonly fields: readonly string[] /** A quoted field was still open at the end. */; readonly open: boolean }

/** The fields of one record. Time grows with its length only. */
export const readCsvFields = (record: string, separator: string = ','): CsvFields => {
  const fields: string[] = []
  let at = 0
  for (;;) {
    if (fields.length === maxFields - 1) {
      fields.push(record.slice(at))
      return { fields, open: false }
    }
    if (record.charCodeAt(at) !== 0x22) {
      const end = record.indexOf(separator, at)
      fields.push(end < 0 ? record.slice(at) : record.slice(at, end))
      if (end < 0) return { fields, open: false }
      at = end + separator.length
      continue
    }
    let value = ''
    let from = at + 1
    for (;;) {
      const quote = record.indexOf('"', from)
      if (quote < 0) {
        fields.push(value + record.slice(from))
        return { fields, open: true }
      }
      value += record.slice(from, quote)
      from = quote + 1
      if (record.charCodeAt(from) !== 0x22) break
      value += '"'
      from++
    }
    const end = record.indexOf(separator, from)
    fields.push(value + (end < 0 ? record.slice(from) : record.slice(from, end)))
    if (end < 0) return { fields, open: false }
    at = end + separator.length
  }
}

/** What a line gave: the records that it ended (held ones first), and whether it is held, or broke one that was. */
type CsvStep = { readonly records: readonly (readonly string[])[]; readonly held: boolean; readonly broken: boolean }

export type CsvReader = {
  /** `columns`: how many fields a record has, where that is known. */
  readonly line: (line: string, columns: number | undefined) => CsvStep
  /** The fields of a record that was still open at the end, as far as they came; undefined where none was. */
  readonly end: () => readonly string[] | undefined
}

/** Joins the lines of records whose quoted fields hold line ends. Remembers one record. */
export const openCsv = (separator: string): CsvReader => {
  let held: string[] = []
  let length = 0

  const start = (line: string, broken: boolean): CsvStep => {
    const { fields, open } = readCsvFields(line, separator)
    held = open ? [line] : []
    length = open ? line.length : 0
    return { records: open ? [] : [fields], held: open, broken }
  }

  const next = (line: string, columns: number | undefined): CsvStep => {
    const alone = readCsvFields(line, separator)
    if (!alone.open && columns !== undefined && alone.fields.length === columns && columns > 1) return start(line, true)
    if (held.length >= maxHeldLines || length + line.length > maxCsvLine) return start(line, true)
    held.push(line)
    length += line.length + 1
    // Only a line with an odd number of quotes can end the field: others are not looked at again.
    if (!line.includes('"')) return { records: [], held: true, broken: false }
    const { fields, open } = readCsvFields(held.join('\n'), separator)
    if (open) return { records: [], held: true, broken: false }
    held = []
    length = 0
    return { records: [fields], held: false, broken: false }
  }

  return {
    line: (line, columns) => (held.length === 0 ? start(line, false) : next(line, columns)),
    end: () => {
      const rest = held.length === 0 ? undefined : readCsvFields(held.join('\n'), separator).fields
      held = []
      length = 0
      return rest
    }
  }
}
