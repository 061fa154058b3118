import { isSpf, type Network, parseIp, parseSpf, type SpfRecord, type SpfTerm } from '@whybounce/core/record'
import type { DnsAnswer, Resolver } from '../../dns/resolver.ts'
import { encodeName, plainName } from '../../dns/wire-name.ts'

type Query = Resolver['query']

/**
 * An SPF record with all that it leads to, asked for as a check would that finds no match before the end (RFC 7208 §4.6.4: that is the
 * case in which most look-ups are needed). What depends on the message (macros) is counted, and not followed.
 */
export type SpfNode = {
  readonly domain: string
  /**
   * `none`: no SPF record, or no such name. `loop`: stands above itself. `macro`: the name depends on the message. `not-followed`: too many
   * records were asked for already. `unknown`: could not be asked.
   */
  readonly state: 'record' | 'broken' | 'none' | 'multiple' | 'unknown' | 'loop' | 'macro' | 'not-followed'
  readonly answer?: DnsAnswer
  /** The SPF records of the answer. */
  readonly records: readonly string[]
  readonly record?: SpfRecord
  /** In the order of evaluation: mechanisms up to `all`, then `redirect`. */
  readonly branches: readonly SpfBranch[]
  /** Look-ups that a check of this record counts, its own question not among them. */
  readonly lookups: number
}

export type SpfBranch = {
  readonly term: SpfTerm
  /** Look-ups of this term and everything below. */
  readonly lookups: number
  readonly node?: SpfNode
  /** The domain that `a`, `mx` or `exists` asks for, where no message is needed to know it. */
  readonly name?: string
  /** Of `a` and `mx`, as far as they could be asked for. */
  readonly networks?: readonly Network[]
  /** The question gave nothing (RFC 7208 §4.6.4). */
  readonly empty?: true
  /** Part of it could not be asked for. */
  readonly unknown?: true
  /** MX hosts, where there are more than the 10 that a check takes. */
  readonly tooMany?: number
}

/** RFC 7208 §4.6.4: more than 10 MX hosts are an error. */
const maxMx = 10
/** A check ends after 10 look-ups; this many tell by how much a record is over, and a hostile one costs no more. */
const maxAsked = 60

/** What a domain-spec names in a record of `domain`: itself, or with `%{d}` filled in. Undefined where it depends on the message. */
const nameOf = (spec: string | undefined, domain: string): string | undefined => {
  const name = (spec ?? '%{d}').replace(/%\{d\}/gi, () => domain)
  return name.includes('%') ? undefined : plainName(name)
}

