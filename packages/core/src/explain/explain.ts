import type { Context, Diagnoser, Diagnosis } from '../diagnose/diagnose.ts'
import type { DeliveryEvent } from '../event/delivery-event.ts'
import type { Code } from '../knowledge/knowledge.ts'
import { looksLikeMessage } from '../message/looks-like-message.ts'
import type { MessageReader, MessageReading } from '../message/read.ts'
import { headerEvidence, verdictOn } from '../message/verdict.ts'
import { whatWasRead } from '../message/what-was-read.ts'
import { readFacts } from '../reply/facts.ts'
import { isPlainReply } from '../reply/peel.ts'
import { type Advice, adviseOn } from './advice.ts'
import { cleanText, decodeBytes } from './clean.ts'
import { attachedNotices, howToAsk, isLetter, quotingText, whatIsAttached, whatIsQuoted, whatLetterIs } from './letter.ts'
import { bareCode, type CodeFinder } from './lookup.ts'
import { type PasteKind, type Piece, splitErrors } from './split.ts'
import { wantsTranscript } from './wording.ts'

/** One error of a paste, diagnosed and advised on. */
export type Answer = {
  readonly text: string
  /** Where the error begins in the input, in UTF-16 code units; absent where the input had to be decoded (JSON). */
  readonly at?: number
  /** How often the same error stands in the paste. */
  readonly times: number
  readonly diagnosis: Diagnosis
  readonly advice: Advice
  /** Of a bounce message: whom this is about. */
  readonly recipients?: readonly string[]
  /** What is known about the code itself, where the input is nothing but a code, or the code is all that is known. */
  readonly code?: Code
  /** The debug output of the sending program would tell more: `whybounce see-more` says how to switch it on. */
  readonly seeMore?: true
}

export type Explanation = {
  readonly kind: PasteKind | 'code' | 'message' | 'empty'
  /** None of a message that is no notice and quotes no error. */
  readonly answers: readonly Answer[]
  /** Of a bounce message, feedback report or automatic answer: what it reports, recipient by recipient. */
  readonly events?: readonly DeliveryEvent[]
  /** Of a mail message: what it turned out to be, in a line, and why not all of it was read, where that is so. */
  readonly read?: string
  readonly partial?: string
}

export type Explainer = {
  readonly diagnoser: Diagnoser
  readonly codes: CodeFinder
  /** Recognises what was pasted and answers each error in it once. Never throws on what it contains. A message's bytes tell more than its text. */
  readonly explain: (input: string | Uint8Array, context?: Context) => Explanation
  /** The same for one line of many: the diagnosis alone, of the first error that is understood. Makes no words, so that a million lines are quick. */
  readonly diagnoseLine: (input: string, context?: Context) => Diagnosis
}

/** A longer text is more than a code. */
const maxCodeLength = 64

