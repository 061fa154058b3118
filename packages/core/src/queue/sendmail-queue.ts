import type { LineVerdict } from '../log/log-reader.ts'
import { type Entries, maxQueueLine, openEntries, type QueueFormat } from './queue-entry.ts'
import { lastSuchTime } from './queue-time.ts'

/**
 * `sendmail -bp`, sendmail's `mailq`, also with -v and for quarantined mail (-qQ).
 * Source: contrib/sendmail/src/queue.c, print_single_queue() (github.com/MidnightBSD/src, 8.14 and later). Listings of sendmail 8.17 are in
 * the test.
 *
 * The reason before the recipients is the message's last one; only -v gives each recipient's own, behind it. Without -v a reason is cut
 * after 60 letters and an address after 38, with -v after 100 and 71: a cut address says so. Times are local, to the minute, without a
 * year. `*`: it is being sent; quarantined mail is on `hold`.
 */
// An id ends with the process id, so that an X behind it is a mark; a mark may stand right before a size of eight digits.
const idAndMark = '^ {0,5}([0-9A-Za-z]{5,19}\\d)(?:([*?X-]) *| +)'
const headLine = new RegExp(
  `${idAndMark}(-?\\d{1,15}) (?:[A-Z][a-z]{2} |-? *\\d{1,12}[+ ])([A-Z][a-z]{2} [ \\d]\\d \\d\\d:\\d\\d)(?: (.{0,400}))?$`
)
/** A message that is just being written, has just gone, or may not be read. */
const noDetails = new RegExp(`${idAndMark}\\((?:no control file|job completed|permission denied)\\)$`)
const summary =
  /^\s{0,20}(?:Total requests: \d{1,12}|\S{1,200} \(\d{1,12} requests?(?:, only \d{1,12} printed)?\)|\S{1,200} is empty|M[ST][PA] Queue status\.\.\.)$/
/** What sendmail prints of a queue in which nothing waits. */
const isEmpty = /^\/\S{1,200} is empty$/
const bodyType = /^(?:7BIT|8BITMIME) {0,20}(?=\(|$)/
const maxShown = 38
const maxShownVerbose = 71

/** Queue files hold addresses with or without angle brackets; `\` is doubled. */
const bare = (address: string): string => (/^<.*>$/.test(address) ? address.slice(1, -1) : address).replaceAll('\\\\', '\\')

const withoutState = (reason: string): string => reason.replace(/^Deferred: /, '')

const indentedLine = (entries: Entries, words: string, verbose: boolean, hasRecipient: boolean): LineVerdict => {
  if (words.startsWith('QUARANTINE: ')) return entries.status('hold')
  const rest = words.replace(bodyType, '')
  if (rest === '' || /^\(---.*---\)$/.test(rest)) return entries.isOpen() ? 'part' : 'unread'
  if (rest.startsWith('(') && rest.endsWith(')')) {
    const reason = withoutState(rest.slice(1, -1))
    return hasRecipient ? entries.reasonOfLast(reason) : entries.reason(reason)
  }
  if (!/^(?:<.*|".*|\S+)$/.test(rest)) return 'unread'
  const cut = rest.startsWith('<') ? !rest.endsWith('>') : rest.length >= (verbose ? maxShownVerbose : maxShown)
  return entries.recipient(cut ? rest.replace(/^</, '') : bare(rest), undefined, cut)
}

export const sendmailQueue: QueueFormat = {
  id: 'sendmail-queue',
  name: 'sendmail queue (sendmail -bp, mailq)',
  program: 'sendmail',
  recognise: (firstLines) => (firstLines.some((line) => line.startsWith('-----Q-ID-----') || isEmpty.test(line)) ? 1 : 0),
  open: (emit, { now, zone }) => {
    let verbose = false
    let hasRecipient = false
    const entries = openEntries((entry) => {
      const untried = entry.status === 'deferred' && entry.recipients.every(({ reason }) => reason === undefined)
      emit(untried ? { ...entry, status: 'incoming' } : entry)
    })
    return {
      line: (line) => {
        if (line.length > maxQueueLine) return 'unread'
        const text = line.trimEnd()
        if (text === '' || summary.test(text)) return 'ignored'
        if (text.startsWith('-----Q-ID-----')) {
          verbose = text.includes('-Priority-')
          return 'ignored'
        }
        const head = headLine.exec(text)
        if (head !== null) {
          const [, queueId = '', mark, size = '', time = '', sender = ''] = head
          const arrived = lastSuchTime(time, now, zone)
          hasRecipient = false
          return entries.begin({
            queueId,
            ...(sender === '' ? {} : { sender: sender === '<>' ? sender : bare(sender) }),
            ...(Number(size) < 0 ? {} : { size: Number(size) }),
            ...(arrived === undefined ? {} : { arrived }),
            status: mark === '*' ? 'active' : 'deferred'
          })
        }
        if (noDetails.test(text)) {
          entries.end()
          return 'ignored'
        }
        if (!/^\s/.test(text)) return 'unread'
        const verdict = indentedLine(entries, text.trimStart(), verbose, hasRecipient)
        if (verdict === 'event') hasRecipient = true
        return verdict
      },
      end: entries.end
    }
  }
}
