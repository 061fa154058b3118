import type { AddressCode } from './address-codes.ts'

/**
 * The words of RFC 5322 §3.2, extended by RFC 6532 §3.2 to all of Unicode, from left to right and once.
 *
 * Accepts well-formed text of any kind. Gives tokens that cover it without a gap, or the first fault. Its policy: NUL, and CR or LF
 * that are no legal folding, are faults wherever they stand, although RFC 5322's obsolete syntax lets some of them in: they are
 * how headers and commands are smuggled. Other control characters pass in comments, quoted strings and literals (obs-ctext,
 * obs-qtext, obs-dtext) and nowhere else.
 */
export type Token = {
  readonly kind: 'atom' | 'quoted' | 'literal' | 'comment' | 'space' | 'special'
  readonly from: number
  readonly to: number
  /** Of a quoted string: what it says, without quotation marks, escapes and folding. */
  readonly content?: string
  /** Of a quoted string: it escapes a character that RFC 5321 cannot have escaped. */
  readonly obsolete?: boolean
  /** Of a quoted string: a line is folded in it. */
  readonly folded?: boolean
}

export type Fault = { readonly code: AddressCode; readonly position: number }

export const isFault = (value: object): value is Fault => 'code' in value

const [tab, lineFeed, carriageReturn, blank, quote, open, close, bracket, closeBracket, backslash] = [
  0x09, 0x0a, 0x0d, 0x20, 0x22, 0x28, 0x29, 0x5b, 0x5d, 0x5c
]

const isBlankUnit = (unit: number): boolean => unit === blank || unit === tab
const isLineUnit = (unit: number): boolean => unit === carriageReturn || unit === lineFeed

/** RFC 5322 §3.2.3 specials: what ends an atom. */
const isSpecial = (unit: number): boolean => unit < 0x80 && '()<>[]:;@\\,."'.includes(String.fromCharCode(unit))
const endsAtom = (unit: number): boolean => unit <= blank || unit === 0x7f || isSpecial(unit)

/** End of a line break that folds: CR LF before white space (FWS, RFC 5322 §3.2.2); -1 where it does not. */
const foldEnd = (text: string, at: number): number =>
  text.charCodeAt(at) === carriageReturn && text.charCodeAt(at + 1) === lineFeed && isBlankUnit(text.charCodeAt(at + 2)) ? at + 2 : -1

const readSpace = (text: string, from: number): Token | Fault => {
  let at = from
  while (at < text.length) {
    const unit = text.charCodeAt(at)
    if (isBlankUnit(unit)) at++
    else if (isLineUnit(unit)) {
      const end = foldEnd(text, at)
      if (end < 0) return { code: 'line-break', position: at }
      at = end
    } else break
  }
  return { kind: 'space', from, to: at }
}

/** What may stand in none of comment, quoted string and literal. */
const faultAt = (text: string, at: number): Fault | undefined => {
  const unit = text.charCodeAt(at)
  if (unit === 0) return { code: 'control-character', position: at }
  return isLineUnit(unit) ? { code: 'line-break', position: at } : undefined
}

/** Comments nest (RFC 5322 §3.2.2); a depth is counted instead of calling oneself, so that depth costs no stack. */
const readComment = (text: string, from: number): Token | Fault => {
  let depth = 0
  for (let at = from; at < text.length; at++) {
    const fold = foldEnd(text, at)
    if (fold >= 0) at = fold - 1
    else {
      const fault = faultAt(text, at)
      if (fault !== undefined) return fault
      const unit = text.charCodeAt(at)
      if (unit === open) depth++
      else if (unit === close && --depth === 0) return { kind: 'comment', from, to: at + 1 }
      else if (unit === backslash) {
        const escaped = faultAt(text, ++at)
        if (escaped !== undefined) return escaped
      }
    }
  }
  return { code: 'unclosed-comment', position: from }
}

const readQuoted = (text: string, from: number): Token | Fault => {
  let content = ''
  let obsolete = false
  let folded = false
  for (let at = from + 1; at < text.length; at++) {
    const fold = foldEnd(text, at)
    if (fold >= 0) {
      at = fold - 1
      folded = true
      continue
    }
    const fault = faultAt(text, at)
    if (fault !== undefined) return fault
    const unit = text.charCodeAt(at)
    if (unit === quote) return { kind: 'quoted', from, to: at + 1, content, obsolete, folded }
    if (unit === backslash) {
      const escaped = faultAt(text, ++at)
      if (escaped !== undefined) return escaped
      obsolete ||= text.charCodeAt(at) > 0x7e
    }
    content += text.charAt(at)
  }
  return { code: 'unclosed-quote', position: from }
}

const readLiteral = (text: string, from: number): Token | Fault => {
  for (let at = from + 1; at < text.length; at++) {
    const fold = foldEnd(text, at)
    if (fold >= 0) at = fold - 1
    else {
      const fault = faultAt(text, at)
      if (fault !== undefined) return fault
      const unit = text.charCodeAt(at)
      if (unit === closeBracket) return { kind: 'literal', from, to: at + 1 }
      if (unit === bracket) return { code: 'unclosed-literal', position: from }
      if (unit > 0x7f) return { code: 'domain-character', position: at }
      if (unit === backslash) {
        const escaped = faultAt(text, ++at)
        if (escaped !== undefined) return escaped
      }
    }
  }
  return { code: 'unclosed-literal', position: from }
}

const readToken = (text: string, from: number): Token | Fault => {
  const unit = text.charCodeAt(from)
  if (isBlankUnit(unit) || isLineUnit(unit)) return readSpace(text, from)
  if (unit === quote) return readQuoted(text, from)
  if (unit === open) return readComment(text, from)
  if (unit === bracket) return readLiteral(text, from)
  if (unit < blank || unit === 0x7f) return { code: 'control-character', position: from }
  if (isSpecial(unit)) return { kind: 'special', from, to: from + 1 }
  let to = from + 1
  while (to < text.length && !endsAtom(text.charCodeAt(to))) to++
  return { kind: 'atom', from, to }
}

export const readTokens = (text: string): readonly Token[] | Fault => {
  const tokens: Token[] = []
  for (let at = 0; at < text.length; ) {
    const token = readToken(text, at)
    if (isFault(token)) return token
    tokens.push(token)
    at = token.to
  }
  return tokens
}