export const lookUpSpf = async (query: Query, root: string): Promise<SpfNode> => {
  let asked = 0
  const mayAsk = (): boolean => ++asked <= maxAsked

  const follow = async (domain: string | undefined, path: readonly string[]): Promise<SpfNode> => {
    const leaf = (state: SpfNode['state'], more: Partial<SpfNode> = {}): SpfNode => ({
      domain: domain ?? '',
      state,
      records: [],
      branches: [],
      lookups: 0,
      ...more
    })
    if (domain === undefined) return leaf('macro')
    if (path.includes(domain)) return leaf('loop')
    // RFC 7208 §4.3: a name that DNS cannot have gives no record.
    if (typeof encodeName(domain) === 'string') return leaf('none')
    if (!mayAsk()) return leaf('not-followed')
    const answer = await query(domain, 'TXT')
    if (answer.status === 'failed') return leaf('unknown', { answer })
    const records = answer.records.filter(isSpf).sort()
    const [text] = records
    if (text === undefined) return leaf('none', { answer })
    const record = parseSpf(text)
    if (records.length > 1 || (record.broken && path.length > 0))
      return leaf(records.length > 1 ? 'multiple' : 'broken', { answer, records, record })
    const branches = await Promise.all(evaluated(record).map((term) => branchOf(term, domain, [...path, domain])))
    const lookups = branches.reduce((sum, branch) => sum + branch.lookups, 0)
    return { domain, state: record.broken ? 'broken' : 'record', answer, records, record, branches, lookups }
  }

  const branchOf = async (term: SpfTerm, domain: string, path: readonly string[]): Promise<SpfBranch> => {
    if (term.kind === 'modifier') {
      const node = await follow(nameOf(term.value, domain), path)
      return { term, node, lookups: 1 + node.lookups }
    }
    if (term.kind === 'unknown') return { term, lookups: 0 }
    if (term.name === 'include') {
      const node = await follow(nameOf(term.domain, domain), path)
      return { term, node, lookups: 1 + node.lookups }
    }
    if (term.name === 'all' || term.network !== undefined) {
      return { term, lookups: 0, ...(term.network === undefined ? {} : { networks: [term.network] }) }
    }
    const name = nameOf(term.domain, domain)
    if (name === undefined || term.name === 'ptr' || !mayAsk()) return { term, lookups: 1, unknown: true, ...(name && { name }) }
    if (term.name === 'exists') {
      const { empty } = emptiness([await query(name, 'A')])
      return { term, lookups: 1, name, ...(empty ? { empty } : { unknown: true as const }) }
    }
    if (term.name === 'a') return { term, lookups: 1, name, ...(await hostsOf([name], term.prefix4, term.prefix6, true)) }
    const mx = await query(name, 'MX')
    if (mx.status !== 'found') return { term, lookups: 1, name, networks: [], ...emptiness([mx]) }
    const hosts = mx.records.map((text) => text.slice(text.indexOf(' ') + 1)).filter((host) => host !== '.')
    const found = await hostsOf(hosts.slice(0, maxMx), term.prefix4, term.prefix6, false)
    return { term, lookups: 1, name, ...found, ...(hosts.length > maxMx ? { tooMany: hosts.length } : {}) }
  }

  const hostsOf = async (
    names: readonly string[],
    prefix4: number,
    prefix6: number,
    counts: boolean
  ): Promise<Pick<SpfBranch, 'networks' | 'empty' | 'unknown'>> => {
    const answers = await Promise.all(names.flatMap((name) => [query(name, 'A'), query(name, 'AAAA')]))
    const networks = answers
      .flatMap(({ records }) => records)
      .flatMap((address) => {
        const ip = parseIp(address)
        return ip === undefined ? [] : [{ ...ip, prefix: ip.family === 4 ? prefix4 : prefix6 }]
      })
    const { empty, unknown } = emptiness(answers)
    return { networks, ...(counts && empty ? { empty } : {}), ...(unknown ? { unknown } : {}) }
  }

  return follow(plainName(root), [])
}

const emptiness = (answers: readonly DnsAnswer[]): { readonly empty?: true; readonly unknown?: true } => {
  if (answers.some(({ status }) => status === 'failed')) return { unknown: true }
  return answers.every(({ status }) => status !== 'found') ? { empty: true } : {}
}

/** A record of 64 kB can have 30,000 mechanisms; a check would end at the 11th that needs DNS. */
const maxTerms = 1_000

/** The terms that a check looks at, those with errors left out; `redirect` only where there is no `all` (RFC 7208 §6.1). */
const evaluated = ({ terms }: SpfRecord): readonly SpfTerm[] => {
  const sound = terms.filter(({ error }) => error === undefined)
  const mechanisms = sound.filter(({ kind }) => kind === 'mechanism')
  const end = mechanisms.findIndex((term) => term.kind === 'mechanism' && term.name === 'all')
  const redirect = sound.filter((term) => term.kind === 'modifier' && term.name === 'redirect')
  return (end < 0 ? [...mechanisms, ...redirect] : mechanisms.slice(0, end + 1)).slice(0, maxTerms)
}

export type SpfStep = {
  readonly branch: SpfBranch
  /** The record in which it stands, and the one that led there. */
  readonly place: SpfNode
  readonly above?: SpfNode
  readonly path: readonly string[]
}

/** All branches of a tree, each with the record in which it stands and the terms that lead to it. */
export const stepsOf = (node: SpfNode, path: readonly string[] = [], above?: SpfNode): readonly SpfStep[] =>
  node.branches.flatMap((branch) => {
    const here = [...path, branch.term.text]
    return [
      { branch, place: node, path: here, ...(above === undefined ? {} : { above }) },
      ...(branch.node === undefined ? [] : stepsOf(branch.node, here, node))
    ]
  })
