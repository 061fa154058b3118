import { type QueueEntry, type QueueFormat, type QueueRecipient, type QueueStatus, shortReason, statusOf } from './queue-entry.ts'
import { isoOfSeconds } from './queue-time.ts'

/**
 * `postqueue -j` (Postfix 3.1 and later): one JSON object a line.
 * Source: postqueue(1), JSON OBJECT FORMAT; postfix/src/postqueue/showq_json.c (github.com/vdukhovni/postfix). "Programs should ignore
 * object members that are not listed here", and so does this. Lines of Postfix 3.7 are in the test.
 *
 * A line that is no object, or has no queue id, is unread: the last one of a listing that was cut is such a one.
 */

/** A message to 50,000 recipients, each with its reason, is one line. */
const maxLine = 33_554_432

const statuses: Readonly<Record<string, QueueStatus>> = {
  active: 'active',
  deferred: 'deferred',
  hold: 'hold',
  incoming: 'incoming',
  // Submitted on the machine, and not picked up yet.
  maildrop: 'incoming'
}

type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value)

const parseJson = (line: string): unknown => {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

/** showq(8) prints the null sender as MAILER-DAEMON (the default of `empty_address_recipient`). */
export const senderOf = (sender: string): string => (sender === '' || sender === 'MAILER-DAEMON' ? '<>' : sender)

const recipientOf = (value: unknown): readonly QueueRecipient[] => {
  if (!isFields(value) || typeof value.address !== 'string') return []
  const reason = value.delay_reason
  return [{ address: value.address, ...(typeof reason === 'string' && reason !== '' ? { reason: shortReason(reason) } : {}) }]
}

const entryOf = (line: string): QueueEntry | undefined => {
  const message = parseJson(line)
  if (!isFields(message)) return undefined
  const { queue_name: name, queue_id: queueId, sender, message_size: size } = message
  const listed = Array.isArray(message.recipients) ? message.recipients : []
  const recipients = listed.flatMap(recipientOf)
  if (typeof queueId !== 'string' || queueId === '' || recipients.length < listed.length) return undefined
  const arrived = isoOfSeconds(message.arrival_time)
  return {
    queueId,
    ...(typeof sender === 'string' ? { sender: senderOf(sender) } : {}),
    recipients,
    ...(typeof size === 'number' && size >= 0 ? { size } : {}),
    ...(arrived === undefined ? {} : { arrived }),
    status:
      (typeof name === 'string' && Object.hasOwn(statuses, name) ? statuses[name] : undefined) ??
      statusOf(recipients.some(({ reason }) => reason !== undefined))
  }
}

export const postqueueJson: QueueFormat = {
  id: 'postqueue-json',
  name: 'Postfix queue (postqueue -j)',
  program: 'postfix',
  recognise: (firstLines) =>
    firstLines.some((line) => /^\s{0,8}\{"queue_name": ?"/.test(line.slice(0, 40)) && line.includes('"queue_id"')) ? 1 : 0,
  open: (emit) => ({
    line: (line) => {
      const text = line.trim()
      // What postqueue says of itself goes to the other output, and gets in here by `2>&1`.
      if (text === '' || text.startsWith('postqueue: ')) return 'ignored'
      const entry = line.length > maxLine ? undefined : entryOf(text)
      if (entry === undefined) return 'unread'
      emit(entry)
      return entry.recipients.length > 0 ? 'event' : 'ignored'
    },
    end: () => {}
  })
}
