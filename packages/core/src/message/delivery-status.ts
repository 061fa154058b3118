import { findAddresses } from './addresses.ts'

/** The fields of a delivery status notification (RFC 3464 §2), names in lower case, values unfolded. */
type Fields = ReadonlyMap<string, string>

export type DeliveryStatus = {
  readonly perMessage: Fields
  readonly recipients: readonly Fields[]
  /** Set where it tells of more recipients than were read: why, in a sentence. */
  readonly partial?: string
}

/** One notification is about the recipients of one message; RFC 5321 asks servers to take at least 100. */
const maxRecipients = 10_000

/** A diagnostic longer than this is a whole page; its beginning tells. */
const maxValue = 16_384

const namesRecipient = new Set(['final-recipient', 'original-recipient'])
const ofRecipient = new Set([
  'final-recipient',
  'original-recipient',
  'x-actual-recipient',
  'action',
  'status',
  'diagnostic-code',
  'remote-mta'
])
const ofMessage = new Set([
  'reporting-mta',
  'received-from-mta',
  'arrival-date',
  'original-envelope-id',
  'dsn-gateway',
  'x-postfix-queue-id',
  'x-postfix-sender'
])

type Field = { readonly name: string; value: string }

/** The fields of each paragraph, in order, unfolded. */
const paragraphsOf = (text: string): Field[][] => {
  const paragraphs: Field[][] = []
  let open: Field[] | undefined
  for (const line of text.split('\n')) {
    if (line.trim() === '') {
      open = undefined
      continue
    }
    const last = open?.at(-1)
    const colon = line.indexOf(':')
    const name = colon < 1 || /^[ \t]/.test(line) ? '' : line.slice(0, colon).trim().toLowerCase()
    if (/^[!-9;-~]{1,76}$/.test(name)) {
      if (open === undefined) {
        open = []
        paragraphs.push(open)
      }
      open.push({
        name,
        value: line
          .slice(colon + 1)
          .trim()
          .slice(0, maxValue)
      })
    } else if (last !== undefined && last.value.length < maxValue) last.value = `${last.value} ${line.trim()}`.trim()
  }
  return paragraphs
}

/** The first value of a field counts, but an empty one says nothing. */
const put = (fields: Map<string, string>, { name, value }: Field): void => {
  const known = fields.get(name)
  if (known === undefined || known === '') fields.set(name, value)
}

/**
 * Reads the fields of message/delivery-status. Groups are parted by empty lines, but programs leave the lines out or put them
 * inside a group, and write the fields in any order: a paragraph without a recipient belongs to the one before it, and in a
 * paragraph with several a new one begins where a field comes again that names a recipient.
 */
export const parseDeliveryStatus = (text: string): DeliveryStatus => {
  const perMessage = new Map<string, string>()
  const recipients: Map<string, string>[] = []
  // Fields about a recipient that stand before any is named.
  let nameless: Map<string, string> | undefined
  for (const paragraph of paragraphsOf(text)) {
    const finals = paragraph.filter(({ name }) => name === 'final-recipient').length
    const names = paragraph.some(({ name }) => namesRecipient.has(name))
    const about = names || paragraph.some(({ name }) => ofRecipient.has(name))
    if (!about) {
      const target = recipients.at(-1) ?? perMessage
      for (const field of paragraph) put(ofMessage.has(field.name) ? perMessage : target, field)
      continue
    }
    let current = names ? undefined : (recipients.at(-1) ?? nameless)
    if (current === undefined) {
      current = nameless ?? new Map<string, string>()
      nameless = names ? undefined : current
      if (names) recipients.push(current)
    }
    for (const field of paragraph) {
      if (ofMessage.has(field.name)) {
        put(perMessage, field)
        continue
      }
      const again =
        namesRecipient.has(field.name) &&
        (current.has(field.name) || (field.name === 'original-recipient' && current.has('final-recipient') && current.has('action')))
      if (again && finals > 1 && recipients.length < maxRecipients) {
        current = new Map()
        recipients.push(current)
      }
      put(current, field)
    }
    if (recipients.length >= maxRecipients) break
  }
  return {
    perMessage,
    recipients: recipients.length === 0 && nameless !== undefined ? [nameless] : recipients,
    ...(recipients.length < maxRecipients ? {} : { partial: 'It tells of thousands of recipients; only the first 10,000 were read.' })
  }
}

/** `type; value` (RFC 3464 §2.1.2); where the type is missing, the value stands alone. */
export const typedValue = (field: string | undefined): { type: string; value: string } | undefined => {
  if (field === undefined) return undefined
  const match = /^\s*([a-z0-9][a-z0-9 _-]{0,40}?)\s*;\s*(.*)$/is.exec(field)
  return match === null ? { type: '', value: field.trim() } : { type: (match[1] ?? '').toLowerCase(), value: (match[2] ?? '').trim() }
}

/** RFC 3461 §4 xtext (`+40`) and RFC 6533 §3 (`\x{4e00}`), which only reports that keep the encoding carry. */
const decodeXtext = (value: string): string => {
  const unicode = value.replace(/\\x\{([0-9a-f]{2,6})\}/gi, (whole, hex: string) => {
    const code = Number.parseInt(hex, 16)
    return code < 0x110000 && !(code >= 0xd800 && code < 0xe000) ? String.fromCodePoint(code) : whole
  })
  return unicode.includes('@')
    ? unicode
    : unicode.replace(/\+([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}

/** The address of a recipient field; where it holds none, its value as it stands (a local user, an X.400 name). */
export const recipientOf = (field: string | undefined): string | undefined => {
  const typed = typedValue(field)
  if (typed === undefined) return undefined
  // "rfc822;rfc822;user@…" and "rfc822; <user@…>" are seen; a source route (RFC 5321 appendix C) is not the mailbox.
  const value = decodeXtext(typed.value.replace(/^(?:rfc822|utf-8|smtp|internet)\s*;\s*/i, '').replace(/^smtp:/i, ''))
    .replace(/^<|>$/g, '')
    .replace(/^@[^\s:]{1,255}:/, '')
  const single = /^(?:"[^"\n]{1,128}"|[^\s<>@"]{1,320})@[^\s<>@]{1,255}$/.exec(value.trim())?.[0]
  const whole = single ?? findAddresses(value)[0]?.address ?? value.trim()
  return whole === '' || whole.startsWith('@') ? undefined : whole
}
