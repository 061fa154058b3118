import { maxQueueLine, openEntries, type QueueFormat } from './queue-entry.ts'
import { isoTime } from './queue-time.ts'

/**
 * `exim -bp`, Exim's `mailq` (also `-bpa`, `-bpu`).
 * Source: src/src/queue.c, queue_list(), and string_format_size() (github.com/Exim/exim); the specification, chapter 5, `-bp`. Listings of
 * Exim 4.96 are in the test; ids of 4.97 and later are longer.
 *
 * It prints ages (minutes up to 90, hours up to 72, then days) and rounded sizes, and never a reason: the log has it. Recipients with `D`
 * are delivered and wait for nothing. What waits is `deferred`, or `frozen`. A message whose spool file cannot be read is `unread`.
 */
const headLine =
  /^ {0,4}(?:(\d{1,6})([smhdw]) +)?(?:(\d{1,6}(?:\.\d)?)([KM]?) +)?([0-9A-Za-z]{6}-[0-9A-Za-z]{6,11}-[0-9A-Za-z]{2,4})( <.*)?$/
const frozen = ' *** frozen ***'
const seconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 }
const bytes: Readonly<Record<string, number>> = { '': 1, K: 1_024, M: 1_048_576 }

/** ` <a@example.com>`, or with the login behind it of a user who may not say who he is: ` <a@example.com> (john)`. */
const senderOf = (text: string): string => {
  const sender = text.slice(2, text.lastIndexOf('>'))
  return sender === '' ? '<>' : sender
}

const isHead = (line: string): boolean => headLine.test(line.slice(0, 400)) && line.includes(' <')

export const eximQueue: QueueFormat = {
  id: 'exim-queue',
  name: 'Exim queue (exim -bp, mailq)',
  program: 'exim',
  recognise: (firstLines) => (isHead(firstLines.find((line) => line.trim() !== '') ?? '') ? 1 : 0),
  open: (emit, { now }) => {
    const entries = openEntries(emit)
    return {
      line: (line) => {
        if (line.length > maxQueueLine) return 'unread'
        const text = line.trimEnd()
        if (text === '') {
          entries.end()
          return 'ignored'
        }
        const recipient = /^ {8}([D ]) (?=\S)/.exec(text)
        if (recipient !== null && entries.isOpen()) return recipient[1] === 'D' ? 'ignored' : entries.recipient(text.slice(10))
        if (text.startsWith('       +D ') && entries.isOpen()) return 'ignored'
        const isFrozen = text.endsWith(frozen)
        const head = headLine.exec(isFrozen ? text.slice(0, -frozen.length) : text)
        if (head === null || (head[1] === undefined && head[3] === undefined)) return 'unread'
        const [, age, unit = '', size, scale = '', queueId = '', sender] = head
        const arrived = age === undefined ? undefined : isoTime((Math.floor(now / 1_000) - Number(age) * (seconds[unit] ?? 0)) * 1_000)
        return entries.begin({
          queueId,
          ...(sender === undefined ? {} : { sender: senderOf(sender) }),
          ...(size === undefined ? {} : { size: Math.round(Number(size) * (bytes[scale] ?? 1)) }),
          ...(arrived === undefined ? {} : { arrived }),
          status: isFrozen ? 'frozen' : 'deferred'
        })
      },
      end: entries.end
    }
  }
}
