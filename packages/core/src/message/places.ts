import { splitErrors } from '../explain/split.ts'
import { domainOf, localOf } from './addresses.ts'
import type { Mention } from './human.ts'
import { lazily } from './lazily.ts'
import type { Notice } from './notice.ts'
import type { Place } from './reason.ts'
import { ownAddresses } from './recipients.ts'

/** A longer stretch of a notice is not about one recipient any more. */
const maxBlock = 8_000

/** What is said of an address is said in the first places that name it. */
const maxMentions = 8

/** A dialogue longer than this is about many messages. */
const maxTranscript = 32_768

/** Gives the places where the reason for a recipient may stand, most telling first. */
export type Places = (recipient: string | undefined, told: readonly (string | undefined)[], status?: string) => Iterable<Place>

/**
 * Where in a notice the reason for a recipient may stand: what its fields tell, the dialogue, a quoted reply, what is said of the
 * address, the stretch from it to the next one, text and subject as a whole, the HTML version, the status alone.
 * What is the same for all recipients is worked out once, and only when it is asked for: a notice may have thousands.
 */
export const placesIn = (notice: Notice): Places => {
  const ready: { known?: Known } = {}
  return function* (recipient, told, status) {
    yield* told
    ready.known ??= know(notice)
    const { text, lower, byKey, named, replies, nobodys, quoted, allBare } = ready.known
    const key = recipient?.toLowerCase()
    const own = ((key === undefined ? undefined : byKey.get(key)) ?? []).slice(0, maxMentions)
    // With one recipient every quoted reply is about it, and says more than the words of the server that quotes it.
    const others = key !== undefined && named.some((mention) => mention.key !== key)
    const answers = repliesTo(replies(), key)
    // sendmail goes on with words of its own: "550 <user@example.com>... User unknown", whatever the server said.
    const isEchoed = answers.length > 0 && own.some(({ from }) => isEcho(text, from))
    for (const answer of answers) yield isEchoed ? { decisive: answer } : answer
    if (!others) yield* nobodys()
    if (!others) yield answerIn(text)
    if (!others) yield quoted()
    for (const mention of own) yield* blocksOf(text, mention)
    if (others && key !== undefined && !own.some((mention) => hasCode(text, mention))) yield* linesAbout(text, lower(), key, named)
    // Replies to nobody's command may be about all; where several are named, what is said of this one comes first.
    if (others) yield* nobodys()
    for (const mention of own) {
      const next = named.find((other) => other.from > mention.from && other.key !== key)
      yield text.slice(mention.from, Math.min(next?.from ?? text.length, mention.from + maxBlock))
    }
    // Words about several others are not about one whom they do not name.
    const alone = own.length === 0 && named.every((mention) => mention.key === named[0]?.key)
    // A list of addresses with nothing beside them shares the words around it.
    const shares = own.length > 0 && allBare()
    if (!others || alone || shares) {
      yield text.slice(0, maxBlock)
      if (text.length > maxBlock) yield text.slice(-maxBlock)
      yield notice.otherText().slice(0, maxBlock)
    }
    const subject = notice.headers.text('subject') ?? ''
    const local = recipient === undefined ? '' : localOf(recipient).toLowerCase()
    if (!others || (local !== '' && subject.toLowerCase().includes(local))) yield subject
    if (status !== undefined) yield `${status} `
  }
}

type Reply = { readonly text: string; readonly key: string | undefined }

type Known = {
  readonly text: string
  readonly byKey: ReadonlyMap<string, readonly Mention[]>
  /** Mentions that name a recipient for sure, in the order of the text. */
  readonly named: readonly Mention[]
  readonly replies: () => readonly Reply[]
  readonly nobodys: () => readonly string[]
  /** The text in small letters. */
  readonly lower: () => string
  readonly quoted: () => string | undefined
  /** Whether every named address stands alone, so that what is said is said of all. */
  readonly allBare: () => boolean
}

const know = (notice: Notice): Known => {
  const { text, mentions } = notice.human
  const ours = ownAddresses(notice)
  const named = mentions.filter(({ kind, key }) => (kind === 'line' || kind === 'label') && !ours.has(key))
  const byKey = new Map<string, Mention[]>()
  for (const mention of mentions) {
    const list = byKey.get(mention.key)
    if (list === undefined) byKey.set(mention.key, [mention])
    else list.push(mention)
  }
  const replies = lazily(() => repliesIn(text))
  return {
    text,
    lower: lazily(() => text.slice(0, maxTranscript).toLowerCase()),
    byKey,
    named,
    allBare: lazily(() =>
      named.every(({ from, to, address }, index) => {
        // Up to the next one: a reason may stand below an empty line.
        const end = Math.min(named[index + 1]?.from ?? to, from + maxBlock)
        return !/\p{L}/u.test(text.slice(from, end).replaceAll(address, ''))
      })
    ),
    replies,
    nobodys: lazily(() => toNobody(replies())),
    quoted: lazily(() => quotedReply(text))
  }
}

