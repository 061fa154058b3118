import { addressesOf, addressOf, localOf, sameAddress } from './addresses.ts'
import { plainSender, verpRecipient } from './envelope.ts'
import type { Mention } from './human.ts'
import type { Notice } from './notice.ts'

/** Whom a notice without machine-readable fields is about, and where in it the reason for each may stand. */

const byTrust: readonly Mention['kind'][] = ['line', 'label', 'inline']

const ownAddresses = ({ headers, returned }: Notice): string[] => [
  ...addressesOf([
    ...headers.all('to'),
    ...headers.all('delivered-to'),
    ...headers.all('x-original-to'),
    ...headers.all('from'),
    ...headers.all('return-path')
  ]),
  ...[returned?.from, returned?.sender].filter((address) => address !== undefined)
]

/** The recipients, each once, in the order of the text. Empty where the notice names none that can be trusted. */
export const recipientsOf = (notice: Notice): string[] => {
  const { headers, human, returned } = notice
  const failed = addressesOf(headers.all('x-failed-recipients'))
  if (failed.length > 0) return failed
  const own = ownAddresses(notice)
  const isOwn = (address: string): boolean => own.some((known) => sameAddress(known, address))
  const known = returned?.recipients ?? []
  for (const kind of byTrust) {
    const mentions = human.mentions.filter((mention) => mention.kind === kind && !isOwn(mention.address))
    const list = unique(mentions.map(({ address }) => address))
    if (list.length === 0) continue
    if (kind !== 'inline') return list
    const confirmed = list.filter((address) => known.some((other) => sameAddress(other, address)))
    if (confirmed.length > 0) return confirmed
    const first = list[0]
    return first === undefined ? [] : [first]
  }
  const others = known.filter((address) => !isOwn(address))
  if (others.length === 1) return others
  const verp = returned?.verp ?? verpOf(notice)
  if (verp !== undefined) return [verp]
  // Mail to oneself: the only address that the notice names.
  const self = unique(human.mentions.filter(({ kind }) => kind === 'line' || kind === 'label').map(({ address }) => address))
  if (self.length > 0) return self
  return known.length === 1 ? [...known] : []
}

const verpOf = ({ headers }: Notice): string | undefined => {
  for (const name of ['to', 'delivered-to', 'x-original-to', 'envelope-to']) {
    const address = addressOf(headers.get(name))
    const recipient = address === undefined ? undefined : verpRecipient(plainSender(address))
    if (recipient !== undefined) return recipient
  }
  return undefined
}

const unique = (addresses: readonly string[]): string[] => {
  const seen = new Set<string>()
  return addresses.filter((address) => {
    const key = address.toLowerCase()
    return !seen.has(key) && seen.add(key)
  })
}

/** A longer stretch of a notice is not about one recipient any more. */
const maxBlock = 8_000

/**
 * The places where the reason for a recipient may stand, most telling first: the diagnostic code, what is said of the address,
 * the stretch from it to the next one, subject and text as a whole, the HTML version, the status alone.
 */
export function* placesFor(
  notice: Notice,
  recipient: string | undefined,
  diagnostic: string | undefined,
  status: string | undefined
): Generator<string | undefined> {
  const { human, headers, otherText } = notice
  yield diagnostic
  const local = recipient === undefined ? '' : localOf(recipient).toLowerCase()
  const own = recipient === undefined ? [] : human.mentions.filter((mention) => sameAddress(mention.address, recipient))
  for (const mention of own) yield human.text.slice(mention.from, Math.min(mention.to, mention.from + maxBlock))
  const subject = headers.text('subject') ?? ''
  const others = human.mentions.some(
    (mention) => recipient !== undefined && mention.kind === 'line' && !sameAddress(mention.address, recipient)
  )
  for (const mention of own) {
    const next = human.mentions.find(
      (other) => other.from > mention.from && other.kind === 'line' && recipient !== undefined && !sameAddress(other.address, recipient)
    )
    yield human.text.slice(mention.from, Math.min(next?.from ?? human.text.length, mention.from + maxBlock))
  }
  if (!others || own.length === 0) {
    yield human.text.slice(0, maxBlock)
    if (human.text.length > maxBlock) yield human.text.slice(-maxBlock)
    yield otherText.slice(0, maxBlock)
  }
  if (local !== '' && subject.toLowerCase().includes(local)) yield subject
  if (!others) yield subject
  if (status !== undefined) yield `${status} `
}
