import { findAddresses } from './addresses.ts'

/** The fields of a delivery status notification (RFC 3464 §2), names in lower case, values unfolded. */
type Fields = ReadonlyMap<string, string>

export type DeliveryStatus = {
  readonly perMessage: Fields
  readonly recipients: readonly Fields[]
}

/** One notification is about the recipients of one message; RFC 5321 asks servers to take at least 100. */
const maxRecipients = 10_000

/** A diagnostic longer than this is a whole page; its beginning tells. */
const maxValue = 16_384

const opensRecipient = new Set(['final-recipient', 'original-recipient', 'x-actual-recipient'])

/**
 * Reads the fields of message/delivery-status. Groups are parted by empty lines, but programs leave the lines out or put
 * them inside a group: a new recipient begins where a field comes again that opened or already stands in the present one.
 */
export const parseDeliveryStatus = (text: string): DeliveryStatus => {
  const perMessage = new Map<string, string>()
  const recipients: Map<string, string>[] = []
  let current: Map<string, string> = perMessage
  let last = ''
  for (const line of text.split('\n')) {
    if (line.trim() === '') {
      last = ''
      continue
    }
    if (/^[ \t]/.test(line) && last !== '') {
      const value = current.get(last) ?? ''
      if (value.length < maxValue) current.set(last, `${value} ${line.trim()}`)
      continue
    }
    const colon = line.indexOf(':')
    const name = colon < 1 ? '' : line.slice(0, colon).trim().toLowerCase()
    if (!/^[!-9;-~]{1,76}$/.test(name)) {
      // A continuation that lost its indent.
      if (last !== '' && (current.get(last)?.length ?? 0) < maxValue) current.set(last, `${current.get(last) ?? ''} ${line.trim()}`)
      continue
    }
    const value = line
      .slice(colon + 1)
      .trim()
      .slice(0, maxValue)
    if (
      opensRecipient.has(name) &&
      (current === perMessage ||
        current.has(name) ||
        (name !== 'x-actual-recipient' && current.has('action') && current.has('final-recipient')))
    ) {
      if (recipients.length >= maxRecipients) break
      current = new Map()
      recipients.push(current)
    } else if (current === perMessage && (name === 'action' || name === 'diagnostic-code') && recipients.length === 0) {
      // No recipient is named at all: what is said holds for whoever it was.
      current = new Map()
      recipients.push(current)
    }
    // The first value counts, but an empty one says nothing.
    if (!current.has(name) || current.get(name) === '') current.set(name, value)
    last = name
  }
  return { perMessage, recipients }
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
  // "rfc822;rfc822;user@…" and "rfc822; <user@…>" are seen; so are the name and a comment around it.
  const value = decodeXtext(typed.value.replace(/^(?:rfc822|utf-8|smtp|internet)\s*;\s*/i, '').replace(/^smtp:/i, ''))
  const quoted = /^<?("[^"\n]{1,128}"@[^\s<>]{1,255})>?$/.exec(value)?.[1]
  const found = quoted ?? findAddresses(value)[0]?.address
  const whole = found ?? value.replace(/^<|>$/g, '').trim()
  return whole === '' ? undefined : whole
}
