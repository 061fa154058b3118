import { isDigit, isSpaceUnit } from './units.ts'

/**
 * The reply code and enhanced status code at the head of a reply (RFC 5321 §4.2, RFC 2034), without making a string.
 *
 * Accepts `550 5.1.1 text`, `550-5.1.1 text`, `550 550 5.1.1`, `550 #5.1.0`, `554 (5.7.1)`, `550-"5.1.1"`, `5.1.1 text`, `#5.1.1`.
 * Gives 0 for what is absent, and the offset at which the words begin. Bad input has no code.
 */
export type Head = { replyCode: number; status: number; textStart: number }

export const emptyHead = (): Head => ({ replyCode: 0, status: 0, textStart: 0 })

export const readHead = (head: Head, text: string, from: number, to: number): void => {
  let at = skipFiller(text, from, to)
  head.replyCode = 0
  head.status = 0
  head.textStart = at
  for (let round = 0; round < 3; round++) {
    const code = codeAt(text, at, to)
    if (code === 0) break
    const behind = skipFiller(text, at + 3, to)
    if (isHttpStatus(code) && readStatus(head, text, behind, to) === behind) break
    if (head.replyCode === 0) head.replyCode = code
    at = behind
    head.textStart = at
  }
  const end = readStatus(head, text, at, to)
  if (end !== at) head.textStart = end
}

/** A reply code at `at`: three digits, the first 2 to 5, the second 0 to 9, then no letter, digit or dot-digit. */
const codeAt = (text: string, at: number, to: number): number => {
  if (at + 3 > to) return 0
  const first = text.charCodeAt(at) - 48
  const second = text.charCodeAt(at + 1) - 48
  const third = text.charCodeAt(at + 2) - 48
  if (first < 2 || first > 5 || second < 0 || second > 9 || third < 0 || third > 9) return 0
  if (at + 3 < to) {
    const next = text.charCodeAt(at + 3)
    if (isDigit(next) || ((next | 0x20) >= 0x61 && (next | 0x20) <= 0x7a)) return 0
    if (next === 0x2e && isDigit(text.charCodeAt(at + 4))) return 0
    if (next === 0x2d && isDigit(text.charCodeAt(at + 4)) && text.charCodeAt(at + 5) !== 0x2e && !isJoinedCode(text, at)) return 0
  }
  return first * 100 + second * 10 + third
}

/** No SMTP server sends these by themselves; APIs of sending services do, and their 4xx is not transient. */
const isHttpStatus = (code: number): boolean => (code >= 400 && code <= 419) || code === 429

/** `550-550 5.1.1`: the same code again behind the hyphen is a doubled code; other digits would be a number such as 550-12. */
const isJoinedCode = (text: string, at: number): boolean =>
  text.charCodeAt(at + 4) === text.charCodeAt(at) &&
  text.charCodeAt(at + 5) === text.charCodeAt(at + 1) &&
  text.charCodeAt(at + 6) === text.charCodeAt(at + 2)

/** White space, and the marks that servers put around codes: `#5.1.1`, `(5.7.1)`, `[5.1.1]`, `-`, quotes, colons. */
const skipFiller = (text: string, from: number, to: number): number => {
  let at = from
  while (at < to) {
    const unit = text.charCodeAt(at)
    if (
      !isSpaceUnit(unit) &&
      unit !== 0x2d &&
      unit !== 0x23 &&
      unit !== 0x28 &&
      unit !== 0x5b &&
      unit !== 0x22 &&
      unit !== 0x27 &&
      unit !== 0x3a
    )
      break
    at++
  }
  return at
}

/** Reads `d.d{1,3}.d{1,3}` at `at` into `head.status`; gives the offset behind it, or `at`. Four numbers are an IP address, not a status. */
export const readStatus = (head: { status: number }, text: string, at: number, to: number): number => {
  const first = text.charCodeAt(at) - 48
  if ((first !== 2 && first !== 4 && first !== 5) || text.charCodeAt(at + 1) !== 0x2e) return at
  let subject = 0
  let next = at + 2
  let digits = 0
  for (; next < to && isDigit(text.charCodeAt(next)); next++) {
    subject = subject * 10 + text.charCodeAt(next) - 48
    if (++digits > 3) return at
  }
  if (digits === 0 || next >= to || text.charCodeAt(next) !== 0x2e) return at
  let detail = 0
  digits = 0
  for (next++; next < to && isDigit(text.charCodeAt(next)); next++) {
    detail = detail * 10 + text.charCodeAt(next) - 48
    if (++digits > 3) return at
  }
  if (digits === 0) return at
  if (next < to && text.charCodeAt(next) === 0x2e && isDigit(text.charCodeAt(next + 1))) return at
  head.status = first * 1_000_000 + subject * 1_000 + detail
  return next
}
