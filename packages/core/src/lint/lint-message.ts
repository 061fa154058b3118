import { type Finding, finding } from '../finding/finding.ts'
import { parseDate } from '../message/dates.ts'
import { checkAttachments, type LintAttachment } from './attachments.ts'
import { checkBody, readBody } from './body.ts'
import { checkBulk, readBulk } from './bulk.ts'
import { gather } from './checking.ts'
import { checkEncoding } from './encoding.ts'
import { checkHeaderFields } from './header-fields.ts'
import { checkLinks, domainsOf, type LintLink, readLinks } from './links.ts'
import { isFile, type Look, lookAt, shown } from './look.ts'
import { checkPlaceholders, findUnsubscribeTag } from './placeholders.ts'
import { checkSenders, isInternal, type Mailbox, needsUtf8, readSenders, type Senders } from './senders.ts'
import { checkArc, checkSignatures, readSignatures, type Signature } from './signatures.ts'
import { checkSize } from './size.ts'
import { checkWire, measureWire } from './wire.ts'

/** What somebody found out about a domain that the message names: it is on a blocklist. */
export type ListedDomain = { readonly domain: string; readonly list: string; readonly means?: string; readonly delisting?: string }

export type LintOptions = {
  /** Bulk mail or not; told by the message where it is not said. */
  readonly bulk?: boolean
  /** The clock by which dates are judged; that of this moment where it is not said. */
  readonly now?: Date
  /** What blocklists say of the domains in `facts.domains`. */
  readonly listedDomains?: readonly ListedDomain[]
  /** What spam filters say of the message. */
  readonly filters?: readonly Finding[]
}

/** What the message is, for whoever goes on with it. Texts of strangers are one line, without control characters. */
export type LintFacts = {
  /** Bytes as given. */
  readonly bytes: number
  /** Bytes with CR LF line ends. */
  readonly wireBytes: number
  readonly subject?: string
  readonly from: readonly Mailbox[]
  readonly replyTo: readonly Mailbox[]
  /** Domain of Return-Path, empty for the null sender. */
  readonly envelopeDomain?: string
  /** ISO 8601, UTC. */
  readonly date?: string
  readonly messageId?: string
  /** A server has had it. */
  readonly sent: boolean
  readonly bulk: { readonly is: boolean; readonly why: string }
  readonly fields: readonly string[]
  readonly parts: readonly { readonly type: string; readonly encoding: string; readonly charset?: string }[]
  readonly links: readonly LintLink[]
  readonly attachments: readonly LintAttachment[]
  /** Registered domains that links lead to, and the domain in From: what blocklists of domains are asked for. */
  readonly domains: readonly string[]
  readonly signatures: readonly Signature[]
  /** URIs of List-Unsubscribe. */
  readonly unsubscribe: readonly string[]
}

export type LintReport = { readonly findings: readonly Finding[]; readonly facts: LintFacts }

/** Domains that are worth asking for. */
const maxDomains = 100

const telling = ['from', 'to', 'subject', 'date', 'received', 'return-path', 'message-id', 'mime-version', 'content-type']

/**
 * Checks a message before it is sent, or as it came: everything that its own bytes tell about whether it arrives and is read. Takes any
 * bytes, never throws for them, and takes time in proportion to their number; what is not read is told.
 */
