import type { Confidence, Context, Diagnoser, Diagnosis } from '../diagnose/diagnose.ts'
import type { Stage } from '../knowledge/knowledge.ts'
import { stageOfWords } from '../reply/facts.ts'
import { isPlainReply } from '../reply/peel.ts'

/** A diagnosis and the text that it is about; its spans are places in that text. */
export type Reason = { readonly diagnosis: Diagnosis; readonly text: string }

const order: readonly Confidence[] = ['certain', 'likely', 'weak', 'none']

/**
 * A text in which the reason may stand. A decisive one ends the search even where nobody knows its words: it is what the server said,
 * and what follows is what another made of it.
 */
export type Place = string | undefined | { readonly decisive: string }

/** Of places that say nothing known, one with a code says more than one without. */
const rank = ({ diagnosis }: Reason): number =>
  order.indexOf(diagnosis.confidence) +
  (diagnosis.confidence === 'none' && diagnosis.replyCode === undefined && diagnosis.status === undefined ? 1 : 0)

/** What a notice of failure cannot mean, however a sentence in it reads. */
const noFailure = new Set(['auto-reply', 'complaint-or-unsubscribe'])

const firmRank = 1

/**
 * Diagnoses of texts that a notice with many recipients is asked about again for each of them: what it says of all. Of the
 * context only the recipient's domain and the fields count for a diagnosis. 8,900 recipients beside 32 kB of text took 7 s without.
 */
export type DiagnosisMemory = Map<string, Diagnosis>

/** From this many recipients on it pays; and so many different texts are kept. */
const manyRecipients = 8
const maxRemembered = 2_000

export const memoryFor = (recipients: number): DiagnosisMemory | undefined => (recipients >= manyRecipients ? new Map() : undefined)

const remembered = (memory: DiagnosisMemory | undefined, text: string, context: Context, diagnose: () => Diagnosis): Diagnosis => {
  if (memory === undefined) return diagnose()
  const { recipient = '', status = '', remoteMta = '' } = context
  const key = `${recipient.slice(recipient.lastIndexOf('@') + 1)} ${status} ${remoteMta} ${text}`
  const known = memory.get(key)
  if (known !== undefined) return known
  const made = diagnose()
  if (memory.size < maxRemembered) memory.set(key, made)
  return made
}

/**
 * The reason that a notice gives, out of the places where it may stand, most telling place first. The first place with words
 * that are understood decides; codes alone decide only where no place has such words. Where the queue gave up, later places
 * are asked what had stood in the way.
 */
export const findReason = (diagnoser: Diagnoser, places: Iterable<Place>, known: Context, memory?: DiagnosisMemory): Reason | undefined => {
  const context: Context = { ...known, brief: true }
  let best: Reason | undefined
  let expired: Reason | undefined
  const seen = new Set<string>()
  for (const place of places) {
    const isDecisive = typeof place === 'object'
    const text = (isDecisive ? place.decisive : place)?.trim()
    if (text === undefined || text === '' || seen.has(text)) continue
    seen.add(text)
    const diagnosis = remembered(memory, text, context, () =>
      isPlainReply(text) ? diagnoser.diagnosePlain(text, context) : diagnoser.diagnose(text, context)
    )
    const reason = { diagnosis, text }
    if (noFailure.has(diagnosis.cause)) {
      best ??= { text, diagnosis: { ...diagnosis, cause: 'undetermined', confidence: 'none', evidence: [] } }
      continue
    }
    if (rank(reason) <= firmRank) {
      if (diagnosis.cause !== 'delivery-expired')
        return expired === undefined || diagnosis.detail !== undefined ? reason : { text, diagnosis: { ...diagnosis, detail: 'expired' } }
      expired ??= reason
    }
    if (best === undefined || rank(reason) < rank(best)) best = reason
    if (isDecisive && diagnosis.replyCode !== undefined) return expired ?? reason
  }
  return expired ?? best
}

/** How far before a reply the command that it answers stands in a transcript. */
const maxBackward = 2_000

/** The command before the reply, in a transcript such as sendmail's: `>>> RCPT To:<…>` and `<<< 550 …`. */
export const stageInTranscript = (text: string, reply: string): Stage | undefined => {
  if (!text.includes('>>> ')) return undefined
  const at = text.indexOf(reply.slice(0, 60))
  if (at < 0) return undefined
  const before = text.slice(Math.max(0, at - maxBackward), at)
  const command = [...before.matchAll(/^\s*>>> ?([A-Za-z]{4}(?: (?:TO|FROM)\b)?)/gim)].at(-1)?.[1]
  return command === undefined ? undefined : command.toUpperCase() === 'DATA' ? 'data' : stageOfWords(command.toUpperCase())
}

/** A reply code, and an enhanced status code, in the middle of words of any language; not a part of an address, a date or a version. */
const codeInWords = /(?<![\d./-]|\d:)(4[2-5]\d|5[0-7]\d)(?=(?:[ ,:;()"']{1,4}|-)(?:#?[45]\.\d{1,3}\.\d{1,3}\b|[<("']{0,2}\p{L})|\)?$)/u
const statusInWords = /(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)/

/** The codes that a notice names without being a reply; of a long text only the beginning is looked at. */
export const codesInWords = (text: string): { replyCode?: number; status?: string } => {
  const near = text.slice(0, 4_096)
  const code = codeInWords.exec(near)?.[1]
  const status = statusInWords.exec(near)?.[1]
  return { ...(code === undefined ? {} : { replyCode: Number(code) }), ...(status === undefined ? {} : { status }) }
}
