import { bareAddress } from '../log/attempt.ts'
import { bytesIn, kept } from '../log/syslog-join.ts'
import type { Filling, LineNote, NoticeKind } from './line-note.ts'

/** src/bounce/bounce_notify_service.c, bounce_warn_service.c, bounce_trace_service.c: what was made, and its queue id. */
const notices: readonly (readonly [string, NoticeKind])[] = [
  ['sender non-delivery notification: ', 'failed'],
  ['sender delay notification: ', 'delayed'],
  ['sender delivery status notification: ', 'delivered'],
  ['postmaster non-delivery notification: ', 'postmaster'],
  ['postmaster delay notification: ', 'postmaster']
]

/** src/postsuper/postsuper.c, and what cleanup logs of a hold action: behind the words stands why, if anything. */
const steps: readonly (readonly [string, 'held' | 'released' | 'requeued'])[] = [
  ['placed on hold', 'held'],
  ['hold: ', 'held'],
  ['milter-hold: ', 'held'],
  ['released from hold', 'released'],
  ['requeued', 'requeued']
]

const longestText = 300

/** What Postfix says of a message behind its queue id, but for the deliveries. */
export const readPostfixNote = (note: Filling, daemon: string, text: string): LineNote | undefined => {
  if (text.startsWith('client=')) {
    const comma = text.indexOf(', ')
    note.is = 'arrived'
    note.client = kept(text.slice(7, comma < 0 ? text.length : comma))
    // A filter that hands a message back may name the queue id that it had before (smtpd_log_access_permit_actions, XCLIENT: src/smtpd/smtpd.c).
    const origin = /, orig_queue_id=([A-Za-z0-9]{6,40})/.exec(text)?.[1]
    if (origin !== undefined) note.other = kept(origin)
    return note
  }
  if (text.startsWith('uid=')) {
    note.is = 'arrived'
    note.client = kept(text.slice(0, 60).split(' ', 1)[0] ?? '')
    // `postsuper -r` lets pickup take a message in again (src/pickup/pickup.c).
    const before = / orig_id=([A-Za-z0-9]{6,40})$/.exec(text.slice(-60))?.[1]
    if (before !== undefined) note.other = kept(before)
    return note
  }
  if (text.startsWith('message-id=')) {
    const id = bareAddress(text.slice('message-id='.length))
    if (id !== undefined) note.messageId = kept(id)
    return note
  }
  if (text.startsWith('from=<')) {
    const end = text.indexOf('>, ')
    if (end < 0) return undefined
    const sender = text.slice(6, end)
    if (sender === '') note.isNull = true
    else note.sender = kept(sender)
    const size = text.startsWith('size=', end + 3) ? bytesIn(text.slice(end + 8, end + 30).split(',', 1)[0]) : undefined
    if (size !== undefined) note.size = size
    return note
  }
  if (text === 'removed') {
    note.is = daemon === 'postsuper' ? 'removed' : 'ended'
    return note
  }
  for (const [words, kind] of notices)
    if (text.startsWith(words)) {
      note.is = 'notice'
      note.notice = kind
      note.other = kept(text.slice(words.length, words.length + 40))
      return note
    }
  const step = steps.find(([words]) => text.startsWith(words))
  if (step === undefined) return undefined
  const [words, is] = step
  note.is = is
  const why = text.slice(words.length, words.length + longestText).trim()
  if (why !== '') note.text = kept(why)
  return note
}
