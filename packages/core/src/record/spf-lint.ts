import { parseSpf, parseSpfTerm, type SpfError, type SpfRecord, type SpfTerm, spfErrors, spfMechanisms } from './spf.ts'
import { isInside } from './spf-network.ts'
import { isGlued, repairSpfTerm } from './spf-repair.ts'

/** What works, and surely not as it was meant. */
const spfSlips = ['mechanism-as-modifier', 'glued-terms'] as const
/** What should not be, or could be better. */
const spfWarnings = [
  'all-passes',
  'all-neutral',
  'no-all',
  'after-all',
  'redirect-ignored',
  'ptr',
  'unknown-modifier',
  'private-ip',
  'wide-network',
  'duplicate',
  'long'
] as const

export type SpfProblemCode = SpfError | (typeof spfSlips)[number] | (typeof spfWarnings)[number]

/** Their words stand in knowledge/findings/spf.toml, under `spf.` and the code. */
export type SpfProblem = {
  readonly code: SpfProblemCode
  /** The term as it is written; empty where the record as a whole is meant. */
  readonly term: string
  /** Characters from the start of the record. */
  readonly at: number
  /** What to write in its place: one or more terms; empty to leave it out. Undefined: only its owner knows. */
  readonly instead?: string
}

/** RFC 7208 §3.4: an answer should fit into 512 octets. */
const maxOctets = 512
/** IANA gives out IPv4 by /8 and IPv6 by /12 and longer: no sender has more than one such. */
const widest = { 4: 8, 6: 16 } as const
/** RFC 6652 §3: `ra`, `rp`, `rr` ask for reports. */
const knownModifiers = new Set(['redirect', 'exp', 'ra', 'rp', 'rr'])
/** A record of 64 kB can have a problem in every term; the first tell enough. */
const maxProblems = 50

const isError = (code: SpfProblemCode): boolean => spfErrors.some((error) => error === code)
const isSlip = (code: SpfProblemCode): boolean => spfSlips.some((slip) => slip === code)

/** Whether checks end with an error by it, or pass over a sender. */
export const isSpfFault = ({ code }: SpfProblem): boolean => isError(code) || isSlip(code)

/** `- all`: a sign by itself, or a dash of a word processor. */
const loneSign = (term: SpfTerm | undefined): boolean => term !== undefined && /^[-+~?\u2010-\u2015\u2212]$/.test(term.text)

const ofTerm = (term: SpfTerm, next: SpfTerm | undefined, before: SpfTerm | undefined): readonly SpfProblem[] => {
  const { text, at } = term
  const problem = (code: SpfProblemCode, instead?: string): readonly SpfProblem[] => [
    { code, term: text, at, ...(instead === undefined ? {} : { instead }) }
  ]
  // Bare, so that the sign before it is its own; `all` alone would let everybody send.
  const bare = (one: SpfTerm | undefined): boolean => one !== undefined && one.error === undefined && /^[a-z]/i.test(one.text)
  if (loneSign(term) && bare(next)) return problem('unknown-mechanism', '')
  if (loneSign(before) && bare(term)) return problem('unknown-mechanism', (/^[+~?]/.exec(before?.text ?? '')?.[0] ?? '-') + text)
  if (isGlued(text)) {
    const apart = repairSpfTerm(text)
    if (apart?.includes(' ')) return problem('glued-terms', apart)
  }
  // `ip4: 192.0.2.1`: the next term is repaired, so this one is of no more use.
  const idle = term.error === 'duplicate-modifier' || (term.error === 'missing-value' && next?.error === 'unknown-mechanism')
  if (term.error !== undefined) return problem(term.error, idle ? '' : repairSpfTerm(text))
  if (term.kind === 'modifier') {
    if (knownModifiers.has(term.name)) return term.macros.includes('p') ? problem('ptr') : []
    if (/^[+?~-]?(?:ipv?[46]?|includes?)$/.test(term.name) || spfMechanisms.some((name) => name === term.name))
      return problem('mechanism-as-modifier', withColon(text))
    return problem('unknown-modifier', '')
  }
  if (term.kind === 'unknown') return []
  const { name, qualifier, network, macros } = term
  if (name === 'all' && qualifier === '+') return problem('all-passes', '~all')
  if (name === 'all' && qualifier === '?') return problem('all-neutral', '~all')
  if (name === 'ptr' || macros.includes('p')) return problem('ptr', '')
  if (network === undefined || qualifier === '-') return []
  if (isInside(network)) return problem('private-ip', '')
  if (network.prefix === 0) return problem('all-passes', '')
  return network.prefix < widest[network.family] ? problem('wide-network') : []
}

const withColon = (text: string): string | undefined => {
  const term = text.replace('=', ':')
  return parseSpfTerm(term).error === undefined ? term : repairSpfTerm(term)
}

/** `redirect=x -all` and nothing else: by it alone anybody was meant to send, and an include says so beside an `all`. */
const soleSender = (terms: readonly SpfTerm[]): string | undefined => {
  const named = terms.filter((term) => !(term.kind === 'mechanism' && term.name === 'all'))
  const [only] = named
  return named.length === 1 && only?.kind === 'modifier' ? `include:${only.value}` : undefined
}

/** How two terms are compared: the same but for letter case and a plus sign. */
const sameness = ({ text }: SpfTerm): string => text.toLowerCase().replace(/^\+/, '')

/** What is wrong with a record by itself, without asking DNS, in its order. */
export const lintSpf = (record: string | SpfRecord): readonly SpfProblem[] => {
  const { text, terms } = typeof record === 'string' ? parseSpf(record) : record
  const problems: SpfProblem[] = []
  const seen = new Set<string>()
  let all: SpfTerm | undefined
  for (const [index, term] of terms.entries()) {
    if (problems.length >= maxProblems) return problems
    const isMechanism = term.kind === 'mechanism'
    const own = ofTerm(term, terms[index + 1], terms[index - 1])
    if (own.length > 0) problems.push(...own)
    if (all !== undefined && isMechanism) {
      if (own.length === 0)
        problems.push({ code: 'after-all', term: term.text, at: term.at, ...(term.name === 'all' ? { instead: '' } : {}) })
    } else if (isMechanism && own.length === 0 && seen.has(sameness(term))) {
      problems.push({ code: 'duplicate', term: term.text, at: term.at, instead: '' })
    }
    seen.add(sameness(term))
    if (isMechanism && term.name === 'all') all ??= term
  }
  const redirect = terms.find((term) => term.kind === 'modifier' && term.name === 'redirect')
  if (all !== undefined && redirect !== undefined && redirect.error === undefined)
    problems.push({ code: 'redirect-ignored', term: redirect.text, at: redirect.at, instead: soleSender(terms) ?? '' })
  // A slip in the last term is most often the `all`, or the `redirect`.
  const lost = problems.some(
    ({ code, instead }) => (isError(code) || isSlip(code)) && /(?:^| )(?:[+?~-]?all|redirect=\S+)$/.test(instead ?? '')
  )
  if (all === undefined && redirect === undefined && !lost) problems.push({ code: 'no-all', term: '', at: text.length, instead: '~all' })
  if (new TextEncoder().encode(text).length > maxOctets) problems.push({ code: 'long', term: '', at: 0 })
  return problems
}
