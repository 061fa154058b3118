import { splitErrors } from '../explain/split.ts'
import { addressesOf, addressOf, localOf, sameAddress } from './addresses.ts'
import { plainSender, verpRecipient } from './envelope.ts'
import type { Mention } from './human.ts'
import type { Notice } from './notice.ts'

/** Whom a notice without machine-readable fields is about, and where in it the reason for each may stand. */

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
  const own = ownAddresses(notice)
  const isOwn = (address: string): boolean => own.some((known) => sameAddress(known, address))
  const isKnown = (address: string): boolean => known.some((other) => sameAddress(other, address))
  const known = returned?.recipients ?? []
  const named = (kind: Mention['kind'], ours: boolean): string[] =>
    unique(human.mentions.filter((mention) => mention.kind === kind && isOwn(mention.address) === ours).map(({ address }) => address))
  const lines = named('line', false)
  const failed = addressesOf(headers.all('x-failed-recipients'))
  // The header names those that the text names; where it does not, it was written for other addresses (aliases).
  if (failed.length > 0 && (lines.length === 0 || lines.some((line) => failed.some((address) => sameAddress(address, line))))) return failed
  if (lines.length > 0) return lines
  const labelled = named('label', false)
  if (labelled.length > 0) return labelled
  // Mail to oneself.
  const self = named('line', true).filter((address) => known.length === 0 || isKnown(address) || !isAnswerTo(notice, address))
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

/** "user@example.com, your mail could not …": a line that speaks to the reader. */
const isAnswerTo = ({ human }: Notice, address: string): boolean =>
  human.mentions.some(
    (mention) =>
      sameAddress(mention.address, address) && /^[\s<]*\S{3,320}@[^\s,]{3,255}[,，、 ]/.test(human.text.slice(mention.from, mention.to))
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

/** A longer stretch of a notice is not about one recipient any more. */
const maxBlock = 8_000

/**
 * The places where the reason for a recipient may stand, most telling first: what its fields tell, what is said of the address,
 * the stretch from it to the next one, subject and text as a whole, the HTML version, the status alone.
 */
export function* placesFor(
  notice: Notice,
  recipient: string | undefined,
  told: readonly (string | undefined)[],
  status: string | undefined
): Generator<string | undefined> {
  const { human, headers, otherText } = notice
  yield* told
  const local = recipient === undefined ? '' : localOf(recipient).toLowerCase()
  const own = recipient === undefined ? [] : human.mentions.filter((mention) => sameAddress(mention.address, recipient))
  // A session transcript has lines about other recipients around the address: only the reply to its command is about it.
  if (transcript.test(human.text)) yield* inTranscript(human.text, recipient)
  // With one recipient every quoted reply is about it, and says more than the words of the server that quotes it.
  const others = human.mentions.some(
    (mention) =>
      recipient !== undefined && (mention.kind === 'line' || mention.kind === 'label') && !sameAddress(mention.address, recipient)
  )
  if (!others) yield quotedReply(human.text)
  for (const mention of own) {
    const line = human.text.slice(mention.from, Math.min(mention.lineEnd, mention.from + maxBlock))
    // `554 <user@example.com>... Host unknown` is a reply by itself; the next line is about something else.
    if (/^\s*[45]\d\d[ -]/.test(line)) {
      // What the other side had said stands on the line before, in a transcript; sendmail's own words for it may say less.
      const heard = /(?:^|\n)<<< ([45]\d\d[ -][^\n]{3,1000})\n$/.exec(
        human.text.slice(Math.max(0, mention.from - 1_020), mention.from)
      )?.[1]
      yield heard
      yield line
    }
    yield human.text.slice(mention.from, Math.min(mention.to, mention.from + maxBlock))
  }
  const subject = headers.text('subject') ?? ''
  for (const mention of own) {
    const next = human.mentions.find(
      (other) =>
        other.from > mention.from &&
        (other.kind === 'line' || other.kind === 'label') &&
        recipient !== undefined &&
        !sameAddress(other.address, recipient)
    )
    yield human.text.slice(mention.from, Math.min(next?.from ?? human.text.length, mention.from + maxBlock))
  }
  if (!others || own.length === 0) {
    yield human.text.slice(0, maxBlock)
    if (human.text.length > maxBlock) yield human.text.slice(-maxBlock)
    yield otherText().slice(0, maxBlock)
  }
  if (local !== '' && subject.toLowerCase().includes(local)) yield subject
  if (!others) yield subject
  if (status !== undefined) yield `${status} `
}

/** Lines of a dialogue with a server, as MDaemon, MailEnable and others put into their notices. */
const transcript = /^[ \t]{0,8}RCPT TO:|^.{0,40}?(?:<-- |<<< |S: |--> |>>> )[ ]?(?:[245]\d\d[ -]|RCPT TO|MAIL FROM)/im

const inTranscript = (text: string, recipient: string | undefined): string[] => {
  // Time stamps in front of every line hide the marks.
  const plain = text
    .slice(0, maxTranscript)
    .replace(/^[^\n]{0,40}?\d\d:\d\d:\d\d(?:\.\d{1,6})?[\]:]?[ \t]*(?:\[[^\]\n]{1,20}\][ \t]*)?/gm, '')
  const { kind, pieces } = splitErrors(plain)
  if (kind !== 'transcript') return []
  const ours = pieces.filter((piece) => recipient !== undefined && piece.recipient !== undefined && sameAddress(piece.recipient, recipient))
  return (ours.length > 0 ? ours : pieces.filter((piece) => piece.recipient === undefined || recipient === undefined)).map(
    (piece) => piece.text
  )
}

const maxTranscript = 32_768

/** The first lines that are a reply: a code at the margin and words behind it, as the other server wrote them. */
const quotedReply = (text: string): string | undefined =>
  /^[ \t>]{0,8}(([45]\d\d)[ -][^\n]{2,1000}(?:\n[ \t>]{0,8}\2[ -][^\n]{0,1000}){0,30})/m.exec(text)?.[1]
