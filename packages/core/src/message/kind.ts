import type { EventKind } from '../event/delivery-event.ts'
import type { MarkMeaning } from '../knowledge/knowledge.ts'
import { addressOf, localOf } from './addresses.ts'
import type { Headers } from './headers.ts'
import type { FoundMark, MarkFinder } from './marks.ts'

/** What a message without a machine-readable part is, as far as its headers, its subject and its first sentences tell. */
export type Told = {
  readonly kind: EventKind | 'failed-or-delayed'
  /** The detail of the cause auto-reply. */
  readonly detail?: 'vacation' | 'challenge' | 'acknowledgement' | 'address-changed' | 'left-company'
  readonly mark?: FoundMark
  /** The header that told it. */
  readonly header?: string
}

/** Under these addresses only mail systems write. */
const daemonLocal =
  /^(?:mailer[-_.]?daemon|mail[-_.]?daemon|(?:smtp|exim|mta|delivery|bounce)[-_.]daemon|post[-_]?master|mdaemon|mail[-_.]?deliver(?:y|[-_.]?(?:sub)?system)|mail[-_.]?system|mmdf|uucp|daemon|smtpd?|mail[-_.]?admin|returned-?mail|mail\.delivery\.system|microsoftexchange[0-9a-f]{32})$/i

/** The whole of a display name: "Google Postmaster Tools" and "MailerLite" are somebody else's. */
const daemonName =
  /(?:^|[\s"'(.])(?:mail(?:er)?[ -]?(?:delivery|daemon|administrator)(?: (?:sub)?system| service| agent)?|delivery (?:sub)?system|(?:mail )?delivery (?:status|failure)(?: notification)?s?|system administrator|postmaster|mail system|undeliver\w*(?: mail| message)?|(?:internet )?mail server|smtp (?:server|gateway)|internet mail(?: service| delivery)?)(?: (?:at|on|of|for) \S+| \S+\.\w+)?["'\s)\]>]*$/i

/** Mailing list programs write as the list's owner. */
const listLocal = /^(?:.*[-+](?:owner|request|admin|bounces)|owner-.*|listserv|sympa|majordomo|mailman)@/i

const unreadLocal = /^(?:no[-_.]?reply|do[-_.]?not[-_.]?reply)@/i

/** A name and an address fit in this. */
const maxFrom = 1_000

/** Nobody else calls himself so; the others ("postmaster", "Mail Server") also write about backups and maintenance. */
const isMailerDaemon = (headers: Headers): boolean => /\bmail(?:er)?[-_.]?daemon\b/i.test((headers.text('from') ?? '').slice(0, maxFrom))

/** Whether a mail system speaks, by the address and name it speaks under. */
const hasSystemName = (headers: Headers): boolean => {
  const from = (headers.text('from') ?? '').slice(0, maxFrom)
  // `MAILER-DAEMON` and `<MAILER-DAEMON>` have no domain.
  const local = localOf(
    addressOf(from) ??
      `${from
        .slice(from.indexOf('<') + 1)
        .replace('>', '')
        .trim()}@`
  )
  if (daemonLocal.test(local)) return true
  // Mail to many is somebody's mail, whatever it calls itself.
  if (isBulk(headers)) return false
  return daemonName.test(from.replace(/<[^>]*>|\([^)]*\)$/g, '')) || daemonName.test(/\(([^)]*)\)\s*$/.exec(from)?.[1] ?? '')
}

/** The empty envelope sender of notices (RFC 5321 §6.1); automatic answers have it too (RFC 3834 §3.3). */
const hasNullSender = (headers: Headers): boolean => {
  const path = headers.get('return-path')
  return path !== undefined && (/^<?\s*>?$/.test(path) || /mailer-daemon|postmaster@/i.test(path))
}

export const isFromSystem = (headers: Headers): boolean => hasSystemName(headers) || hasNullSender(headers)

/** Marks of an answer or of a forwarded message that a person's program put before the subject. */
const personal =
  /^\s*(?:re|fwd?|aw|wg|tr|rv|rif|r|i|sv|vs|vb|vl|antw|doorst|enc|res|ynt|ilt|odp|pd|回复|转发|答复|回覆|轉寄|ответ|пересл)(?:\[\d+\])?\s*[:：]/i

