/**
 * What the test server knows: a table from `name TYPE` to an answer, or a function. A key may have `*` as type (any), and
 * `*.parent TYPE` stands for all names under the parent that have no key of their own.
 * A name without an entry of the type is no-data, a name without any entry (or any below it) NXDOMAIN, both with an SOA.
 */
export type Zone = ZoneTable | ((name: string, type: string) => ZoneEntry | undefined)
export type ZoneTable = Readonly<Record<string, ZoneEntry>>

/** Data in presentation form (`10 mx.example`, `192.0.2.1`), a fault alone, or both. An empty list is no-data. */
export type ZoneEntry = readonly ZoneRecord[] | Fault | ZoneAnswer

/** A string is data of the asked type, owned by the asked name, with a TTL of 60 seconds. */
export type ZoneRecord = string | { readonly name?: string; readonly type?: string; readonly ttl?: number; readonly data: string }

export type ZoneAnswer = {
  readonly answers?: readonly ZoneRecord[]
  /** In place of the SOA of a negative answer. */
  readonly authority?: readonly ZoneRecord[]
  readonly additional?: readonly ZoneRecord[]
  readonly fault?: Fault
  /** Answer with this code, records or not. */
  readonly responseCode?: number
  /** Milliseconds before the answer. */
  readonly delay?: number
  /** The AD bit. */
  readonly authenticated?: boolean
  /** Neither AA nor RA: a server that neither knows nor resolves. */
  readonly ignorant?: boolean
  /** AA without RA: a server that holds the zone and resolves for nobody. */
  readonly authoritative?: boolean
  /** SERVFAIL to whoever does not set CD: a resolver that validates, before a zone that does not. */
  readonly bogus?: boolean
  /** RFC 8914. */
  readonly extendedError?: { readonly code: number; readonly text?: string }
  /** Of a CNAME: give it alone, without what the zone knows of its target. */
  readonly unchased?: boolean
  /** Seconds: TTL and MINIMUM of the SOA of negative answers; 60 by default. */
  readonly negativeTtl?: number
  /** Sent as it is, with the id of the question put in. */
  readonly raw?: Uint8Array
}

export type Fault =
  | 'nxdomain'
  | 'servfail'
  | 'refused'
  | 'formerr'
  | 'notimp'
  | 'timeout'
  | 'wrong-id'
  | 'wrong-question'
  | 'wrong-source-port'
  /** No DNS at all; behind the id, so that it reaches the question. */
  | 'garbage'
  /** Counts that promise more records than there are bytes. */
  | 'cut'
  /** A name that is a pointer to itself. */
  | 'pointer-loop'
  /** TC by UDP, whole by TCP. */
  | 'truncated'
  | 'truncated-always'
  /** TC by UDP; TCP is closed before, or in the middle of, an answer, or never answers, or gives a byte every 20 ms. */
  | 'tcp-closed'
  | 'tcp-cut'
  | 'tcp-timeout'
  | 'drip'
  /** FORMERR, NOTIMP or BADVERS to questions with EDNS, silence to them; the answer to those without. */
  | 'edns-formerr'
  | 'edns-notimp'
  | 'edns-badvers'
  | 'edns-timeout'
  /** A forged answer (other id, other question) first, then the right one. */
  | 'forged-first'

export type FoundEntry = { readonly answer: ZoneAnswer; readonly nxdomain: boolean; readonly aliases: readonly ZoneRecord[] }

/** CNAMEs that the server follows: loops end, and a chain can be longer than a resolver should take. */
const maxChase = 30

/** Looks the answer up, CNAMEs of the table followed as a recursive server does. */
export const findEntry = (zone: Zone, name: string, type: string): FoundEntry => {
  const aliases: ZoneRecord[] = []
  let current = name
  for (;;) {
    const entry = typeof zone === 'function' ? zone(current, type) : lookUp(zone, current, type)
    if (entry !== undefined) return { answer: answerOf(entry), nxdomain: false, aliases }
    const alias = typeof zone === 'function' ? undefined : lookUp(zone, current, 'CNAME')
    if (alias === undefined) break
    const answer = answerOf(alias)
    const target = answer.answers?.map((record) => (typeof record === 'string' ? record : record.data))[0]
    if (target === undefined) return { answer, nxdomain: false, aliases }
    aliases.push({ name: current, type: 'CNAME', data: target })
    current = target
    if (answer.unchased || aliases.length === maxChase)
      return { answer: { ...answer, answers: [], authority: [] }, nxdomain: false, aliases }
  }
  const exists = typeof zone !== 'function' && Object.keys(zone).some((key) => isAtOrUnder(key.split(' ')[0] ?? '', current))
  return { answer: {}, nxdomain: !exists, aliases }
}

const lookUp = (zone: ZoneTable, name: string, type: string): ZoneEntry | undefined => {
  const own = zone[`${name} ${type}`] ?? (type === 'CNAME' ? undefined : zone[`${name} *`])
  if (own !== undefined) return own
  for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
    const wild = zone[`*${name.slice(dot)} ${type}`]
    if (wild !== undefined) return wild
  }
  return undefined
}

const isAtOrUnder = (key: string, name: string): boolean => key === name || key.endsWith(`.${name}`)

const answerOf = (entry: ZoneEntry): ZoneAnswer =>
  typeof entry === 'string' ? { fault: entry } : isList(entry) ? { answers: entry } : entry

const isList = (entry: ZoneEntry): entry is readonly ZoneRecord[] => Array.isArray(entry)
