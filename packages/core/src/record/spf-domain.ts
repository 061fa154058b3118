/**
 * Names and macros of SPF, by the grammar of RFC 7208 §12 (corrected by its text in §7.1 to §7.3).
 */

export type DomainProblem = 'bad-domain' | 'bad-macro' | 'bad-character'

/** RFC 7208 §7.1: letter, digits, `r`, delimiters. */
const macroBody = /^([a-z])(\d{0,3})r?[.\-+,/_=]*$/i
const macroLetters = 'slodiphv'
/** RFC 7208 §7.2: only in explanations. */
const explanationLetters = 'crt'

/** toplabel: letters and digits with a letter among them, or with a hyphen inside. */
const topLabel = /^(?:[a-z0-9]*[a-z][a-z0-9]*|[a-z0-9]+-[a-z0-9-]*[a-z0-9])$/i

export type MacroString = {
  readonly problem?: DomainProblem
  /** Letters of the macros, in lower case. */
  readonly letters: string
  /** What follows the last macro; the whole where there is none. */
  readonly tail: string
}

/** Reads a macro-string. `explanation`: spaces and the letters c, r and t are allowed too. */
export const readMacros = (text: string, explanation = false): MacroString => {
  let letters = ''
  let tail = 0
  const wrong = (problem: DomainProblem): MacroString => ({ problem, letters, tail: text.slice(tail) })
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code < (explanation ? 0x20 : 0x21) || code > 0x7e) return wrong('bad-character')
    if (code !== 0x25) continue
    const next = text[at + 1]
    if (next === '%' || next === '_' || next === '-') at++
    else {
      const end = next === '{' ? text.indexOf('}', at) : -1
      // The longest sound one has 17 characters; without a bound, thousands of open braces would each be searched to the end.
      const body = end < 0 || end - at > 40 ? null : macroBody.exec(text.slice(at + 2, end))
      const letter = body?.[1]?.toLowerCase() ?? ''
      const known = letter !== '' && (macroLetters.includes(letter) || (explanation && explanationLetters.includes(letter)))
      if (!known || (body?.[2] !== '' && Number(body?.[2]) === 0)) return wrong('bad-macro')
      letters += letter
      at = end
    }
    tail = at + 1
  }
  return { letters, tail: text.slice(tail) }
}

/** Whether a text is a domain-spec: a macro-string that ends with a dot and a top label, or with a macro. */
export const checkDomainSpec = (text: string): DomainProblem | undefined => {
  if (text === '') return 'bad-domain'
  const { problem, tail } = readMacros(text)
  if (problem !== undefined || tail === '') return problem
  const name = tail.endsWith('.') ? tail.slice(0, -1) : tail
  const dot = name.lastIndexOf('.')
  return dot >= 0 && topLabel.test(name.slice(dot + 1)) ? undefined : 'bad-domain'
}
