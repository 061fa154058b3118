import type { AddressCode } from './address-codes.ts'
import { type Fault, isFault, readTokens, type Token } from './address-tokens.ts'

/**
 * RFC 5322 §3.4 mailbox, with §4.4's obsolete forms: `local@domain` with comments and white space between its words, or that in
 * angle brackets, a display name and a route of hosts before it. Not groups and lists: one address is asked for.
 */
type MailboxSyntax = {
  /** Words between the dots of the local part. */
  readonly words: readonly Token[]
  /** Domain without comments and white space; a literal with its brackets. */
  readonly domain: string
  readonly domainFrom: number
  readonly isLiteral: boolean
  /** The first thing that makes it fit for a header only. */
  readonly header?: Fault
}

/** Reads along the tokens of one address, and keeps what it met that only a header may hold. */
class Reader {
  readonly text: string
  readonly tokens: readonly Token[]
  at: number
  header: Fault | undefined

  constructor(text: string, tokens: readonly Token[], at: number) {
    this.text = text
    this.tokens = tokens
    this.at = at
  }

  get token(): Token | undefined {
    return this.tokens[this.at]
  }

  /** Where the reader stands in the text. */
  get position(): number {
    return this.token?.from ?? this.text.length
  }

  is(special: string): boolean {
    const { token } = this
    return token?.kind === 'special' && this.text.charAt(token.from) === special
  }

  note(code: AddressCode, position: number): void {
    // A comment tells more than the white space around it.
    if (this.header === undefined || (this.header.code === 'white-space' && code !== 'white-space')) this.header = { code, position }
  }

  /** CFWS. True where there was some. */
  skip(): boolean {
    const start = this.at
    for (let { token } = this; token?.kind === 'space' || token?.kind === 'comment'; { token } = this) {
      this.note(token.kind === 'comment' ? 'comment' : 'white-space', token.from)
      this.at++
    }
    return this.at > start
  }
}

/** What two words side by side are told as: what stands between them, or the second one. */
const betweenWords = (reader: Reader): Fault => {
  const before = reader.tokens[reader.at - 1]
  if (before?.kind === 'comment') return { code: 'misplaced-comment', position: before.from }
  if (before?.kind === 'space') return { code: 'space', position: before.from }
  return { code: before?.kind === 'quoted' || reader.token?.kind === 'quoted' ? 'misplaced-quote' : 'character', position: reader.position }
}

const specialFaults: Readonly<Record<string, AddressCode>> = {
  '\\': 'backslash',
  ')': 'unclosed-comment',
  ']': 'unclosed-literal',
  '<': 'unclosed-angle',
  '>': 'unclosed-angle'
}

/** Why the reader cannot go on at what stands there. */
const unexpected = (reader: Reader, otherwise: AddressCode): Fault => ({
  code: specialFaults[reader.text.charAt(reader.position)] ?? (reader.token?.kind === 'literal' ? 'misplaced-literal' : otherwise),
  position: reader.position
})

const readLocal = (reader: Reader): readonly Token[] | Fault => {
  const words: Token[] = []
  for (;;) {
    const spaced = reader.skip()
    const { token } = reader
    if (token === undefined) return { code: words.length === 0 ? 'no-at' : 'trailing-dot', position: reader.position }
    if (token.kind !== 'atom' && token.kind !== 'quoted') {
      if (reader.is('.')) return { code: words.length === 0 ? 'leading-dot' : 'doubled-dot', position: reader.position }
      if (reader.is('@')) return { code: words.length === 0 ? 'no-local-part' : 'trailing-dot', position: reader.position }
      return unexpected(reader, 'character')
    }
    if (spaced && words.length > 0) reader.note('obsolete-syntax', token.from)
    words.push(token)
    reader.at++
    const spacedBehind = reader.skip()
    if (reader.is('@')) return words
    if (!reader.is('.')) {
      if (reader.token === undefined) return { code: 'no-at', position: reader.position }
      return reader.token.kind === 'atom' || reader.token.kind === 'quoted' ? betweenWords(reader) : unexpected(reader, 'character')
    }
    if (spacedBehind || token.kind === 'quoted') reader.note('obsolete-syntax', token.from)
    reader.at++
    if (reader.token?.kind === 'quoted') reader.note('obsolete-syntax', reader.position)
  }
}

type DomainSyntax = Pick<MailboxSyntax, 'domain' | 'domainFrom' | 'isLiteral'>

