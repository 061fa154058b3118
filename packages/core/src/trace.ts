export { type Entry, isListed, millisecondsOf, type TraceAttempt, type TraceStep } from './trace/entry.ts'
export { type Finder, type Found, maxMessages, openFinder, type TraceWindow } from './trace/find.ts'
export { type LineNote, type NoticeKind, openLineNotes, remoteIpIn } from './trace/line-note.ts'
export {
  type TraceMessage,
  type TraceNext,
  type TraceNotice,
  type TraceOutcome,
  type TraceRecipient,
  traceOutcomes
} from './trace/message.ts'
export { parseTraceQuery, type TraceQuery } from './trace/query.ts'
export type { RetryProgram } from './trace/schedule.ts'
export { tellMessages } from './trace/stories.ts'
export { openTeller, type Teller } from './trace/tell.ts'
