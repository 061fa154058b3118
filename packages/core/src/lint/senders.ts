import { checkAddress } from '../address/check-address.ts'
import { homographOf } from '../address/homograph.ts'
import { domainOf, findAddresses } from '../message/addresses.ts'
import { decodeText, decodeWords } from '../message/decode.ts'
import type { Add } from './checking.ts'
import { areAligned } from './domains.ts'
import { type Look, shown } from './look.ts'

/** One mailbox of an address field (RFC 5322 §3.4). */
export type Mailbox = { readonly name?: string; readonly address: string }

/** Mailboxes of one field that are read. */
const maxMailboxes = 1_000
const maxField = 65_536

/**
 * The mailboxes of an address field, with their names decoded. Cuts at the commas that stand outside quotes, comments and angle brackets;
 * a piece without an address is left out.
 */
export const readMailboxes = (value: string): Mailbox[] => {
  const mailboxes: Mailbox[] = []
  for (const piece of pieces(value.slice(0, maxField))) {
    if (mailboxes.length >= maxMailboxes) break
    const bracket = /<[ \t]{0,20}([^<>]{0,400}?)[ \t]{0,20}>[^<>]{0,400}$/.exec(piece)
    const address = bracket?.[1] ?? findAddresses(withoutComments(piece))[0]?.address ?? ''
    if (!address.includes('@')) continue
    const before = bracket === null ? '' : piece.slice(0, bracket.index).trim()
    const name = decodeWords(before.startsWith('"') ? before.replace(/^"|"$/g, '').replace(/\\(.)/g, '$1') : before).trim()
    mailboxes.push({ address, ...(name === '' ? {} : { name }) })
  }
  return mailboxes
}

const withoutComments = (text: string): string => text.replace(/\([^()]{0,400}\)/g, ' ')

const pieces = (value: string): string[] => {
  const found: string[] = []
  let [from, depth] = [0, 0]
  let [quoted, angled] = [false, false]
  for (let at = 0; at < value.length; at++) {
    const letter = value[at]
    if (letter === '\\') at++
    else if (letter === '"' && depth === 0) quoted = !quoted
    else if (quoted) continue
    else if (letter === '(') depth++
    else if (letter === ')') depth = Math.max(0, depth - 1)
    else if (depth > 0) continue
    else if (letter === '<') angled = true
    else if (letter === '>') angled = false
    else if (!angled && (letter === ',' || letter === ';' || letter === ':')) {
      // `Friends: a@example.com, b@example.com;` is a group: its name is no mailbox.
      if (letter !== ':') found.push(value.slice(from, at))
      from = at + 1
    }
  }
  found.push(value.slice(from))
  return found
}

export type Senders = {
  readonly from: readonly Mailbox[]
  /** Of the first address in From. */
  readonly domain: string | undefined
  readonly replyTo: readonly Mailbox[]
  /** Domain of Return-Path; empty for the null sender; undefined where no server has written it. */
  readonly envelope: string | undefined
}

/** RFC 6532 lets UTF-8 stand in a field as it is. Encoded words are decoded later: a comma in a name parts nothing. */
const fieldOf = ({ headers, fields, raw }: Look, name: string): string => {
  const value = headers.get(name) ?? ''
  const field = /[^\0-\x7f]/.test(value) ? fields.find((one) => one.name === name) : undefined
  if (field === undefined) return value
  const whole = decodeText(raw.bytes.subarray(field.from, field.to), undefined)
  return whole
    .slice(whole.indexOf(':') + 1)
    .replace(/\n[ \t]*/g, ' ')
    .trim()
}

const isBeyondAscii = (address: string): boolean => /[^\0-\x7f]/.test(address.slice(0, Math.max(0, address.lastIndexOf('@'))))

/** Somebody's address has letters beyond ASCII before the at sign: it goes out with SMTPUTF8 (RFC 6531) or not at all. */
export const needsUtf8 = (look: Look): boolean =>
  ['from', 'to', 'cc', 'reply-to'].some((name) => readMailboxes(fieldOf(look, name)).some(({ address }) => isBeyondAscii(address)))

/** Everybody who gets it is in the sender's own domain. */
export const isInternal = (look: Look, { domain }: Senders): boolean => {
  const to = ['to', 'cc'].flatMap((name) => readMailboxes(fieldOf(look, name)))
  return domain !== undefined && to.length > 0 && to.every(({ address }) => areAligned(domainOf(address), domain))
}

export const readSenders = (look: Look): Senders => {
  const { headers } = look
  const from = readMailboxes(fieldOf(look, 'from'))
  const returnPath = headers.get('return-path')
  const envelope = returnPath === undefined ? undefined : (readMailboxes(returnPath)[0]?.address ?? '')
  return {
    from,
    domain: from[0] === undefined ? undefined : domainOf(from[0].address),
    replyTo: readMailboxes(fieldOf(look, 'reply-to')),
    envelope: envelope === undefined ? undefined : envelope === '' ? '' : domainOf(envelope)
  }
}

/** `alice@example.org via Sharing`: services that write for somebody say so, and readers know it. */
const onBehalf = /\b(?:via|on behalf of|über|im auftrag|au nom de|en nombre de|per conto di|namens)\b/i

/** All that stands before the address, for quotes around it. */
const nameBefore = (text: string): string =>
  shown((text.includes('<') ? text.slice(0, text.indexOf('<')) : 'Doe, John').replace(/["\\]/g, ''))

/** The From field, who it shows, and where replies go. */
export const checkSenders = ({ headers }: Look, senders: Senders, add: Add): void => {
  const written = headers.get('from')
  if (written === undefined) {
    add('lint.from-missing', [])
    return
  }
  const evidence = [`From: ${shown(headers.text('from') ?? written)}`]
  const { from, replyTo, domain } = senders
  const [first] = from
  if (first === undefined || domain === undefined || checkAddress(first.address).level === 'invalid') {
    add('lint.from-invalid', evidence)
    return
  }
  const loose = pieces(written.slice(0, maxField)).find((piece) => /\S/.test(piece) && !piece.includes('@'))
  if (loose !== undefined)
    add('lint.from-name-unquoted', evidence, {
      address: first.address,
      loose: shown(loose),
      name: nameBefore(headers.text('from') ?? written)
    })
  if (from.length > 1) add(headers.has('sender') ? 'lint.from-several' : 'lint.from-no-sender', evidence)
  const seen = first.name === undefined || onBehalf.test(first.name) ? undefined : findAddresses(first.name.slice(0, 1_000))[0]?.address
  if (seen !== undefined && !areAligned(domainOf(seen), domain))
    add('lint.name-is-address', evidence, { shown: seen, address: first.address })
  const twin = homographOf(domain)
  if (twin !== undefined) add('lint.sender-lookalike', evidence, { domain: twin })
  const other = replyTo.find(({ address }) => !areAligned(domainOf(address), domain))
  if (other !== undefined) add('lint.reply-to-elsewhere', [`Reply-To: ${shown(other.address)}`], { domain: domainOf(other.address) })
}