/** Without a message reader a pasted bounce message is read as any other text. */
export const buildExplainer = (diagnoser: Diagnoser, codes: CodeFinder, readMessage?: MessageReader): Explainer => {
  const diagnoseCode = (name: string, code: Code | undefined, context: Context): Diagnosis => {
    const isReply = /^[2-5]\d\d$/.test(name)
    const text = code?.kind === 'dots-lost' || code?.kind === 'errno' ? (code.is ?? name) : name
    const found = diagnoser.diagnose(isReply || code === undefined ? `${text} ` : text, context)
    return code?.cause === undefined || found.confidence !== 'none' ? found : { ...found, ...verdictOf(code) }
  }

  const explainCode = (name: string, context: Context): Answer => {
    const code = codes.find(name)
    const diagnosis = diagnoseCode(name, code, context)
    return { text: name, at: 0, times: 1, diagnosis, advice: adviseOn(diagnoser, diagnosis), ...(code === undefined ? {} : { code }) }
  }

  /** The verdict that a code of a product or an operating system gives: weak, like that of any code alone. */
  const verdictOf = (code: Code): Partial<Diagnosis> => {
    const cause = diagnoser.causeOf(code.cause ?? 'undetermined')
    const detail = cause.details.find(({ id }) => id === code.detail)
    return {
      cause: cause.id,
      ...(code.detail === undefined ? {} : { detail: code.detail }),
      group: cause.group,
      party: detail?.party ?? cause.party,
      action: detail?.action ?? cause.action,
      confidence: 'weak'
    }
  }

  const knownCode = (text: string): string | undefined => {
    const code = text.length < maxCodeLength ? bareCode(text) : undefined
    return code !== undefined && (codes.find(code) !== undefined || /^[245](?:\d\d|\.\d{1,3}\.\d{1,3})$/.test(code)) ? code : undefined
  }

  const contextOf = (piece: Piece, context: Context): Context => ({
    ...context,
    ...(context.stage === undefined && piece.stage !== undefined ? { stage: piece.stage } : {}),
    ...(context.recipient === undefined && piece.recipient !== undefined ? { recipient: piece.recipient } : {})
  })

  const diagnoseLine = (input: string, context: Context = {}): Diagnosis => {
    if (isPlainReply(input)) return diagnoser.diagnosePlain(input, context)
    const text = cleanText(input)
    const code = knownCode(text)
    if (code !== undefined) return diagnoseCode(code, codes.find(code), context)
    let first: Diagnosis | undefined
    for (const piece of splitErrors(text).pieces) {
      const diagnosis = diagnoser.diagnose(piece.text, contextOf(piece, context))
      if (diagnosis.confidence !== 'none') return diagnosis
      first ??= diagnosis
    }
    return first ?? diagnoser.diagnose(text, context)
  }

  const explain = (input: string | Uint8Array, context: Context = {}): Explanation => {
    if (readMessage === undefined || !looksLikeMessage(input)) return explainText(input, context)
    const bytes = bytesOf(input)
    const reading = readMessage(bytes)
    if (isLetter(reading)) return explainLetter(reading, attachedNotices(bytes, readMessage), () => quotingText(bytes))
    return explainMessage(reading) ?? { ...explainText(input, context), ...whatWasRead(reading) }
  }

  const explainLetter = (letter: MessageReading, notices: readonly MessageReading[], quoting: () => string | undefined): Explanation => {
    const partial = notices.find((notice) => notice.partial !== undefined)?.partial ?? letter.partial
    const told = partial === undefined ? {} : { partial }
    const is = whatLetterIs(letter)
    const held = explainMessage({ events: notices.flatMap(({ events }) => events), texts: notices.flatMap(({ texts }) => texts) })
    if (held !== undefined) return { ...held, read: `${is} ${whatIsAttached(notices)}`, ...told }
    const quoted = explainText(quoting() ?? '', {}).answers.filter(({ diagnosis }) => diagnosis.confidence !== 'none')
    const more = quoted.length === 0 ? howToAsk : whatIsQuoted
    return { kind: 'message', answers: quoted, events: letter.events, read: `${is} ${more}`, ...told }
  }

  const explainText = (input: string | Uint8Array, context: Context): Explanation => {
    const text = cleanText(typeof input === 'string' ? input : decodeBytes(input))
    if (text.trim() === '') return { kind: 'empty', answers: [] }
    const code = knownCode(text)
    if (code !== undefined) return { kind: 'code', answers: [explainCode(code, context)] }
    const { kind, pieces } = splitErrors(text)
    const answers = new Map<string, Answer>()
    for (const piece of pieces) {
      const diagnosis = diagnoser.diagnose(piece.text, contextOf(piece, context))
      const full =
        piece.recipient === undefined || diagnosis.facts.recipient !== undefined
          ? diagnosis
          : { ...diagnosis, facts: { ...diagnosis.facts, recipient: piece.recipient } }
      const key = keyOf(full, piece.text)
      const known = answers.get(key)
      if (known !== undefined) answers.set(key, { ...known, times: known.times + 1 })
      else
        answers.set(key, {
          text: piece.text,
          ...(piece.at === undefined ? {} : { at: piece.at }),
          times: 1,
          diagnosis: full,
          advice: adviseOn(diagnoser, full),
          ...withCode(full)
        })
    }
    return { kind, answers: dropEchoes([...answers.values()]) }
  }

  /** A message that is a notice, event by event; undefined for one that is none. */
  const explainMessage = (reading: MessageReading): Explanation | undefined => {
    const { events, texts } = reading
    const answers = new Map<string, Answer>()
    for (const [index, event] of events.entries()) {
      const diagnosis = event.diagnosis ?? verdictOfKind(event)
      if (diagnosis === undefined) continue
      const text = event.diagnosis === undefined ? (diagnosis.evidence[0]?.words ?? '') : (texts[index] ?? '')
      const facts = {
        ...readFacts(text, 0, text.length),
        ...diagnosis.facts,
        ...(event.recipient === undefined ? {} : { recipient: event.recipient }),
        ...(event.sender === undefined ? {} : { sender: event.sender }),
        ...(event.remoteMta === undefined ? {} : { remoteMta: event.remoteMta }),
        ...(event.localIp === undefined ? {} : { localIp: event.localIp })
      }
      const full = { ...diagnosis, facts, ...(event.stage === undefined ? {} : { stage: event.stage }) }
      const key = keyOf(full, text)
      const known = answers.get(key)
      const recipients = [...(known?.recipients ?? []), ...(event.recipient === undefined ? [] : [event.recipient])]
      if (known !== undefined) answers.set(key, { ...known, times: known.times + 1, recipients })
      else answers.set(key, { text, times: 1, diagnosis: full, advice: adviseOn(diagnoser, full), recipients, ...withCode(full) })
    }
    return answers.size === 0 ? undefined : { kind: 'message', answers: [...answers.values()], events, ...whatWasRead(reading) }
  }

  const verdictOfKind = ({ kind, dsnAction, feedbackType }: DeliveryEvent): Diagnosis | undefined => {
    const detail = detailOfKind[kind]
    if (detail === undefined) return undefined
    const words = feedbackType === undefined ? `Action: ${dsnAction ?? kind}` : `Feedback-Type: ${feedbackType}`
    return verdictOn(
      diagnoser,
      'auto-reply',
      detail,
      headerEvidence(
        feedbackType === undefined ? 'action' : 'feedback-type',
        words,
        feedbackType === undefined ? 'RFC 3464 §2.3.3' : 'RFC 5965'
      )
    )
  }

  const withCode = (diagnosis: Diagnosis): { code?: Code; seeMore?: true } => {
    if (!wantsTranscript(diagnosis)) return {}
    const code = codes.find(diagnosis.status ?? '') ?? codes.find(String(diagnosis.replyCode ?? ''))
    return { seeMore: true, ...(code === undefined ? {} : { code }) }
  }

  return { diagnoser, codes, explain, diagnoseLine }
}

