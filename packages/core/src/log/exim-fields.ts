/**
 * The parts of a line of Exim's main log, as https://www.exim.org/exim-html-current/doc/html/spec_html/ch-log_files.html (§53.5 to 53.13)
 * and delivery_log(), deferral_log(), failure_log() and string_log_address() of src/src/deliver.c (github.com/Exim/exim) tell them.
 */

/** base-62 time, process and sequence: `1ABCde-0001FG-23`, since Exim 4.97 `1ABCde-000000001FG-23Ab`. */
export const idEnd = (line: string, at: number): number => {
  if (line.charCodeAt(at + 6) !== 0x2d || !isWord(line, at, at + 6)) return at
  if (line.charCodeAt(at + 13) === 0x2d && isWord(line, at + 7, at + 13) && isWord(line, at + 14, at + 16) && isEnd(line, at + 16))
    return at + 16
  if (line.charCodeAt(at + 18) === 0x2d && isWord(line, at + 7, at + 18) && isWord(line, at + 19, at + 23) && isEnd(line, at + 23))
    return at + 23
  return at
}

const isEnd = (line: string, at: number): boolean => at >= line.length || line.charCodeAt(at) === 0x20

const isWord = (line: string, from: number, to: number): boolean => {
  for (let at = from; at < to; at++) {
    const unit = line.charCodeAt(at)
    const letter = unit | 0x20
    if (!((unit >= 0x30 && unit <= 0x39) || (letter >= 0x61 && letter <= 0x7a))) return false
  }
  return true
}

/** The address that a flag names: where the mail goes, whom it was sent to first (`<…>`), and the offset behind them. */
export type LoggedAddress = { readonly recipient: string | undefined; readonly original: string | undefined; readonly end: number }

/** Where a delivery to a pipe or a file, whose text may hold anything, goes on with a field. */
const behindCommand = [' R=', ' T=', ' F=', ' P=<', ' routing defer', ' defer (']

/**
 * `user@example.net (parent) <list@example.com>`, `user <user@example.com>` (a local delivery), `:blackhole: <…>`, `|command <…>`,
 * `/file <…>`, `>reply <…>`. Where the first is no address the one in brackets is the recipient.
 */
export const readAddress = (line: string, from: number): LoggedAddress => {
  let end = firstEnd(line, from)
  const first = line.slice(from, end)
  if (line.startsWith(' (', end)) {
    const close = line.indexOf(')', end)
    if (close > 0) end = close + 1
  }
  let top: string | undefined
  if (line.startsWith(' <', end)) {
    const close = line.indexOf('>', end)
    if (close > 0) {
      top = line.slice(end + 2, close)
      end = close + 1
    }
  }
  const isAddress = first.includes('@') && !'|/:>'.includes(first.charAt(0)) && !first.startsWith('save ')
  if (!isAddress) return { recipient: top === undefined || top === 'system-filter' ? first || undefined : top, original: undefined, end }
  return { recipient: first, original: top === first ? undefined : top, end }
}

const firstEnd = (line: string, from: number): number => {
  const first = line.charAt(from)
  if (first === '|' || first === '/' || first === '>' || first === ':' || line.startsWith('save ', from)) {
    let end = line.length
    for (const mark of behindCommand) {
      const at = line.indexOf(mark, from)
      if (at > 0 && at < end) end = at
    }
    const top = line.charCodeAt(end - 1) === 0x3e ? line.lastIndexOf(' <', end) : -1
    return top > from ? top : end
  }
  let quoted = false
  for (let at = from; at < line.length; at++) {
    const unit = line.charCodeAt(at)
    if (unit === 0x5c) at++
    else if (unit === 0x22) quoted = !quoted
    else if (!quoted && (unit === 0x20 || (unit === 0x3a && isEnd(line, at + 1)))) return at
  }
  // A quote that nobody closes is a character like others.
  const space = quoted ? line.indexOf(' ', from) : -1
  return space < 0 ? line.length : space
}

/** Fields of a line, and the text that follows `: ` behind the last of them. */
export type LoggedFields = { readonly fields: ReadonlyMap<string, string>; readonly text: string }

/**
 * `H=name (helo) [address]:port R=router T="topic" C="250 OK"` from an offset on. A value goes on to the next ` name=`, a quoted one to its
 * quote. `: ` outside of quotes ends the fields; ` for ` and ` from <` do so on arrival lines.
 */
export const readFields = (line: string, from: number): LoggedFields => {
  const fields = new Map<string, string>()
  let name = ''
  let start = from
  const close = (at: number): void => {
    if (name !== '' && !fields.has(name)) fields.set(name, line.slice(start, at).trim())
    name = ''
  }
  let at = from
  while (at < line.length) {
    const unit = line.charCodeAt(at)
    // `**` lines write ` : text` and `: text`.
    if (unit === 0x3a && (at + 1 === line.length || line.charCodeAt(at + 1) === 0x20)) {
      close(at)
      return { fields, text: line.slice(at + 1).trim() }
    }
    if (unit !== 0x20) {
      at++
      continue
    }
    if (line.startsWith(' for ', at) || line.startsWith(' from <', at)) break
    const equals = nameEnd(line, at + 1)
    if (equals === 0) {
      at++
      continue
    }
    close(at)
    name = line.slice(at + 1, equals)
    start = equals + 1
    at = start
    const quote = line.charCodeAt(start) === 0x22 ? closingQuote(line, start + 1) : 0
    if (quote > 0) {
      fields.set(name, unquote(line.slice(start + 1, quote)))
      name = ''
      at = quote + 1
    }
  }
  close(at)
  return { fields, text: '' }
}

/** Offset of the `=` of a field's name (up to four letters, `PRDR` is the longest flag and has none); 0 for other words. */
const nameEnd = (line: string, at: number): number => {
  for (let next = at; next < at + 6; next++) {
    const unit = line.charCodeAt(next)
    if (unit === 0x3d) return next > at ? next : 0
    const letter = unit | 0x20
    if (!(letter >= 0x61 && letter <= 0x7a)) return 0
  }
  return 0
}

const closingQuote = (line: string, from: number): number => {
  for (let at = from; at < line.length; at++) {
    const unit = line.charCodeAt(at)
    if (unit === 0x5c) at++
    else if (unit === 0x22) return at
  }
  return 0
}

/** Exim quotes `"` and `\` in a confirmation, and prints the line breaks of a reply as `\n`. */
const unquote = (text: string): string => (text.includes('\\') ? text.replace(/\\\\n|\\n/g, ' ').replace(/\\(["\\])/g, '$1') : text)

/** `mx.example.com (helo) [192.0.2.1]:25*`: the name, else the address. */
export const hostName = (value: string | undefined): string | undefined => {
  if (value === undefined || value === '') return undefined
  const open = value.indexOf('[')
  const close = value.indexOf(']', open)
  const word = value.slice(0, value.indexOf(' ') < 0 ? value.length : value.indexOf(' '))
  if (word !== '' && !word.startsWith('(') && !word.startsWith('[')) return word
  return open >= 0 && close > open ? value.slice(open + 1, close) : undefined
}

/** The same with everything that names the client, without port and flags. */
export const clientName = (value: string | undefined): string | undefined => {
  if (value === undefined || value === '') return undefined
  const close = value.indexOf(']')
  return close < 0 ? value : value.slice(0, close + 1)
}

/** `[192.0.2.10]:25`: the address in the brackets. */
export const bracketed = (value: string | undefined): string | undefined => {
  const close = value?.startsWith('[') === true ? value.indexOf(']') : -1
  return value === undefined || close < 2 ? undefined : value.slice(1, close)
}
