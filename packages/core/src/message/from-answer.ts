import type { Diagnoser } from '../diagnose/diagnose.ts'
import { addressesOf, addressOf, findAddresses, sameAddress } from './addresses.ts'
import { parseDate } from './dates.ts'
import { answeredId, type Draft, type Found, inOneLine, maxDiagnosticLength } from './draft.ts'
import { plainSender, verpRecipient, withoutVerp } from './envelope.ts'
import type { Told } from './kind.ts'
import type { Notice } from './notice.ts'
import { headerEvidence, markEvidence, verdictOn } from './verdict.ts'

const causeOfKind = {
  'auto-reply': 'auto-reply',
  challenge: 'auto-reply',
  'address-changed': 'auto-reply',
  unsubscribe: 'complaint-or-unsubscribe'
} as const

/** An automatic answer, a challenge, a change of address, a wish to be unsubscribed: about the person who answered. */
export const fromAnswer = (diagnoser: Diagnoser, notice: Notice, told: Told): Found[] => {
  const { headers, human } = notice
  const kind = told.kind as keyof typeof causeOfKind
  const sender = addressOf(headers.get('to'))
  const recipient = addressOf(headers.text('reply-to')) ?? addressOf(headers.text('from'))
  const subject = headers.text('subject') ?? ''
  const inSubject = told.mark?.mark.where === 'subject'
  const text =
    told.mark === undefined
      ? `${told.header}: ${headers.get(told.header ?? '') ?? ''}`
      : inSubject
        ? subject
        : human.text.slice(0, Math.max(maxDiagnosticLength, told.mark.to))
  const evidence =
    told.mark === undefined
      ? headerEvidence(told.header ?? 'auto-submitted', text, 'RFC 3834')
      : markEvidence(told.mark, inSubject ? subject : human.text)
  const event: Draft = { kind, direction: 'outbound' }
  const from = addressOf(headers.text('from')) ?? recipient
  const who = kind === 'challenge' ? (challenged(notice, from) ?? from) : from
  if (who !== undefined) event.recipient = verpRecipient(who) ?? who
  if (sender !== undefined) event.sender = withoutVerp(plainSender(sender))
  const answered = answeredId(headers)
  if (answered !== undefined) event.messageId = answered
  event.subject = subject
  const time = parseDate(headers.get('date'))
  if (time !== undefined) event.time = time
  if (kind === 'address-changed') {
    const next = newAddress(human.text, told, [...addressesOf([headers.get('from') ?? '', headers.get('to') ?? ''])])
    if (next !== undefined) event.newRecipient = next
  }
  event.diagnosis = verdictOn(diagnoser, causeOfKind[kind], kind === 'unsubscribe' ? 'unsubscribe' : (told.detail ?? 'vacation'), evidence)
  event.diagnosticCode = inOneLine(text)
  return [{ event, text }]
}

/** A challenge service writes under an address of its own, and names in its text for whom. */
const challenged = ({ headers, human, returned }: Notice, from: string | undefined): string | undefined => {
  const ours = addressesOf([...headers.all('to'), ...headers.all('delivered-to'), returned?.from ?? ''])
  const named = human.mentions.filter(({ kind, address }) => kind !== 'contact' && !ours.some((known) => sameAddress(known, address)))
  return from !== undefined && named.some(({ address }) => sameAddress(address, from)) ? from : named[0]?.address
}

/** The first address behind the words that announce it that is neither the old one nor ours. */
const newAddress = (text: string, told: Told, old: readonly string[]): string | undefined => {
  const from = told.mark?.mark.where === 'text' ? told.mark.from : 0
  const all = findAddresses(text).filter(({ address }) => !old.some((known) => sameAddress(known, address)))
  return (all.find((hit) => hit.from >= from) ?? all[0])?.address
}
