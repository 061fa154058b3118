import type { EventKind } from '../event/delivery-event.ts'
import { addressOf, findAddresses, localOf } from './addresses.ts'
import { plainSender, verpRecipient } from './envelope.ts'
import type { Headers } from './headers.ts'
import type { Returned } from './returned.ts'

/** A feedback report (RFC 5965): the fields of its machine-readable part, and whom it is about. */
export type Feedback = {
  readonly type: string
  readonly kind: EventKind
  readonly recipients: readonly string[]
  readonly sender?: string
  readonly reportingMta?: string
  readonly sourceIp?: string
  readonly arrival?: string
}

const kinds: Readonly<Record<string, EventKind>> = {
  abuse: 'complaint',
  fraud: 'complaint',
  virus: 'complaint',
  other: 'complaint',
  'opt-out': 'unsubscribe',
  'opt-out-list': 'unsubscribe',
  unsubscribe: 'unsubscribe',
  'auth-failure': 'auth-report',
  'not-spam': 'not-spam'
}

/** The type without comment or parameters (RFC 5965 §3.1 allows both), in small letters. */
export const feedbackTypeOf = (value: string | undefined): string => /^[\s(]*([\w-]+)/.exec(value ?? '')?.[1]?.toLowerCase() ?? ''

/** A type that is not registered counts as `other` (RFC 5965 §3.5); the type is a stranger's word. */
export const kindOfFeedback = (type: string): EventKind => (Object.hasOwn(kinds, type) ? (kinds[type] ?? 'complaint') : 'complaint')

export const isKnownFeedback = (type: string): boolean => type === '' || Object.hasOwn(kinds, type)

/** Providers put a word in the place of what they do not want to tell. */
const redactedPart = /^(?:\[?redacted\]?|redacted.*|.*redacted|undisclosed.*|removed|hidden|anonymous|x{2,}|\*{2,}|[0-9a-f]{32,64})$/i

const isRedacted = (address: string): boolean => redactedPart.test(localOf(address)) || /redacted|invalid$/i.test(address)

/** Header names under which senders and providers keep the recipient inside the original. */
const recipientHeaders = [
  'x-hmxmroriginalrecipient',
  'x-original-to',
  'x-rcpt-to',
  'x-envelope-to',
  'envelope-to',
  'x-recipient',
  'x-original-recipient',
  'x-delivered-to',
  'delivered-to'
]

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** `https://list.example/u?email=user%40example.com&id=7`: the first value that holds an address. */
const inQuery = (target: string): string | undefined => {
  const from = target.indexOf('?')
  if (from < 0) return undefined
  for (const pair of target.slice(from + 1).split(/[&;]/)) {
    const address = findAddresses(decoded(pair.slice(pair.indexOf('=') + 1)))[0]?.address
    if (address !== undefined) return address
  }
  return undefined
}

/** The recipient that the original carries in places that a redacted report leaves: our own token headers first. */
const fromOriginal = (returned: Returned | undefined, kind: EventKind, mailFrom: string | undefined): string | undefined => {
  if (returned === undefined) return undefined
  // A report about authentication comes from whoever received a copy; the message was for the address in To.
  if (kind === 'auth-report') return returned.recipients.find((address) => !isRedacted(address))
  for (const name of recipientHeaders) {
    const address = addressOf(returned.headers.get(name))
    if (address !== undefined && !isRedacted(address)) return address
  }
  const verpSender = mailFrom === undefined ? undefined : verpRecipient(plainSender(mailFrom))
  if (verpSender !== undefined) return verpSender
  const unsubscribe = returned.headers.get('list-unsubscribe') ?? ''
  for (const target of unsubscribe.split(/[<>,\s]+/)) {
    const encoded = /^mailto:([^?]+)/i.exec(target)?.[1]
    const verp = encoded === undefined ? undefined : verpRecipient(decoded(encoded))
    const address = verp ?? inQuery(target)
    if (address !== undefined && !isRedacted(address)) return address
  }
  return returned.verp ?? returned.recipients.find((address) => !isRedacted(address))
}

/** Reads the report out of the fields of its message/feedback-report part and the original that came with it. */
export const readFeedback = (fields: Headers, returned: Returned | undefined): Feedback => {
  const type = feedbackTypeOf(fields.get('feedback-type'))
  const mailFrom = addressOf(fields.get('original-mail-from'))
  const named = [
    ...fields.all('original-rcpt-to'),
    ...fields.all('x-original-rcpt-to'),
    ...fields.all('removal-recipient'),
    ...fields.all('original-recipient'),
    ...fields.all('final-recipient')
  ]
    .map((value) => addressOf(value))
    .filter((address) => address !== undefined)
  const told = named.filter((address) => !isRedacted(address))
  const recovered =
    told.length > 0
      ? undefined
      : (fromOriginal(returned, kindOfFeedback(type), mailFrom) ??
        (mailFrom === undefined ? undefined : verpRecipient(plainSender(mailFrom))))
  const recipients =
    told.length > 0 ? told : recovered !== undefined ? [recovered] : [...named, ...(returned?.recipients ?? [])].slice(0, 1)
  const mta = fields.get('reporting-mta')?.replace(/^[^;]{0,40};\s*/, '')
  const sourceIp = fields.get('source-ip')?.trim()
  const arrival = fields.get('arrival-date') ?? fields.get('received-date')
  return {
    type,
    kind: kindOfFeedback(type),
    recipients: [...new Set(recipients)],
    ...(mailFrom === undefined ? {} : { sender: plainSender(mailFrom) }),
    ...(mta === undefined || mta === '' ? {} : { reportingMta: mta }),
    ...(sourceIp === undefined || sourceIp === '' ? {} : { sourceIp }),
    ...(arrival === undefined ? {} : { arrival })
  }
}
