import { addressesOf, addressOf } from './addresses.ts'
import { plainSender, verpRecipient } from './envelope.ts'
import type { Mention } from './human.ts'
import type { Notice } from './notice.ts'

/** Addresses of whoever got the notice, and of whoever wrote it: none of them is a recipient that failed. */
export const ownAddresses = ({ headers, returned }: Notice): ReadonlySet<string> =>
  keysOf([
    ...addressesOf([
      ...headers.all('to'),
      ...headers.all('delivered-to'),
      ...headers.all('x-original-to'),
      ...headers.all('from'),
      ...headers.all('return-path')
    ]),
    ...[returned?.from, returned?.sender].filter((address) => address !== undefined)
  ])

const keysOf = (addresses: readonly string[]): ReadonlySet<string> => new Set(addresses.map((address) => address.toLowerCase()))

const failingLabel = /(?:fail(?:ed|ing)|undeliver\w*|rejected|invalid|final)[ -](?:recipient|address|rcpt)/i

/** The headers of our message, as notices repeat them. */
const headerLabel = /(?:^|[\s>])(?:to|cc|bcc)\s?:\s?[<"']{0,2}$/i

/** The recipients, each once, in the order of the text. Empty where the notice names none that can be trusted. */
export const recipientsOf = (notice: Notice): string[] => {
  const { headers, human, returned } = notice
  const own = ownAddresses(notice)
  const isOwn = (address: string): boolean => own.has(address.toLowerCase())
  const known = returned?.recipients ?? []
  const knownKeys = keysOf(known)
  const isKnown = (address: string): boolean => knownKeys.has(address.toLowerCase())
  const named = (kind: Mention['kind'], ours: boolean): string[] =>
    unique(human.mentions.filter((mention) => mention.kind === kind && own.has(mention.key) === ours).map(({ address }) => address))
  const lines = named('line', false)
  const failed = addressesOf(headers.all('x-failed-recipients'))
  // The header names those that the text names; where it does not, it was written for other addresses (aliases).
  // Exim leaves the children of hidden aliases out of it.
  if (failed.length > 0 && (lines.length === 0 || lines.some((line) => keysOf(failed).has(line.toLowerCase()))))
    return unique([...failed, ...lines])
  if (lines.length > 0) return lines
  const labelled = named('label', false)
  if (labelled.length > 1) {
    // "Failing recipient:" names the one; "To:" beside it repeats the header of our message.
    const sure = unique(
      human.mentions
        .filter(({ kind, key, lead }) => kind === 'label' && !own.has(key) && failingLabel.test(lead))
        .map(({ address }) => address)
    )
    const addressed = human.mentions.every(({ kind, lead }) => kind !== 'label' || failingLabel.test(lead) || headerLabel.test(lead))
    if (sure.length > 0 && addressed) return sure
  }
  if (labelled.length > 0) return labelled
  // Mail to oneself.
  const self = named('line', true).filter((address) => known.length === 0 || isKnown(address) || isSpokenOf(notice, address))
  if (self.length > 0) return self
  const inline = human.mentions.filter(({ kind, address }) => kind === 'inline' && !isOwn(address))
  const first = inline.find(({ address }) => isKnown(address)) ?? inline[0]
  // The words that lead to one recipient lead to the others, too; what other words lead to may be anybody.
  if (first !== undefined)
    return unique(inline.filter(({ address, lead }) => isKnown(address) || lead === first.lead).map(({ address }) => address))
  const others = known.filter((address) => !isOwn(address))
  if (others.length === 1) return others
  const verp = returned?.verp ?? verpOf(notice)
  if (verp !== undefined) return [verp]
  const ofSelf = named('label', true)
  if (ofSelf.length > 0) return ofSelf
  return known.length === 1 ? [...known] : []
}

/** `user@example.com:` at the margin, with the reason behind the colon or below: not "user@example.com, your mail could not …". */
const isSpokenOf = ({ human }: Notice, address: string): boolean =>
  human.mentions.some(
    (mention) =>
      mention.key === address.toLowerCase() && /^[\s<]*\S{3,320}@[^\s,:>]{3,255}>?:/.test(human.text.slice(mention.from, mention.to))
  )

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
