import type { Stage } from '../knowledge/knowledge.ts'
import { emptyHead, readHead, readStatus } from '../reply/head.ts'
import { formatStatus } from '../reply/status.ts'
import type { Filling } from './syslog-join.ts'

/** Near its head a text says what happened; what follows is the server's prose. */
const maxLook = 4_096

/** Fills in the codes that a reply at `from` begins with. Whether it has any. */
export const fillCodes = (event: Filling, text: string, from = 0): boolean => {
  const head = emptyHead()
  readHead(head, text, from, Math.min(text.length, from + 64))
  if (head.replyCode !== 0) event.replyCode = head.replyCode
  if (head.status !== 0) event.status = formatStatus(head.status)
  return head.replyCode !== 0 || head.status !== 0
}

/** `(#5.1.1)`: qmail's own errors carry their status behind. */
export const fillStatusBehind = (event: Filling, text: string): void => {
  const at = text.lastIndexOf('(#', maxLook)
  if (at < 0) return
  const found = { status: 0 }
  const end = readStatus(found, text, at + 2, text.length)
  if (found.status !== 0 && text.charCodeAt(end) === 0x29) event.status = formatStatus(found.status)
}

/** Words by which programs say that they got no connection, or no address to connect to. */
const stageTexts: readonly (readonly [string, Stage])[] = [
  ['connection refused', 'connect'],
  ['connection timed out', 'connect'],
  ['connection reset', 'connect'],
  ['no route to host', 'connect'],
  ['network unreachable', 'connect'],
  ['network is unreachable', 'connect'],
  ['host is unreachable', 'connect'],
  ['could not connect', 'connect'],
  ["wasn't able to establish", 'connect'],
  ['network error on destination', 'connect'],
  ['host lookup', 'dns'],
  ['lookup of host', 'dns'],
  ['name server', 'dns'],
  ['host not found', 'dns'],
  ['dns failure', 'dns'],
  ['cname lookup', 'dns'],
  ["couldn't find any host", 'dns'],
  ['domain does not exist', 'dns'],
  ['no mx', 'dns'],
  ['mx record', 'dns']
]

/** The step of an error that the own side made. Only texts without codes are asked: a server may write anything behind its code. */
export const localStage = (text: string): Stage | undefined => {
  const lower = text.slice(0, 512).toLowerCase()
  for (const [words, stage] of stageTexts) if (lower.includes(words)) return stage
  return undefined
}