const readDomain = (reader: Reader): DomainSyntax | Fault => {
  reader.skip()
  const domainFrom = reader.position
  if (reader.token?.kind === 'literal') {
    const { from, to } = reader.token
    reader.at++
    reader.skip()
    return { domain: reader.text.slice(from, to), domainFrom, isLiteral: true }
  }
  let domain = ''
  for (;;) {
    reader.skip()
    const { token } = reader
    if (token?.kind !== 'atom') {
      if (reader.is('.')) return { code: domain === '' ? 'leading-dot' : 'doubled-dot', position: reader.position }
      if (domain !== '' && (token === undefined || reader.is('>'))) return { code: 'trailing-dot', position: reader.position - 1 }
      if (domain === '' && reader.is('@')) return { code: 'repeated-at', position: reader.position }
      if (token === undefined || reader.is('>')) return { code: 'no-domain', position: reader.position }
      return unexpected(reader, 'domain-character')
    }
    domain += reader.text.slice(token.from, token.to)
    reader.at++
    reader.skip()
    if (!reader.is('.')) return { domain, domainFrom, isLiteral: false }
    domain += '.'
    reader.at++
  }
}

/** What may follow a whole address: nothing. */
const readEnd = (reader: Reader): Fault | undefined => {
  const { token, position } = reader
  if (token === undefined) return undefined
  const rest = reader.text.slice(position)
  if (reader.is('@')) return { code: 'several-ats', position }
  if (/^[,;]/.test(rest)) return { code: rest.includes('@') ? 'several-addresses' : 'domain-character', position }
  if (token.kind === 'atom') return betweenWords(reader)
  return unexpected(reader, token.kind === 'special' ? 'domain-character' : 'text-after-address')
}

/** A route (RFC 5322 §4.4 obs-route, RFC 5321 §4.1.2 A-d-l): hosts, each after an `@`, up to a colon. */
const skipRoute = (reader: Reader): Fault | undefined => {
  reader.skip()
  const from = reader.position
  while (reader.is('@') || reader.is(',')) {
    const isHost = reader.is('@')
    reader.at++
    if (isHost) {
      const host = readDomain(reader)
      if (isFault(host)) return host.code === 'no-domain' ? { code: 'no-local-part', position: from } : host
    } else reader.skip()
    if (reader.is(':')) {
      // Tells more than the brackets around it.
      reader.header = { code: 'source-route', position: from }
      reader.at++
      return undefined
    }
  }
  return reader.position === from ? undefined : { code: 'no-local-part', position: from }
}

const readAddress = (reader: Reader): MailboxSyntax | Fault => {
  const words = readLocal(reader)
  if (isFault(words)) return words
  reader.at++
  const domain = readDomain(reader)
  return isFault(domain) ? domain : { words, ...domain }
}

/** A phrase: words, and (obs-phrase) dots after the first one. */
const phraseFault = (text: string, tokens: readonly Token[]): Fault | undefined => {
  let words = 0
  for (const { kind, from } of tokens) {
    if (kind === 'atom' || kind === 'quoted') words++
    else if (kind === 'literal' || (kind === 'special' && (text.charAt(from) !== '.' || words === 0)))
      return { code: 'display-name-unquoted', position: from }
  }
  return undefined
}

/** One address as in a header, or the first thing that keeps it from being one. Expects well-formed Unicode. */
export const parseMailbox = (text: string): MailboxSyntax | Fault => {
  const tokens = readTokens(text)
  if (isFault(tokens)) return tokens
  const isAngle = ({ kind, from }: Token): boolean => kind === 'special' && text.charAt(from) === '<'
  const isAt = ({ kind, from }: Token): boolean => kind === 'special' && text.charAt(from) === '@'
  const angle = tokens.findIndex(isAngle)
  // `user@dom<ain`: the bracket comes too late to open an address.
  const isNamed = angle >= 0 && tokens.slice(angle + 1).some(isAt)
  const reader = new Reader(text, tokens, 0)
  if (isNamed) {
    const name = tokens.slice(0, angle)
    const fault = phraseFault(text, name)
    if (fault !== undefined) return fault
    const word = name.find(({ kind }) => kind === 'atom' || kind === 'quoted')
    reader.note(word === undefined ? 'angle-brackets' : 'display-name', word?.from ?? tokens[angle]?.from ?? 0)
    reader.at = angle + 1
    const route = skipRoute(reader)
    if (route !== undefined) return route
  }
  const address = readAddress(reader)
  if (isFault(address)) return address
  if (isNamed) {
    if (!reader.is('>'))
      return reader.token === undefined ? { code: 'unclosed-angle', position: tokens[angle]?.from ?? 0 } : (readEnd(reader) ?? address)
    reader.at++
    reader.skip()
    if (reader.token !== undefined)
      return {
        code:
          /^\s*[,;]/.test(text.slice(reader.position)) && text.includes('@', reader.position) ? 'several-addresses' : 'text-after-address',
        position: reader.position
      }
  } else {
    const end = readEnd(reader)
    if (end !== undefined) return end
  }
  return reader.header === undefined ? address : { ...address, header: reader.header }
}
