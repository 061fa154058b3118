/**
 * Cuts lines into JSON documents: one a line, several a line, one over many lines, or the members of an array, each by itself, so that an
 * export of a gigabyte is never held as a whole. Goes by quotes and brackets only; whether a document is JSON says who parses it. What breaks
 * off (a string that goes on behind its line, an object where only a name can stand) is counted as broken, and what follows is read.
 */
export type DocumentCutter = {
  /** What this line, without its end, completes. The same object each time. */
  readonly line: (line: string) => DocumentsOfLine
  /** A document has begun and not ended. */
  readonly isOpen: () => boolean
}

export type DocumentsOfLine = {
  readonly texts: string[]
  /** Documents that broke off, or are too long or too deep. */
  broken: number
  /** Some of the line lies inside of a document that goes on. */
  isInside: boolean
}

/** In UTF-16 code units. A thousand events, the most that a service posts at once, take about a hundredth. */
export const maxDocument: number = 67_108_864

/** No payload is nested deeper than a dozen. */
const maxDepth = 200

/** Collectors put time, host and program in front. */
const maxPrefix = 400

const quote = 0x22
const backslash = 0x5c
const braceOpen = 0x7b
const braceClose = 0x7d
const bracketOpen = 0x5b
const bracketClose = 0x5d
const comma = 0x2c
const colon = 0x3a

export const openDocuments = (longest: number = maxDocument): DocumentCutter => {
  const result: DocumentsOfLine = { texts: [], broken: 0, isInside: false }
  /** Which brackets are open within the document; the array around it is none of them. */
  const open: number[] = []
  let inArray = false
  /** The last unit that is no space: it tells what may stand next. */
  let before = 0
  let parts: string[] = []
  let held = 0
  let isTooLong = false

  const begin = (bracket: number): void => {
    open.push(bracket)
    before = bracket
  }
  const drop = (): void => {
    open.length = 0
    parts = []
    held = 0
    isTooLong = false
    before = 0
  }
  const breakOff = (): void => {
    result.broken++
    drop()
  }
  const hold = (part: string): void => {
    held += part.length + 1
    if (held > longest) {
      isTooLong = true
      parts = []
    } else parts.push(part)
  }
  const complete = (part: string): void => {
    hold(part)
    if (isTooLong) result.broken++
    else result.texts.push(parts.length === 1 ? part : parts.join('\n'))
    drop()
  }

  /** RFC 8259 §4 and §5: a value follows a colon in an object, the bracket or a comma in an array. */
  const isPlaceOfValue = (): boolean => (open.at(-1) === braceOpen ? before === colon : before === comma || before === bracketOpen)

  return {
    isOpen: () => open.length > 0,
    line: (line) => {
      result.texts.length = 0
      result.broken = 0
      let inString = false
      let start = 0
      for (let at = 0; at < line.length; at++) {
        const unit = line.charCodeAt(at)
        if (inString) {
          if (unit === backslash) at++
          else if (unit === quote) {
            inString = false
            before = quote
          }
        } else if (open.length === 0) {
          if (unit === braceOpen) {
            if (at > maxPrefix && !inArray && start === 0) break
            start = at
            begin(unit)
          } else if (unit === bracketOpen && !inArray && isArrayStart(line, at)) {
            inArray = true
            start = at + 1
          } else if (unit === bracketClose && inArray) inArray = false
          // The end of a document whose beginning is not here: a log that was rotated.
          else if (unit === braceClose) result.broken++
        } else if (unit === quote) inString = true
        else if (unit === braceOpen || unit === bracketOpen) {
          if (isPlaceOfValue() && open.length < maxDepth) begin(unit)
          else {
            breakOff()
            inArray = false
            if (unit === braceOpen) {
              start = at
              begin(unit)
            }
          }
        } else if (unit === braceClose || unit === bracketClose) {
          const opened = open.pop()
          before = unit
          if (opened !== (unit === braceClose ? braceOpen : bracketOpen)) {
            breakOff()
            inArray = false
          } else if (open.length === 0) {
            complete(line.slice(start, at + 1))
            start = at + 1
          }
        } else if (unit > 0x20) before = unit
      }
      // RFC 8259 §7: a string has no line feed in it.
      if (inString) {
        breakOff()
        inArray = false
      } else if (open.length > 0) hold(start === 0 ? line : line.slice(start))
      result.isInside = open.length > 0 || inArray
      return result
    }
  }
}

/** `[` before an object, or alone at the end of its line; and not that of a time or a program in front of a log line. */
const isArrayStart = (line: string, at: number): boolean => {
  if (at > maxPrefix) return false
  let next = at + 1
  while (line.charCodeAt(next) === 0x20 || line.charCodeAt(next) === 0x09 || line.charCodeAt(next) === 0x0d) next++
  return next >= line.length || line.charCodeAt(next) === braceOpen
}
