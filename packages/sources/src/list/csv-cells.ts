import type { AddedValue } from './list.ts'
/** The cells of one row of CSV, and cells made for one. RFC 4180, read with tolerance: a cell that is not properly quoted is taken literally. */

/** Start and end of each cell within the row, flat: `[start, end, start, end, …]`. Quotes protect separators. */
export const cellSpans = (raw: string, separator: string): number[] => {
  const spans: number[] = []
  const code = separator.charCodeAt(0)
  for (let at = 0; ; ) {
    const start = at
    while (raw.charCodeAt(at) === 0x20) at++
    if (raw.charCodeAt(at) === 0x22) {
      at++
      for (;;) {
        const next = raw.indexOf('"', at)
        if (next < 0) break
        at = next + 1
        if (raw.charCodeAt(at) !== 0x22) break
        at++
      }
    }
    while (at < raw.length && raw.charCodeAt(at) !== code) at++
    spans.push(start, at)
    if (at >= raw.length) return spans
    at++
  }
}

/** What a cell's text means. */
export const cellValue = (text: string): string => {
  if (!text.includes('"')) return text
  const inner = /^ *"(.*)" *$/s.exec(text)?.[1]
  if (inner === undefined) return text
  return inner.includes('"') ? (inner.replaceAll('""', '').includes('"') ? text : inner.replaceAll('""', '"')) : inner
}

/** The values of all cells; those of a row with broken quotes are cut at every separator. */
export const splitCells = (raw: string, separator: string, isBroken = false): string[] => {
  if (isBroken || !raw.includes('"')) return raw.split(separator)
  const spans = cellSpans(raw, separator)
  const cells: string[] = []
  for (let index = 0; index < spans.length; index += 2) cells.push(cellValue(raw.slice(spans[index], spans[index + 1])))
  return cells
}

/** The value of one cell, counted from 0; '' where the row is shorter. A hot path: most rows have no quote. */
export const cellAt = (raw: string, separator: string, index: number): string => {
  if (raw.includes('"')) {
    const spans = cellSpans(raw, separator)
    const start = spans[index * 2]
    return start === undefined ? '' : cellValue(raw.slice(start, spans[index * 2 + 1]))
  }
  let start = 0
  for (let cell = 0; cell < index; cell++) {
    const next = raw.indexOf(separator, start)
    if (next < 0) return ''
    start = next + 1
  }
  const end = raw.indexOf(separator, start)
  return end < 0 ? raw.slice(start) : raw.slice(start, end)
}

/** A value as a cell: in quotes where it would otherwise be read as something else, or `always`. */
export const formatCell = (value: string, separator: string, always = false): string =>
  always || value.includes(separator) || /["\r\n]|^\s|\s$/.test(value) ? `"${value.replaceAll('"', '""')}"` : value

/**
 * Spreadsheets run what begins like this, quoted or not (CWE-1236, OWASP ASVS 1.2.10: escaped by a leading apostrophe).
 * https://cwe.mitre.org/data/definitions/1236.html
 */
const startsFormula = /^[=+\-@\t\r\0]/

export const isFormula = (value: string): boolean => startsFormula.test(value)
export const guardFormula = (value: string): string => (isFormula(value) ? `'${value}` : value)

/**
 * The address that a cell means: outer white space off, of `Name <address>` the address, and the apostrophe off that `guardFormula` put there
 * when this list was written.
 */
export const addressOf = (cell: string): string => {
  const text = isTrimmed(cell) ? cell : cell.trim()
  // A cell of several lines is no name with an address: what stands behind the first line may have been put there on purpose.
  if (text.charCodeAt(text.length - 1) === 0x3e && !/[\r\n\0]/.test(text)) {
    const open = text.lastIndexOf('<')
    const inner = text.slice(open + 1, -1).trim()
    if (open >= 0 && inner.includes('@') && !/\s/.test(inner)) return inner
  }
  return text.charCodeAt(0) === 0x27 && startsFormula.test(text.slice(1, 2)) ? text.slice(1).trim() : text
}

/** A cell's text with another address in it: within the brackets of `Name <address>` where it has them. */
export const replaceAddress = (cell: string, old: string, address: string): string => {
  const open = cell.lastIndexOf('<')
  if (open < 0 || old === '' || addressOf(cell) !== old || cell.trim() === old) return address
  const at = cell.indexOf(old, open)
  return at < 0 ? address : cell.slice(0, at) + address + cell.slice(at + old.length)
}

const isTrimmed = (text: string): boolean => {
  const first = text.charCodeAt(0)
  const last = text.charCodeAt(text.length - 1)
  return first > 0x20 && first < 0x7f && last > 0x20 && last < 0x7f
}

/** An added value as a cell has it. */
export const addedText = (value: AddedValue): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : value.join(';')