export const isPersonal = (headers: Headers): boolean => personal.test(headers.text('subject') ?? '')

/** Whether the subject is those words, and not a ticket, a card or a question about them. */
const startsWith = (subject: string, mark: FoundMark): boolean =>
  !/[\p{L}\p{N}[]/u.test(
    subject
      .slice(0, mark.from)
      .replace(/^\W*(?:warning|alert|notice|attention|spam|achtung|important)\b/i, '')
      .replace(/^\*+spam\*+|^\[spam\]/i, '')
  )

const mailProgram =
  /thunderbird|outlook|apple mail|iphone|ipad|eudora|pegasus|mutt|evolution|kmail|the bat|claws|roundcube|squirrelmail|horde|becky|foxmail|sylpheed|mailmate|airmail|zimbra|webmail|redmine|jira|bugzilla/i

/** Written with a mail program, or by a tracker, in a conversation. */
const isInConversation = (headers: Headers): boolean =>
  headers.has('user-agent') || mailProgram.test(headers.get('x-mailer') ?? '') || headers.has('in-reply-to') || headers.has('references')

/** Mail to many: it speaks about bounces, it is none. */
export const isBulk = (headers: Headers): boolean =>
  headers.has('list-unsubscribe') || headers.has('list-id') || /^\s*list\b/i.test(headers.get('precedence') ?? '')

/** Headers that automatic answers carry beside Auto-Submitted, and what their programs put into them. */
const autoHeaders: readonly (readonly [string, RegExp])[] = [
  ['x-autoreply', /^(?!no\b)/i],
  ['x-autorespond', /^/],
  ['x-autoresponder', /^/],
  ['x-auto-reply', /^(?!no\b)/i],
  ['x-mail-autoreply', /^/],
  ['x-autoreply-from', /^/],
  ['x-autogenerated', /reply/i],
  ['x-apple-action', /vacation/i],
  ['x-vacation', /^(?!no\b)/i],
  ['x-gmail-autoreply', /^/],
  ['x-ezmlm-autoreply', /^/],
  ['precedence', /^auto[_-]?reply/i],
  ['preference', /^auto_reply/i],
  ['delivered-to', /^autoresponder\b/i],
  ['auto-submitted', /^auto-(?:replied|notified|response)/i]
]

const detailOf: Readonly<Partial<Record<MarkMeaning, NonNullable<Told['detail']>>>> = {
  vacation: 'vacation',
  'auto-reply': 'acknowledgement',
  challenge: 'challenge',
  'address-changed': 'address-changed',
  'left-company': 'left-company'
}

const kindOfMeaning: Readonly<Partial<Record<MarkMeaning, Told['kind']>>> = {
  failed: 'failed',
  'list-refusal': 'other',
  delayed: 'delayed',
  delivered: 'delivered',
  read: 'other',
  vacation: 'auto-reply',
  'auto-reply': 'auto-reply',
  challenge: 'challenge',
  'address-changed': 'address-changed',
  'left-company': 'auto-reply',
  unsubscribe: 'unsubscribe',
  'auth-report': 'auth-report',
  subscription: 'other',
  robot: 'other'
}

const toldBy = (mark: FoundMark): Told => {
  const detail = detailOf[mark.means]
  return { kind: kindOfMeaning[mark.means] ?? 'other', mark, ...(detail === undefined ? {} : { detail }) }
}

const isAnswer = (mark: FoundMark): boolean => detailOf[mark.means] !== undefined

/** "Out of office next week" may be anybody's subject: programs put their words before ours, or nothing but them, or a header. */
const saysWhoIsAway = (headers: Headers, subject: string, { to }: FoundMark): boolean =>
  /^[^\p{L}\p{N}]*$|[:：([|]|[-–—] |^\W*(?:auto|reply|response|notice|notification|message|until)/iu.test(subject.slice(to)) ||
  autoHeader(headers) !== undefined ||
  answersByItself(headers) ||
  hasNullSender(headers)

/** A person's mail is as long as it likes; an automatic answer says what it is in its first lines. */
const maxAnswerLength = 4_000

/** Lines of an encoded attachment in the text are not counted. */
const isShort = (text: string): boolean => text.length < maxAnswerLength || /^[A-Za-z0-9+/]{60,}$/m.test(text.slice(0, maxAnswerLength))

/** What speaks for a failure beside the words. Asked only where it matters: two of them ask the diagnosis. */
export type Signs = {
  readonly hasReturned: boolean
  /** It names a recipient who is not of ours. */
  readonly namesRecipient: () => boolean
  /** The text names a recipient and a failure that is known. */
  readonly hasFailure: () => boolean
  /** It names the recipient on a line or behind a label, and a code or our subject with it. */
  readonly hasEntry: () => boolean
}

/**
 * What the message is.
 *
 * Policy: the first mark in the subject speaks first ("Undeliverable: Automatic reply: …" is a failure of an automatic reply).
 * A failure needs a mail system's voice beside its words, since people quote, forward and discuss bounces; an automatic answer
 * needs its header or its words, and no mail system that says more.
 */
export const tellKind = (
  headers: Headers,
  text: string,
  marks: MarkFinder,
  { hasReturned, namesRecipient, hasFailure, hasEntry }: Signs
): Told => {
  const subject = headers.text('subject') ?? ''
  const system = isFromSystem(headers)
  const ofSubject = marks.subject(subject)
  // "VIRUS (…) IN MAIL FROM YOU" is robot's mail and a failure: what it says of delivery counts.
  const first =
    (ofSubject[0]?.means === 'robot' ? ofSubject.find(({ means }) => means === 'failed' || means === 'auth-report') : undefined) ??
    ofSubject[0]
  const ofText = marks.text(text)
  if (headers.has('x-failed-recipients') && system) return failedOrDelayed(ofSubject, ofText)
  const refusal = [...ofSubject, ...ofText].find(({ means }) => means === 'list-refusal')
  if (refusal !== undefined && listLocal.test(addressOf((headers.get('from') ?? '').slice(0, maxFrom)) ?? ''))
    return { kind: 'failed', mark: refusal }
  if (!system && isBulk(headers)) {
    const about = ofSubject.find(({ means }) => means === 'subscription' || means === 'robot')
    return about === undefined ? { kind: 'other' } : toldBy(about)
  }
  if (isPersonal(headers) && !system) {
    // Answering machines put "Re:" before the subject, too; what a person quotes is another's.
    const byMachine = autoHeader(headers) !== undefined || isForMachines(headers)
    const own = ofText.filter(({ from }) => !hasQuoteBefore(text, from))
    const counts = (mark: FoundMark): boolean => mark.means === 'challenge' || (isAnswer(mark) && byMachine)
    const answer = ofSubject.find(counts) ?? own.find((mark) => counts(mark) || (isAnswer(mark) && namesItself(text, mark)))
    if (answer !== undefined) return toldBy(answer)
    const header = autoHeader(headers)
    return header === undefined
      ? { kind: 'other' }
      : { kind: 'auto-reply', detail: isVacation(headers) ? 'vacation' : 'acknowledgement', header }
  }
  const fails = first?.means === 'failed' || first?.means === 'delayed'
  const failsInText = ofText.some(({ means }) => means === 'failed' || means === 'delayed')
  const named = hasSystemName(headers)
  if (
    fails &&
    (named ||
      (startsWith(subject, first) &&
        !isInConversation(headers) &&
        (system || failsInText) &&
        (hasReturned || hasFailure() || (failsInText && namesRecipient()))))
  )
    return failedOrDelayed(ofSubject, ofText)
  if (first !== undefined && !fails) {
    if (first.means === 'vacation' && !saysWhoIsAway(headers, subject, first) && !ofText.some(isAnswer)) return { kind: 'other' }
    if (system && isAnswer(first) && failsInText && hasReturned) return failedOrDelayed(ofSubject, ofText)
    return refine(toldBy(first), ofText)
  }
  if (system) {
    const delivered = ofText.find(({ means }) => means === 'delivered' || means === 'robot' || means === 'subscription')
    if (delivered !== undefined && !failsInText) return toldBy(delivered)
    const answers = ofText.find(isAnswer)
    if (answers !== undefined && !failsInText && !hasReturned) return toldBy(answers)
    // Without words that are known it takes an entry: a recipient with a code beside it, or the message that came back.
    if (
      hasReturned
        ? failsInText || hasFailure()
        : named
          ? failsInText || (isMailerDaemon(headers) ? hasFailure() : hasEntry())
          : failsInText && hasEntry()
    )
      return failedOrDelayed(ofSubject, ofText)
  }
  // Some systems send their notices under an address that nobody reads, and under a subject in their own words.
  if (failsInText && hasReturned && unreadLocal.test(addressOf(headers.get('from')) ?? '') && hasFailure())
    return failedOrDelayed(ofSubject, ofText)
  const header = autoHeader(headers)
  const answer = ofText.find((mark) => isAnswer(mark) || mark.means === 'delayed')
  if (header !== undefined) {
    if (failsInText && hasReturned && hasFailure()) return failedOrDelayed(ofSubject, ofText)
    // Mail systems mark their own notices so, too; without words that are known it is only clear that no person answered.
    if (hasSystemName(headers) && (answer === undefined || !isAnswer(answer)))
      return hasReturned && hasFailure() ? failedOrDelayed(ofSubject, ofText) : { kind: 'other' }
    return answer === undefined || !isAnswer(answer)
      ? { kind: 'auto-reply', detail: isVacation(headers) ? 'vacation' : 'acknowledgement', header }
      : { ...toldBy(answer), header }
  }
  if (answer !== undefined && isAnswer(answer) && isShort(text) && answersByItself(headers)) return toldBy(answer)
  return { kind: 'other' }
}

/** "Automatic reply: …" says that it is automatic; its text may say that the person is away, has left or has a new address. */
const refine = (told: Told, ofText: readonly FoundMark[]): Told => {
  if (told.kind !== 'auto-reply') return told
  const better =
    ofText.find(({ means }) => means === 'address-changed') ??
    ofText.find(({ means }) => means === 'left-company') ??
    ofText.find(({ means }) => means === 'challenge') ??
    (told.detail === 'acknowledgement' ? ofText.find(({ means }) => means === 'vacation') : undefined)
  return better === undefined ? told : toldBy(better)
}

const failedOrDelayed = (ofSubject: readonly FoundMark[], ofText: readonly FoundMark[]): Told => {
  const both = [...ofSubject, ...ofText]
  const mark = both.find(({ means }) => means === 'failed' || means === 'delayed')
  const words = mark === undefined ? {} : { mark }
  const subject = ofSubject.find(({ means }) => means === 'failed' || means === 'delayed')
  if (subject?.means === 'delayed') return { kind: 'delayed', ...words }
  // Warnings say that a message could not be delivered and go on that it will be tried again: the second counts.
  if (!ofText.some(({ means }) => means === 'delayed')) return { kind: 'failed', ...words }
  return { kind: subject === undefined ? 'delayed' : 'failed-or-delayed', ...words }
}

/** Sieve (RFC 5230) and others say in a comment what they are. */
const isVacation = (headers: Headers): boolean =>
  headers.has('x-vacation') || /vacation/i.test(`${headers.get('auto-submitted') ?? ''} ${headers.get('x-apple-action') ?? ''}`)

const autoHeader = (headers: Headers): string | undefined =>
  autoHeaders.find(([name, pattern]) => headers.all(name).some((value) => pattern.test(value)))?.[0]

/** An answer to our message that no person marked as one. */
const answersByItself = (headers: Headers): boolean => isForMachines(headers) || headers.has('in-reply-to')

/** Says itself that programs should not answer it (RFC 3834 §5, MS-OXCMAIL). */
const isForMachines = (headers: Headers): boolean =>
  /^(?!no\b)/i.test(headers.get('auto-submitted') ?? 'no') ||
  headers.has('x-auto-response-suppress') ||
  /^(?:bulk|junk|auto)/i.test(headers.get('precedence') ?? '')

/** "This is an automatic reply": no header has to say so, too. */
const namesItself = (text: string, { from, to }: FoundMark): boolean => isShort(text) && /^this is an? auto/i.test(text.slice(from, to))

/** Whether a line before this place is marked as quoted. */
const hasQuoteBefore = (text: string, at: number): boolean => /^\s{0,4}>/m.test(text.slice(0, at))