/** A paste is complete, also where its last line has no end. */
const bytesOf = (input: string | Uint8Array): Uint8Array => (typeof input === 'string' ? new TextEncoder().encode(`${input}\n`) : input)

/** Notices that report no failure. */
const detailOfKind: Readonly<Record<string, string>> = {
  delivered: 'delivered',
  relayed: 'delivered',
  expanded: 'delivered',
  'auth-report': 'authentication-report',
  'not-spam': 'not-spam'
}

/** Errors are the same where the same rule found the same cause at the same provider; where no rule did, where the text is the same. */
const keyOf = (diagnosis: Diagnosis, text: string): string =>
  [
    diagnosis.evidence[0]?.rule ?? text.trim().slice(0, 4_096),
    diagnosis.cause,
    diagnosis.detail,
    diagnosis.provider,
    diagnosis.permanence
  ].join('\n')

/** Where a paste has at least one error that is understood, lines that say nothing of their own are only its echo. */
const dropEchoes = (answers: readonly Answer[]): readonly Answer[] => {
  if (answers.length < 2) return answers
  const told = answers.filter(({ diagnosis }) => diagnosis.confidence !== 'none')
  return told.length === 0
    ? answers
    : answers.filter((answer) => answer.diagnosis.confidence !== 'none' || answer.diagnosis.replyCode !== undefined)
}
