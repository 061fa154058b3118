import { parseDate } from '../message/dates.ts'
import { maxQueueLine, openEntries, type QueueFormat } from './queue-entry.ts'

/**
 * `qmail-qread`.
 * Source: qmail-qread.c (github.com/notqmail/notqmail). It prints arrival in GMT, and no reasons: the log has them. What the test holds
 * was written after that source, since no qmail was at hand.
 *
 * Recipients that are `done` wait for nothing. `bouncing` says that a bounce for others of the message is being gathered; it is tried on.
 */
const headLine = /^(\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d) GMT {2}#(\d{1,20}) {2}(\d{1,15}) {2}<(.{0,1000})> (?: bouncing)?$/
const recipientLine = /^( {2}done)?\t(?:local|remote)\t(?=\S)/

export const qmailQread: QueueFormat = {
  id: 'qmail-qread',
  name: 'qmail queue (qmail-qread)',
  program: 'qmail',
  recognise: (firstLines) => (firstLines.some((line) => headLine.test(line.slice(0, 2_000))) ? 1 : 0),
  open: (emit) => {
    const entries = openEntries(emit)
    return {
      line: (line) => {
        if (line.length > maxQueueLine) return 'unread'
        const recipient = recipientLine.exec(line)
        if (recipient !== null && entries.isOpen())
          return recipient[1] === undefined ? entries.recipient(line.slice(recipient[0].length).trimEnd()) : 'ignored'
        const text = line.trimEnd()
        const head = headLine.exec(/> {0,2}$/.test(line) ? `${text} ` : text)
        if (head !== null) {
          const [, time = '', queueId = '', size = '', sender = ''] = head
          const arrived = parseDate(`${time} +0000`)
          return entries.begin({
            queueId,
            sender: sender === '' ? '<>' : sender,
            size: Number(size),
            ...(arrived === undefined ? {} : { arrived }),
            status: 'deferred'
          })
        }
        // The message went while the queue was listed.
        return text === '' || text.startsWith('warning: trouble with #') ? 'ignored' : 'unread'
      },
      end: entries.end
    }
  }
}
