import type { Add } from './checking.ts'
import type { Look } from './look.ts'
import { shown } from './look.ts'

/** What a server that counts bytes sees. Line numbers begin with 1; 0 is nowhere. */
export type Wire = {
  /** Bytes with CR LF at the end of each line, as they go over the wire. */
  readonly size: number
  readonly bareCr: number
  readonly bareLf: number
  readonly crlf: number
  readonly nul: number
  readonly longest: number
  readonly longestAt: number
}

/** RFC 5322 §2.1.1: octets of a line without its end. */
const maxLine = 998

/** A plain loop over the bytes: a message of 64 MB takes a fifth of a second. */
export const measureWire = (bytes: Uint8Array): Wire => {
  let [bareCr, bareLf, crlf, nul, longest, longestAt] = [0, 0, 0, 0, 0, 0]
  let [line, start, firstBareCr] = [1, 0, 0]
  let size = bytes.length
  for (let at = 0; at <= bytes.length; at++) {
    const byte = bytes[at]
    if (byte === 0x00) nul ||= line
    if (byte === 0x0d && bytes[at + 1] !== 0x0a) {
      bareCr++
      firstBareCr ||= line
    }
    if (byte !== 0x0a && byte !== undefined) continue
    const isPair = byte === 0x0a && bytes[at - 1] === 0x0d
    if (byte === 0x0a) {
      if (isPair) crlf++
      else {
        bareLf++
        size++
      }
    }
    const length = at - start - (isPair ? 1 : 0)
    if (length > longest) {
      longest = length
      longestAt = line
    }
    start = at + 1
    line++
  }
  return { size, bareCr: bareCr === 0 ? 0 : firstBareCr, bareLf, crlf, nul, longest, longestAt }
}

const isUtf8 = (bytes: Uint8Array): boolean => {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return true
  } catch {
    return false
  }
}

/** Line ends, line lengths, NUL, letters beyond ASCII in header fields. `needsUtf8`: an address cannot be written otherwise. */
export const checkWire = (look: Look, wire: Wire, needsUtf8: boolean, add: Add): void => {
  const { bareCr, bareLf, crlf, nul, longest, longestAt } = wire
  if (longest > maxLine) add('lint.line-too-long', [`line ${longestAt} has ${longest.toLocaleString('en')} bytes`])
  if (bareCr > 0) add('lint.bare-cr', [`first in line ${bareCr}`])
  // A file with LF alone is how Unix keeps mail: whatever sends it writes CR LF.
  if (bareLf > 0 && crlf > 0) add('lint.bare-lf', [`${bareLf.toLocaleString('en')} lines of ${(bareLf + crlf).toLocaleString('en')}`])
  if (nul > 0) add('lint.nul', [`first in line ${nul}`])
  const names = new Set<string>()
  for (const { name, from, to } of look.fields) if (/[^\0-\x7f]/.test(look.raw.text.slice(from, to))) names.add(name)
  if (names.size > 0 && needsUtf8 && isUtf8(look.raw.bytes.subarray(0, look.headers.end)))
    add('lint.smtputf8', [[...names].map(shown).join(', ')])
  else if (names.size > 0) add('lint.eight-bit-header', [[...names].map(shown).join(', ')], { header: [...names].slice(0, 5).join(', ') })
}
