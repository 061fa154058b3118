/** What a spreadsheet would run as a formula (OWASP, CSV injection). */
const startsFormula = /^[=+\-@\t\r]/

/** A cell of CSV (RFC 4180); a text that a spreadsheet would take for a formula gets an apostrophe, which it shows as text. */
export const csvCell = (value: string | number | undefined): string => {
  if (value === undefined || value === '') return ''
  const text = typeof value === 'string' && startsFormula.test(value) ? `'${value}` : String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** The text of a cell that `csvCell` wrote. */
export const fromCsvCell = (cell: string): string => (cell.startsWith("'") && startsFormula.test(cell.slice(1)) ? cell.slice(1) : cell)