const isEcho = (text: string, from: number): boolean =>
  /^[45]\d\d[ -](?:[245]\.\d{1,3}\.\d{1,3} )?<[^>]{3,320}>\.\.\. /.test(text.slice(from, from + 360)) &&
  /(?:^|\n)<<< [45]\d\d[^\n]{0,1000}\n$/.test(text.slice(Math.max(0, from - 1_020), from))

/** What is said of an address where it stands: `554 <user@example.com>... Host unknown` is a reply by itself, the next line is about something else. */
function* blocksOf(text: string, { from, to, lineEnd }: Mention): Generator<Place> {
  const line = text.slice(from, Math.min(lineEnd, from + maxBlock))
  if (/^\s*(?:[45]\d\d[ -]|<[^>]{3,320}>\.\.\. )/.test(line)) {
    // What the other side had said stands on the line before, in a transcript; sendmail's own words for it may say less.
    yield /(?:^|\n)<<< ([45]\d\d[ -][^\n]{3,1000})\n$/.exec(text.slice(Math.max(0, from - 1_020), from))?.[1]
    yield line
  }
  yield text.slice(from, Math.min(to, from + maxBlock))
}

/** So many lines about a domain say all there is to say. */
const maxLines = 4

/** Whether a reply stands in what is said of an address: then nothing has to be looked for elsewhere. */
const hasCode = (text: string, { from, to }: Mention): boolean => /\b[45]\d\d[ -]/.test(text.slice(from, Math.min(to, from + maxBlock)))

/** Lines that name the recipient's domain and no address: "MX list for example.com points back to …". Not those about another. */
function* linesAbout(text: string, lower: string, key: string, named: readonly Mention[]): Generator<string> {
  const domain = domainOf(key)
  if (domain === '') return
  let found = 0
  for (let at = lower.indexOf(domain); at >= 0 && found < maxLines; at = lower.indexOf(domain, at + domain.length)) {
    if (/[\w.@/-]/.test(lower.charAt(at - 1)) || /[\w/-]/.test(lower.charAt(at + domain.length))) continue
    const from = lower.lastIndexOf('\n', at) + 1
    const end = lower.indexOf('\n', at)
    const line = text.slice(from, end < 0 ? maxTranscript : end)
    if (line.includes('@') || line.length > 1_000) continue
    if (named.some((mention) => mention.key !== key && mention.from <= at && at < mention.to)) continue
    found++
    yield line
  }
}

/** Lines of a dialogue with a server, as MDaemon, MailEnable and others put into their notices. */
const transcript = /^[ \t]{0,8}RCPT TO:|^.{0,40}?(?:<-- |<<< |S: |--> |>>> )[ ]?(?:[245]\d\d[ -]|RCPT TO|MAIL FROM)/im

/** The refusals in a dialogue, each with the recipient whose command it answers. */
const repliesIn = (text: string): Reply[] => {
  if (!transcript.test(text)) return []
  // Time stamps in front of every line hide the marks.
  const plain = text
    .slice(0, maxTranscript)
    .replace(/^[^\n]{0,40}?\d\d:\d\d:\d\d(?:\.\d{1,6})?[\]:]?[ \t]*(?:\[[^\]\n]{1,20}\][ \t]*)?/gm, '')
  const { kind, pieces } = splitErrors(plain)
  return kind === 'transcript' ? pieces.map(({ text: said, recipient }) => ({ text: said, key: recipient?.toLowerCase() })) : []
}

/** A dialogue has lines about other recipients around the address: only the reply to its own command is about it. */
const repliesTo = (replies: readonly Reply[], key: string | undefined): string[] =>
  key === undefined ? [] : replies.flatMap((reply) => (reply.key === key ? [reply.text] : []))

/** Refusals that answer no recipient's command are about all; more than these are about other messages. */
const maxToNobody = 16

const toNobody = (replies: readonly Reply[]): string[] =>
  replies.flatMap((reply) => (reply.key === undefined ? [reply.text] : [])).slice(0, maxToNobody)

/** Gmail and others introduce the other server's answer, with or without a code, behind what they make of it themselves. */
const answerIn = (text: string): string | undefined =>
  /\bresponse (?:from the (?:remote|other) server )?was:\s{0,8}\n?\s{0,8}(\S[^\n]{2,1000}(?:\n[^\n]{1,1000}){0,8})/i.exec(
    text.slice(0, maxTranscript)
  )?.[1]

/** The first lines that are a reply: a code at the margin and words behind it, as the other server wrote them. */
const quotedReply = (text: string): string | undefined =>
  /^[ \t>]{0,8}(([45]\d\d)[ -][^\n]{2,1000}(?:\n[ \t>]{0,8}\2[ -][^\n]{0,1000}){0,30})/m.exec(text)?.[1]
