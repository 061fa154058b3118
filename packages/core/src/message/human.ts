import { type Found as FoundAddress, findAddresses, localOf } from './addresses.ts'
import { decodeWords } from './decode.ts'
import type { MarkFinder } from './marks.ts'
import { headerRunAt, type Returned, returnedOfText } from './returned.ts'

/**
 * The part of a notice that people read: where the returned message begins in it, and whom it names as recipients.
 *
 * No format is known here. A recipient is an address at the beginning of a line, behind a label ("To:", "Recipient:"), or in a
 * sentence, in this order of trust; what is said about the sender, or offers help, is not one.
 */
export type Human = {
  /** Up to the returned message. */
  readonly text: string
  readonly returned?: Returned
  readonly mentions: readonly Mention[]
  /** Set where it names more addresses than were looked at: why, in a sentence. */
  readonly partial?: string
  /** Of the returned message, where the notice names it in its own words (`Subject: …`). */
  readonly subject: () => string | undefined
  readonly messageId: () => string | undefined
}

export type Mention = {
  readonly address: string
  /** The address in small letters: what mentions are compared by. */
  readonly key: string
  /** `line`: the line begins with it; `label`: a label stands before it; `inline`: it stands in a sentence. */
  readonly kind: 'line' | 'label' | 'inline' | 'contact' | 'sender'
  /** Where its line begins, and where what is said about it ends: before an empty line or the next address. */
  readonly from: number
  readonly to: number
  readonly lineEnd: number
  /** The letters before it on its line: notices name each of several recipients with the same words. */
  readonly lead: string
}

/** Of a notice this much is read: reasons stand at its beginning, and a returned message may be without any mark. */
const maxHumanLength = 128 * 1024

/** A notice names some recipients; a page of addresses is a mailing list, not a notice. */
const maxMentions = 2_000

/** Behind a heading the returned headers follow within this many lines. */
const maxLinesBehindHeading = 6

const headerLine = /^[ \t>|]{0,8}[A-Za-z][A-Za-z0-9-]{1,40}[ \t]{0,2}:/

const atHeaders = (text: string): { cut: number; head: number } => {
  const run = headerRunAt(text)
  return { cut: run, head: run }
}

