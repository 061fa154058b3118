import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { clientIp } from '../packages/core/src/record/spf-network.ts'
import type { DnsAnswer, RecordType, Resolver } from '../packages/probe/src/dns/resolver.ts'
import { encodeName, plainName } from '../packages/probe/src/dns/wire-name.ts'
import { evaluateSpf } from '../packages/probe/src/doctor/identity/spf-evaluate.ts'
import { matchSpf } from '../packages/probe/src/doctor/identity/spf-match.ts'
import { lookUpSpf } from '../packages/probe/src/doctor/identity/spf-tree.ts'
import { corpora } from './bounce-accuracy.ts'

/**
 * `node scripts/spf-accuracy.ts`: agreement with the test suites of openspf.org for RFC 7208 and RFC 4408. Of each test: what our check of an
 * address says (`evaluateSpf`), and, where the tree of records alone tells, what that says (`matchSpf`), which must never say otherwise.
 */
type Entry = string | Readonly<Record<string, unknown>>
type SuiteTest = { readonly helo: string; readonly host: string; readonly mailfrom: string; readonly result: string | readonly string[] }
type Suite = {
  readonly description: string
  readonly tests: Readonly<Record<string, SuiteTest>>
  readonly zonedata: Readonly<Record<string, readonly Entry[]>>
}

/** Where we differ, and why. */
const reasons: Readonly<Record<string, string>> = {
  'macro-mania-in-domain': 'our resolver asks for no name with a space in it, and says that it does not know'
}

const texts = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : [String(value)])

/** A resolver over the zone data of a suite: `TIMEOUT` stands for questions that are never answered, `SPF` for a TXT record too. */
const resolverOf = (zonedata: Suite['zonedata']): Resolver['query'] => {
  const zone = new Map(Object.entries(zonedata).map(([name, entries]) => [plainName(name), entries]))
  const query = async (asked: string, type: RecordType, depth = 0): Promise<DnsAnswer> => {
    const name = plainName(asked)
    const answer = (status: DnsAnswer['status'], records: readonly string[] = [], failure?: string): DnsAnswer => ({
      name,
      type,
      status,
      ...(failure === undefined ? {} : { failure }),
      records,
      aliases: [],
      ttl: 60,
      authenticated: false,
      fromCache: false
    })
    const wire = encodeName(name)
    if (typeof wire === 'string') return answer('failed', [], wire)
    const entries = zone.get(name)
    if (entries === undefined) return answer('nxdomain')
    const values = entries.flatMap((entry) => (typeof entry === 'string' ? [] : Object.entries(entry)))
    const alias = values.find(([key]) => key === 'CNAME')
    if (alias !== undefined && type !== 'CNAME' && depth < 8) return { ...(await query(String(alias[1]), type, depth + 1)), name }
    const plainText = values.some(([key]) => key === 'TXT')
    // A record under SPF stands for TXT, too, unless questions for TXT are said to time out.
    const key = type === 'TXT' && !plainText && !entries.includes('TIMEOUT') ? 'SPF' : type
    const own = values.filter(([found, value]) => found === key && value !== 'NONE').map(([, value]) => value)
    if (own.includes('TIMEOUT') || (own.length === 0 && entries.includes('TIMEOUT'))) return answer('failed', [], 'timeout')
    const records = own.map((value) =>
      type === 'TXT'
        ? Buffer.from(texts(value).join(''), 'latin1').toString('utf8')
        : type === 'MX'
          ? texts(value).join(' ')
          : String(value)
    )
    return answer(records.length > 0 ? 'found' : 'no-data', records)
  }
  return (name, type) => query(name, type)
}

export type SpfAccuracy = {
  readonly file: string
  readonly tests: number
  readonly agreed: number
  /** Tests of which the tree alone tells the result, and those in which it says otherwise than the check. */
  readonly told: number
  readonly contradicted: readonly string[]
  readonly differences: readonly string[]
}

const qualifiers: Readonly<Record<string, string>> = { '+': 'pass', '-': 'fail', '~': 'softfail', '?': 'neutral' }

/** Undefined where the suite is not at hand. */
export const measureSpf = async (file: string): Promise<SpfAccuracy | undefined> => {
  const path = join(corpora, 'dns', 'spf', file)
  if (!existsSync(path)) return undefined
  let tests = 0
  let agreed = 0
  let told = 0
  const contradicted: string[] = []
  const differences: string[] = []
  for (const document of parseAllDocuments(readFileSync(path, 'utf8'))) {
    const suite = document.toJS() as Suite | null
    if (suite === null) continue
    const query = resolverOf(suite.zonedata)
    for (const [id, { helo, host, mailfrom, result: expected }] of Object.entries(suite.tests)) {
      tests++
      const { result, text } = await evaluateSpf(query, { ip: host, sender: mailfrom, ehlo: helo })
      if (texts(expected).includes(result)) agreed++
      else
        differences.push(`${id}: expected ${texts(expected).join(' or ')}, got ${result} (${text})${reasons[id] ? `: ${reasons[id]}` : ''}`)
      const domain = mailfrom === '' ? helo : mailfrom.slice(mailfrom.lastIndexOf('@') + 1)
      const tree = await lookUpSpf(query, domain)
      const ip = clientIp(host)
      const match = ip === undefined ? undefined : matchSpf(tree, ip)
      if (tree.state === 'broken' && result !== 'permerror') contradicted.push(`${id}: our reader finds an error, the check says ${result}`)
      if (match === undefined) continue
      told++
      if (qualifiers[match.qualifier] !== result)
        contradicted.push(`${id}: the tree says ${qualifiers[match.qualifier]}, the check ${result} (${text})`)
    }
  }
  return { file, tests, agreed, told, contradicted, differences }
}

export const spfSuites = ['rfc7208-tests.yml', 'rfc4408-tests.yml'] as const

export const printSpf = ({ file, tests, agreed, told, contradicted, differences }: SpfAccuracy): string =>
  [
    `${file}: ${agreed} of ${tests} tests agree; the tree alone tells ${told}, ${contradicted.length} otherwise`,
    ...[...differences, ...contradicted].map((line) => `  ${line}`),
    ''
  ].join('\n')
