import type { Diagnosis } from '../diagnose/diagnose.ts'
import type { LogEvent } from '../log/log-reader.ts'
import { kept } from '../log/syslog-join.ts'
import type { Kept } from './alert.ts'

/** An example is read by people. */
const maxText = 1_000

// biome-ignore lint/suspicious/noControlCharactersInRegex: taking control characters out is what this is for
const controls = /[\u0000-\u001f\u007f-\u009f]+/g

/** What is kept of an attempt: not its line, and no more of its text than is shown. */
export const keptOf = ({ diagnosticCode = '', time, recipient, queueId }: LogEvent, diagnosis: Diagnosis): Kept => ({
  diagnosis,
  text: kept(diagnosticCode.slice(0, maxText).replace(controls, ' ').trim()),
  time,
  recipient: recipient === undefined ? undefined : kept(recipient.slice(0, maxText)),
  queueId: queueId === undefined ? undefined : kept(queueId.slice(0, maxText))
})