const returnedAt = (text: string, marks: MarkFinder): { cut: number; head: number } => {
  const run = headerRunAt(text)
  for (const { means, from, to } of marks.heading(text)) {
    if (means !== 'returned') continue
    if (run >= 0 && from > run) break
    const cut = text.lastIndexOf('\n', from - 1) + 1
    const end = text.indexOf('\n', to)
    if (end < 0) return { cut, head: text.length }
    let at = end + 1
    for (let line = 0; line < maxLinesBehindHeading && at < text.length; line++) {
      const next = text.indexOf('\n', at)
      const content = text.slice(at, next < 0 ? text.length : next)
      if (headerLine.test(content) || /^[ \t>]*>?From \S/.test(content)) return { cut, head: at }
      at = next < 0 ? text.length : next + 1
    }
    if (text.slice(end).trim() === '' || /^[\s\-=*_#>|.]*$/.test(text.slice(end, end + 2_000))) return { cut, head: text.length }
  }
  return { cut: run, head: run }
}

/** Decoration before an address that begins its line. */
const decoration = /^[\s>*\-•·|:#<("'[\u3000【「『=+~.‣◦–—]*(?:\d{1,3}[.)]\s*)?(?:[245]\d\d[ -](?:[245]\.\d{1,3}\.\d{1,3} )?)?[<("'[]*$/

const recipientLabel =
  /(?:^|[^\p{L}])(?:to|rcpt to|rcpt|recipient|recipients|recipient address|final-recipient|original-recipient|address|e-?mail(?: address)?|user|mailbox|account|an|empfänger|empfaenger|empfängeradresse|à|destinataire|destinataires|para|destinatario|destinatários?|destinatari|a|aan|ontvanger|geadresseerde|do|odbiorca|adresat|кому|получатель|адрес|alıcı|kime|宛先|受信者|收件人|收件地址|收件者|받는 사람|mottagare|modtager|příjemce|címzett)\s*[:：=]\s*(?:rfc822|utf-8|smtp)?\s*[;:]?\s*[<("'[]*$/iu

const senderLabel =
  /(?:^|[^\p{L}])(?:from|mail from|sender|sender address|envelope from|envelope-from|envelope sender|from address|reply-to|return-path|return path|von|absender|de|expéditeur|remitente|remetente|mittente|da|van|afzender|od|nadawca|от|отправитель|gönderen|kimden|差出人|送信者|发件人|寄件者|寄件人|보낸 사람)\s*[:：=]?\s*[<("'[]*$/iu

const senderWords =
  /\b(?:sent by|message from|mail from|email from|e-mail from|received from|sender|your address|on behalf of)\s*[:=]?\s*[<("'[]*$/i

const contactWords =
  /\b(?:contact|please (?:e-?mail|write|forward|send|mail|notify|report)|postmaster at|mailto|write to|forward (?:this|it)|help(?: desk)?|support|questions?|assistance|complain(?:ts?)?|report (?:this|it|abuse)|kontakt\w*|contacte\w*|contattare|assistenza|for more information|administrator)\b[^@]{0,80}$/i

const contactLocal =
  /^(?:postmaster|abuse|support|helpdesk|help|hostmaster|webmaster|mailer-daemon|mail-daemon|admin|security|noc|mdaemon|contact|info-?mail|no-?reply)$/i

/** `<20260101.1234@host>` behind "Message-ID" or "id" is no mailbox. */
const idWords = /(?:message-?id|\bid|\btoken|reference|in-reply-to|msgid|tracking)\W{0,6}$/i

/** Labels that also stand before an address to write to. */
const openLabel = /(?:e-?mail|address|user|account|mailbox)[^:=\n]{0,20}[:=][^:=\n]{0,12}$/i

/** `isEntry`: a reason follows it on its line or below, as in `<support@example.com>: 550 …`. */
const kindOf = (before: string, behind: string, address: string, isEntry: boolean): Mention['kind'] | undefined => {
  // Most addresses stand at the margin: where no word stands before them, no word has to be looked for.
  const bare = !/\p{L}/u.test(before)
  if (!bare) {
    if (idWords.test(before)) return undefined
    if (senderLabel.test(before) || senderWords.test(before)) return 'sender'
  }
  if (/^[>"'\s]{0,4}(?:wrote|schrieb|escribió|a écrit|ha scritto|написал)\b/i.test(behind)) return 'sender'
  // Mail to support@ bounces, too; where nothing says so, it is the address to ask.
  if (contactLocal.test(localOf(address)) && !(decoration.test(before) ? isEntry : recipientLabel.test(before) && !openLabel.test(before)))
    return 'contact'
  if (decoration.test(before)) return 'line'
  if (recipientLabel.test(before)) return 'label'
  return contactWords.test(before) ? 'contact' : 'inline'
}

/** So many letters tell a sentence from another. */
const maxLead = 24

const leadOf = (before: string): string => before.slice(-maxLead)

/** `550 5.1.1 <`: the line is a reply. */
const isCoded = (before: string): boolean => /^\s*[245]\d\d[ -]/.test(before)

/** Of the addresses behind one this many are asked whether they begin a line: what is said of it is a sentence or two. */
const maxAhead = 32

/** What stands before an address on its line is looked at this far back. */
const maxBefore = 200

/** Offsets at which lines begin and at which empty lines stand, in one pass: a notice may be one line of addresses. */
const layoutOf = (text: string): { starts: number[]; gaps: number[] } => {
  const starts: number[] = []
  const gaps: number[] = []
  for (let at = 0; at <= text.length; ) {
    const next = text.indexOf('\n', at)
    const end = next < 0 ? text.length : next
    if (end - at < 80 && text.slice(at, end).trim() === '') gaps.push(at)
    starts.push(at)
    at = end + 1
  }
  return { starts, gaps }
}

/** An address, and how it stands on its line. */
type Place = {
  readonly hit: FoundAddress
  readonly start: number
  readonly end: number
  readonly before: string
  readonly kind: Mention['kind'] | undefined
  /** It begins its line, and no sentence from the line before goes on with it. */
  readonly begins: boolean
}

/** `<user@example.com>:`, `user@example.com: host … said: …`: the entry goes on until an empty line or the next one. */
const isEntry = (text: string, to: number): boolean => /^[>)\]"']{0,2}[ \t]?(?:\([^()\n]{0,200}\))?:/.test(text.slice(to, to + 208))

/** The sentence that the line before leaves open: "please forward this message to". */
const openSentence =
  /\b(?:contact|(?:e-?mail|write|forward|send|notify|report|complain)\b[^@.:;!?]{0,60}\bto|kontakt\w*|contacte\w*|contattare)\b[^@.:;!?]{0,30}$/i

/** The address stands alone on its line, and the next line goes on further in, or is a reply. */
const hasReasonBelow = (text: string, to: number, end: number, indent: number): boolean => {
  if (/[^\s>)\]"']/.test(text.slice(to, end))) return false
  const next = text.slice(end + 1, end + 201)
  return /^\s*[(]?[45]\d\d[ -]/.test(next) || (/^[ \t]+\S/.test(next) && indentOf(next) > indent)
}

const indentOf = (before: string): number => /^[ \t]*/.exec(before)?.[0].length ?? 0

const placesOf = (text: string, starts: readonly number[], gaps: readonly number[]): Place[] => {
  let line = 0
  let gap = 0
  // The entry that the lines belong to, as far as no empty line ends it.
  let open: { readonly indent: number; readonly entry: boolean; readonly gap: number } | undefined
  return findAddresses(text).map((hit) => {
    while ((starts[line + 1] ?? text.length + 1) <= hit.from) line++
    const start = starts[line] ?? 0
    const end = (starts[line + 1] ?? text.length + 1) - 1
    while (gap < gaps.length && (gaps[gap] ?? 0) < start) gap++
    const before = text.slice(Math.max(start, hit.from - maxBefore), hit.from)
    const bare = decoration.test(before)
    const indent = indentOf(before)
    const entry = bare && isEntry(text, hit.to)
    const inEntry = open !== undefined && open.gap === gap && (indent > open.indent || (open.entry && !entry))
    const goesOn = bare && line > 0 && (inEntry || (!entry && endsOpen(text, starts[line - 1] ?? 0, start)))
    const reasoned = entry || (bare && hasReasonBelow(text, hit.to, end, indent))
    const kind = kindOf(before, text.slice(hit.to, Math.min(end, hit.to + 40)), hit.address, reasoned && !goesOn)
    if (kind === 'line' && !goesOn) open = { indent, entry, gap }
    return { hit, start, end, before, kind: kind === 'line' && goesOn ? 'inline' : kind, begins: bare && !goesOn }
  })
}

/** Between the members of a list: "a@example.com, b@example.com; c@example.com and d@example.com". */
const listGap = /^[>\])"']{0,3}\s{0,40}[,;&]?\s{0,40}(?:(?:and|und|et|y|e|en|i|и)\s)?\s{0,40}["'<[(]{0,3}$/i

/** Whether an address goes on with a list that a label or the beginning of a line opened. */
const isNextOf = (text: string, last: Place | undefined, mention: Mention | undefined, { hit, start, kind }: Place): boolean => {
  if (last === undefined || mention === undefined || mention.address !== last.hit.address) return false
  if (kind !== 'inline' && !(kind === 'line' && mention.kind === 'label')) return false
  if (mention.kind !== 'label' && !(mention.kind === 'line' && start === last.start)) return false
  return listGap.test(text.slice(last.hit.to, Math.min(hit.from, last.hit.to + 100))) && hit.from - last.hit.to < 100
}

const endsOpen = (text: string, from: number, to: number): boolean => openSentence.test(text.slice(Math.max(from, to - 120), to - 1))

const mentionsIn = (text: string): Mention[] => {
  const { starts, gaps } = layoutOf(text)
  const places = placesOf(text, starts, gaps)
  const mentions: Mention[] = []
  let gap = 0
  let taken = -1
  for (let index = 0; index < places.length && mentions.length < maxMentions; index++) {
    const place = places[index]
    if (place === undefined) break
    const { hit, start, end, before } = place
    if (place.kind === undefined) continue
    const kind = isNextOf(text, places[index - 1], mentions.at(-1), place) ? (mentions.at(-1)?.kind ?? place.kind) : place.kind
    // A second address on a line that another begins is told something about, as in `<a@x>: host b@y said`.
    if (kind === 'inline' && taken === start) continue
    if (kind === 'line') taken = start
    while (gap < gaps.length && (gaps[gap] ?? 0) <= end) gap++
    // What is said about it ends before an empty line, or before the line of the next address that begins one.
    let to = Math.max(end, (gaps[gap] ?? text.length + 1) - 1)
    for (let after = index + 1; after < index + maxAhead; after++) {
      const next = places[after]
      if (next === undefined || next.hit.from >= to) break
      // "Could not deliver to <b> because …" below "Could not deliver to <a> because …" is about another.
      const alike = kind === 'inline' && next.kind === 'inline' && next.start !== start && leadOf(next.before) === leadOf(before)
      // A reply that quotes an address goes on with what is said of this one, unless this one stands in a reply, too.
      if (!alike && (next.start === start || !next.begins || (isCoded(next.before) && !isCoded(before)))) continue
      to = Math.max(end, next.start - 1)
      break
    }
    mentions.push({
      address: hit.address,
      key: hit.address.toLowerCase(),
      kind,
      from: start,
      to: Math.min(to, text.length),
      lineEnd: end,
      lead: leadOf(before)
    })
  }
  return mentions
}

/** The label of the subject in notices, in the languages that they come in; the value may be quoted. */
const subjectLabel =
  /^[ \t>*|-]{0,12}(?:(?:message |mail |original )?subject|betreff|objet|asunto|assunto|oggetto|onderwerp|temat(?: wiadomości)?|тема|件名|主\s?题|主\s?題|主旨|原邮件主题|제목|konu|předmět|ämne|emne|aihe|tárgy)(?: of (?:the )?message)?[ \t]{0,4}[:：][ \t]*(\S[^\n]{0,998})/imu

const messageIdLabel = /^[ \t>*|-]{0,12}(?:original )?(?:message-?id|meldungs-id|id de message)[ \t]{0,4}[:：][ \t]*<([^<>\s]{3,998})>/imu

const labelledSubject = (text: string): string | undefined => {
  const value = subjectLabel
    .exec(text)?.[1]
    ?.trim()
    .replace(/^(["'“「『«])(.*)(["'”」』»])$/u, '$2')
  return value === undefined ? undefined : decodeWords(value)
}

/** `hasPart`: the returned message came as a part of its own, so that no heading has to be looked for, only headers. */
export const readHuman = (whole: string, marks: MarkFinder, hasPart: boolean): Human => {
  const text = whole.length > maxHumanLength ? whole.slice(0, maxHumanLength) : whole
  const { cut, head } = hasPart ? atHeaders(text) : returnedAt(text, marks)
  const shown = cut < 0 ? text : text.slice(0, cut)
  const mentions = mentionsIn(shown)
  return {
    text: shown,
    mentions,
    ...(mentions.length < maxMentions ? {} : { partial: 'It names thousands of addresses; only the first 2,000 were read.' }),
    subject: () => labelledSubject(shown),
    messageId: () => messageIdLabel.exec(shown)?.[1],
    ...(head >= 0 && head < text.length ? { returned: returnedOfText(text, head) } : {})
  }
}
