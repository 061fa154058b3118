import { maxQueueLine, type QueueEntry, type QueueFormat, type QueueStatus, shortReason, statusOf } from './queue-entry.ts'
import { isoOfSeconds } from './queue-time.ts'

/**
 * `smtpctl show queue`, OpenSMTPD's `mailq`: a line for each recipient.
 * Source: usr.sbin/smtpd/smtpctl.c, show_queue_envelope() (github.com/OpenSMTPD/OpenSMTPD). Listings of OpenSMTPD 6.8 are in the test.
 *
 * Fields: `envelope id|family|agent|flags|sender|recipient|destination|created|expires|last try|tries|state|seconds|reason`. Sizes are not
 * told. `suspend` among the flags is an administrator's hold; `hold` is the scheduler's own and passes by itself. The state is `offline`
 * for each where the server does not run.
 */
const fieldsBeforeReason = 13
const rowStart = /^[0-9a-f]{16}\|/

const statusIn = (flags: string, state: string, hasReason: boolean): QueueStatus => {
  if (flags.split(',').includes('suspend')) return 'hold'
  return state === 'inflight' ? 'active' : statusOf(hasReason)
}

const entryOf = (line: string): QueueEntry | undefined => {
  const fields = line.split('|')
  const [queueId = '', , , flags = '', sender = '', recipient = '', destination = '', created = '', , , , state = ''] = fields
  if (fields.length <= fieldsBeforeReason || recipient === '') return undefined
  // A reply may have the sign that separates fields.
  const reason = fields.slice(fieldsBeforeReason).join('|')
  const arrived = isoOfSeconds(Number(created))
  return {
    queueId,
    sender: sender === '@' ? '<>' : sender,
    recipients: [
      {
        address: destination === '@' || destination === '' ? recipient : destination,
        ...(reason === '' ? {} : { reason: shortReason(reason) })
      }
    ],
    ...(arrived === undefined ? {} : { arrived }),
    status: statusIn(flags, state, reason !== '')
  }
}

export const smtpctlQueue: QueueFormat = {
  id: 'smtpctl',
  name: 'OpenSMTPD queue (smtpctl show queue)',
  program: 'smtpd',
  recognise: (firstLines) =>
    firstLines.some((line) => rowStart.test(line) && line.slice(0, maxQueueLine).split('|', 14).length === 14) ? 1 : 0,
  open: (emit) => ({
    line: (line) => {
      if (line.length > maxQueueLine) return 'unread'
      const text = line.trimEnd()
      if (text === '' || text.startsWith('smtpctl: ')) return 'ignored'
      const entry = rowStart.test(text) ? entryOf(text) : undefined
      if (entry === undefined) return 'unread'
      emit(entry)
      return 'event'
    },
    end: () => {}
  })
}
