import { buildDiagnoser, type Context, type Diagnoser, type Diagnosis } from './diagnose/diagnose.ts'
import { packedPhrases } from './diagnose/packed-phrases.generated.ts'
import { unpackPhrases } from './diagnose/packed-phrases.ts'
import { buildExplainer, type Explainer, type Explanation } from './explain/explain.ts'
import { buildCodeFinder } from './explain/lookup.ts'
import { codes } from './knowledge/codes.generated.ts'
import { marks } from './knowledge/marks.generated.ts'
import { table } from './knowledge/table.generated.ts'
import { buildMessageReader, type MessageOptions, type MessageReader, type MessageReading } from './message/read.ts'

/** The knowledge that the package ships, made ready at first use and kept. */
const ready: { diagnoser?: Diagnoser; explainer?: Explainer; reader?: MessageReader } = {}

/** The diagnoser over the shipped knowledge. Built at the first call, in some milliseconds. */
export const defaultDiagnoser = (): Diagnoser => {
  ready.diagnoser ??= buildDiagnoser(table, unpackPhrases(packedPhrases))
  return ready.diagnoser
}

export const defaultExplainer = (): Explainer => {
  ready.explainer ??= buildExplainer(defaultDiagnoser(), buildCodeFinder(codes.codes, table), readMessage)
  return ready.explainer
}

/** One diagnosis for one reply, log line or exception: cause, who must act, evidence. Never throws on what a text contains. */
export const diagnose = (text: string, context?: Context): Diagnosis => defaultDiagnoser().diagnose(text, context)

/** Recognises what was pasted (code, reply, log, transcript, exception, JSON, several errors) and answers each error in it. */
export const explain = (input: string | Uint8Array, context?: Context): Explanation => defaultExplainer().explain(input, context)

/**
 * Reads one message, bytes as they were stored: every recipient of a bounce with its diagnosis, a complaint, an automatic
 * answer; a message that is none of these gives one event of kind `other`. Never throws on what the bytes contain.
 */
export const readMessage = (bytes: Uint8Array, options?: MessageOptions): MessageReading => {
  ready.reader ??= buildMessageReader(defaultDiagnoser(), marks)
  return ready.reader(bytes, options)
}
