import type { Diagnoser } from '../diagnose/diagnose.ts'
import type { KeptExample } from './cause-rows.ts'
import { explainEvent } from './event-diagnosis.ts'
import type { Example } from './report.ts'

/** Letters of an example: a reply of a screen's length is read, a longer one is not. */
const maxExample = 1_000
/** Control characters, escapes and what turns the direction of writing around. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: taking control characters out is what this is for
const unprintable = /\u001b\[[0-9;?]{0,20}[@-~]|[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+/g

/** What a reader sees of an event: nothing that a terminal would obey, and the words that decided. */
export const exampleFor = (diagnoser: Diagnoser, { event, diagnosis, file, line }: KeptExample): Example => {
  const text = Array.from((event.diagnosticCode ?? '').slice(0, maxExample * 2).replace(unprintable, ' '))
    .slice(0, maxExample)
    .join('')
  const told = explainEvent(diagnoser, { ...event, diagnosticCode: text })
  const spans = told?.cause === diagnosis.cause ? told.evidence.flatMap(({ span }) => (span === undefined ? [] : [span])) : []
  return {
    text,
    spans,
    time: event.time ?? null,
    recipient: event.recipient ?? null,
    queueId: event.queueId ?? null,
    file,
    line: line > 0 ? line : null
  }
}