export const lintMessage = (bytes: Uint8Array, options: LintOptions = {}): LintReport => {
  const look = lookAt(bytes, (options.now ?? new Date()).getTime())
  const wire = measureWire(look.given)
  const senders = readSenders(look)
  const signatures = readSignatures(look.headers)
  const body = readBody(look)
  const links = readLinks(body)
  const tag = findUnsubscribeTag(look, body)
  const bulk = readBulk(look, body, tag?.tag, options.bulk)
  const { add, all, passOr } = gather()
  // What to write says where: in the sender's own domain.
  const domain = senders.domain ?? 'example.com'
  const facts = (attachments: readonly LintAttachment[]): LintFacts =>
    factsOf(look, { wire: wire.size, senders, signatures, links, attachments, bulk })

  if (!telling.some((name) => look.headers.has(name)))
    return { findings: [finding('lint.not-a-message', bytes.length === 0 ? ['It is empty.'] : [])], facts: facts([]) }
  if (look.mark !== undefined) add('lint.byte-order-mark', [look.mark])
  if (look.partial.length > 0) add('lint.not-all-read', look.partial)
  checkSize(wire.size, add)
  passOr('lint.headers-fine', {}, () => {
    checkSenders(look, senders, add)
    checkHeaderFields(look, domain, add)
  })
  if (signatures.length === 0) checkSignatures(look, senders, signatures, add)
  else passOr('lint.dkim-fine', {}, () => checkSignatures(look, senders, signatures, add))
  checkArc(look, add)
  checkBulk(look, bulk, signatures, tag?.tag, domain, add)
  checkPlaceholders(look, body, tag, bulk, add)
  passOr('lint.transport-fine', {}, () => checkWire(look, wire, needsUtf8(look), add))
  passOr('lint.structure-fine', {}, () => checkEncoding(look, add))
  passOr('lint.body-fine', {}, () => checkBody(look, body, add))
  const own = [senders.domain ?? '', ...signatures.map(({ domain }) => domain)].filter((domain) => domain !== '')
  const hasBase = body.html.some((one) => one.facts.base)
  if (links.length > 0)
    passOr('lint.links-fine', { count: String(links.length) }, () =>
      checkLinks(links, { domains: own, internal: !bulk.is && isInternal(look, senders), hasBase }, add)
    )
  const files = look.parts.filter(isFile)
  let attachments: readonly LintAttachment[] = []
  const check = (): void => {
    attachments = checkAttachments(files, add)
  }
  if (files.length > 0) passOr('lint.attachments-fine', { count: String(files.length) }, check)
  for (const { domain: named, list, means, delisting } of options.listedDomains ?? [])
    add('lint.link-listed', [`${named} is on ${list}${means === undefined ? '' : `: ${means}`}`], {
      domain: named,
      list,
      delisting: delisting ?? list
    })
  return { findings: [...all, ...(options.filters ?? [])], facts: facts(attachments) }
}

type Read = {
  readonly wire: number
  readonly senders: Senders
  readonly signatures: readonly Signature[]
  readonly links: readonly LintLink[]
  readonly attachments: readonly LintAttachment[]
  readonly bulk: { readonly is: boolean; readonly why: string; readonly uris: readonly string[] }
}

const factsOf = (look: Look, { wire, senders, signatures, links, attachments, bulk }: Read): LintFacts => {
  const { headers, given, parts, fields, sent } = look
  const subject = headers.text('subject')
  const messageId = headers.get('message-id')
  const date = parseDate(headers.get('date'))
  const domains = [...new Set([...domainsOf(links), ...(senders.domain === undefined ? [] : [shown(senders.domain)])])]
  return {
    bytes: given.length,
    wireBytes: wire,
    ...(subject === undefined ? {} : { subject: shown(subject) }),
    from: senders.from.map(cleanMailbox),
    replyTo: senders.replyTo.map(cleanMailbox),
    ...(senders.envelope === undefined ? {} : { envelopeDomain: shown(senders.envelope) }),
    ...(date === undefined ? {} : { date }),
    ...(messageId === undefined ? {} : { messageId: shown(messageId) }),
    sent,
    bulk: { is: bulk.is, why: bulk.why },
    fields: fields.map(({ name }) => shown(name)),
    parts: parts.map(({ type, encoding, charset }) => ({
      type: shown(type),
      encoding: shown(encoding),
      ...(charset === undefined ? {} : { charset: shown(charset) })
    })),
    links,
    attachments,
    domains: domains.slice(0, maxDomains),
    signatures: signatures.map((one) => ({
      ...one,
      domain: shown(one.domain),
      selector: shown(one.selector),
      algorithm: shown(one.algorithm),
      fields: one.fields.map(shown),
      faults: one.faults.map(shown),
      ...(one.bodyLength === undefined ? {} : { bodyLength: shown(one.bodyLength) })
    })),
    unsubscribe: bulk.uris.map(shown)
  }
}

const cleanMailbox = ({ name, address }: Mailbox): Mailbox => ({
  address: shown(address),
  ...(name === undefined ? {} : { name: shown(name) })
})
