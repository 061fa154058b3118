import { parseSpf, type SpfRecord, type SpfTerm } from './spf.ts'
import type { SpfProblem } from './spf-lint.ts'

const isAll = (term: SpfTerm): boolean => term.kind === 'mechanism' && term.name === 'all'
const isModifier = (term: SpfTerm): boolean => term.kind === 'modifier'

/** Terms in the order in which they are read: mechanisms, then `all`, then modifiers; none twice. */
export const writeSpf = (terms: readonly string[]): string => {
  const { terms: read } = parseSpf(`v=spf1 ${terms.join(' ')}`)
  const seen = new Set<string>()
  const once = read.filter(({ text }) => {
    const key = text.toLowerCase().replace(/^\+/, '')
    return !seen.has(key) && seen.add(key)
  })
  const alls = once.filter(isAll)
  const ordered = [
    ...once.filter((term) => !isAll(term) && !isModifier(term)),
    ...alls.slice(0, 1),
    ...once.filter((term) => isModifier(term) && !(alls.length > 0 && term.kind === 'modifier' && term.name === 'redirect'))
  ]
  return ['v=spf1', ...ordered.map(({ text }) => text)].join(' ')
}

/** Stands for what only the owner of the domain can tell. */
const open = '…'

/**
 * The record with these problems mended. `…` stands for a term that is wrong in a way that only its owner can mend, and where nobody but
 * `all` would be left: a record that lets nobody send must not come about by a repair.
 */
export const mendSpf = (record: SpfRecord, problems: readonly SpfProblem[]): string => {
  const instead = new Map(problems.filter(({ term }) => term !== '').map((problem) => [problem.at, problem]))
  const kept = record.terms.flatMap(({ text, at }) => {
    const problem = instead.get(at)
    if (problem === undefined || (problem.instead === undefined && isKept(problem))) return [text]
    return problem.instead === '' ? [] : [problem.instead ?? open]
  })
  const added = problems.flatMap(({ term, instead: more }) => (term === '' && more !== undefined ? [more] : []))
  const names = (terms: readonly string[]): boolean => terms.some((text) => !/^[+?~-]?all$/i.test(text) && !/^exp=/i.test(text))
  const mended = writeSpf([...(names(kept) || !names(record.terms.map(({ text }) => text)) ? [] : [open]), ...kept, ...added])
  // What two repairs make together may be wrong again (`~ allexp=`).
  const { terms } = parseSpf(mended)
  const isWrong = (term: (typeof terms)[number]): boolean => term.error !== undefined && term.text !== open
  return terms.some(isWrong) ? writeSpf(terms.map((term) => (isWrong(term) ? open : term.text))) : mended
}

/** It works as it stands, or stands in the wrong place. */
const isKept = ({ code }: SpfProblem): boolean => code === 'after-all' || code === 'wide-network'

/** The record that lets one more send: an `ip4:`, `ip6:` or `include:` at its front, before anything that could refuse. */
export const addToSpf = (record: string, mechanism: string): string =>
  writeSpf([mechanism, ...parseSpf(record).terms.map(({ text }) => text)])

/**
 * One record for several: their mechanisms, none twice, and one end. It fails (`-all`) only where all of them do; a `redirect` becomes
 * an `include`, since only one could be followed.
 */
export const mergeSpf = (records: readonly string[]): string => {
  const terms = records.flatMap((record) => parseSpf(record).terms).filter(({ error }) => error === undefined)
  const alls = terms.filter(isAll).map(({ text }) => text)
  const end = alls.length > 0 && alls.every((text) => text === '-all') ? '-all' : '~all'
  const redirected = (term: SpfTerm): string => (term.kind === 'modifier' && term.name === 'redirect' ? `include:${term.value}` : term.text)
  const isPolicy = (term: SpfTerm): boolean => isAll(term) || (term.kind === 'modifier' && term.name !== 'redirect')
  return writeSpf([...terms.filter((term) => !isPolicy(term)).map(redirected), end])
}

/** The longest string of a TXT record, in octets (RFC 1035 §3.3). */
const maxString = 255

/** As a TXT record is published: in quotes, and where it is longer, in several strings, which checks join as they are (RFC 7208 §3.3). */
export const quoteSpf = (record: string): string => {
  const parts = Array.from({ length: Math.ceil(record.length / maxString) }, (_, at) => record.slice(at * maxString, (at + 1) * maxString))
  return parts.map((part) => `"${part}"`).join(' ')
}

/** Octets that surely fit into one answer of 512 with its question and header (RFC 7208 §3.4). */
const maxShort = 450

/**
 * A long record in several: its networks in `_spf1.<domain>` and further, which the first includes. Each of them costs a look-up.
 * Undefined where that changes what the record says (something in it refuses), or where it is not its networks that make it long.
 */
export const splitSpf = (record: SpfRecord, domain: string): readonly { readonly name: string; readonly record: string }[] | undefined => {
  const mechanisms = record.terms.filter((term) => term.kind === 'mechanism' && term.name !== 'all')
  if (record.broken || mechanisms.some((term) => term.kind === 'mechanism' && term.qualifier !== '+')) return undefined
  const networks = mechanisms.filter((term) => term.kind === 'mechanism' && term.network !== undefined)
  const parts: string[][] = []
  for (const { text } of networks) {
    const last = parts.at(-1)
    if (last !== undefined && writeSpf([...last, text, '~all']).length <= maxShort) last.push(text)
    else parts.push([text])
  }
  const below = parts.map((terms, at) => ({ name: `_spf${at + 1}.${domain}`, record: writeSpf([...terms, '~all']) }))
  const rest = record.terms.filter((term) => !networks.includes(term)).map(({ text }) => text)
  const first = writeSpf([...below.map(({ name }) => `include:${name}`), ...rest])
  return below.length === 0 || first.length > maxShort ? undefined : [{ name: domain, record: first }, ...below]
}
