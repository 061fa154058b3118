import { senderOf } from './postqueue-json.ts'
import { maxQueueLine, openEntries, type QueueFormat, type QueueStatus } from './queue-entry.ts'
import { lastSuchTime } from './queue-time.ts'

/**
 * `postqueue -p`, Postfix's `mailq`.
 * Source: postqueue(1), option -p; postfix/src/postqueue/showq_compat.c (github.com/vdukhovni/postfix). A reason stands before the
 * recipients it holds for; short and long queue ids give other columns. Listings of Postfix 3.7 are in the test.
 *
 * Times have no year and are the machine's own. A deferred message without a reason looks like one that was not tried: it is `incoming`.
 */
const headLine = /^([0-9A-Za-z]{6,24})([*!]?)#? +(\d{1,15}) +[A-Z][a-z]{2} ([A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d) {1,2}(.{0,1000})$/
const heading = /^-{2,}Queue ID-{2,} /
const summary = /^-- \d{1,20} Kbytes in \d{1,12} Requests?\.$/
/** What Postfix prints of a queue in which nothing waits. */
const empty = 'Mail queue is empty'
const marks: Readonly<Record<string, QueueStatus>> = { '*': 'active', '!': 'hold' }

export const postqueue: QueueFormat = {
  id: 'postqueue',
  name: 'Postfix queue (postqueue -p, mailq)',
  program: 'postfix',
  recognise: (firstLines) => (firstLines.some((line) => /^-{1,8}Queue ID-{1,8} /.test(line.slice(0, 40)) || line.trim() === empty) ? 1 : 0),
  open: (emit, { now, zone }) => {
    const entries = openEntries((entry) => {
      const tried = entry.status === 'incoming' && entry.recipients.some(({ reason }) => reason !== undefined)
      emit(tried ? { ...entry, status: 'deferred' } : entry)
    })
    return {
      line: (line) => {
        if (line.length > maxQueueLine) return 'unread'
        const text = line.trimEnd()
        if (text === '') {
          entries.end()
          return 'ignored'
        }
        const head = headLine.exec(text)
        if (head !== null) {
          const [, queueId = '', mark = '', size = '', time = '', sender = ''] = head
          const arrived = lastSuchTime(time, now, zone)
          return entries.begin({
            queueId,
            sender: senderOf(sender),
            size: Number(size),
            ...(arrived === undefined ? {} : { arrived }),
            status: marks[mark] ?? 'incoming'
          })
        }
        const words = text.trimStart()
        if (words.startsWith('(') && words.endsWith(')') && entries.isOpen())
          return entries.reason(words === '(reason unavailable)' ? undefined : words.slice(1, -1))
        if (text.length - words.length >= 20) return entries.recipient(words)
        if (heading.test(text) || /^-Queue ID- /.test(text) || summary.test(text) || text === empty) return 'ignored'
        return text.startsWith('postqueue: ') || text.startsWith('mailq: ') ? 'ignored' : 'unread'
      },
      end: entries.end
    }
  }
}
