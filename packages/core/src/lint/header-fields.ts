import { parseDate } from '../message/dates.ts'
import type { Add } from './checking.ts'
import { type Look, shown } from './look.ts'

/** RFC 5322 §3.6: at most once in a message; RFC 2045 §1 and RFC 2369 §2 for their own. */
const once = new Map(
  [
    'From',
    'Sender',
    'Reply-To',
    'To',
    'Cc',
    'Bcc',
    'Message-ID',
    'In-Reply-To',
    'References',
    'Subject',
    'Date',
    'MIME-Version',
    'Content-Type',
    'Content-Transfer-Encoding',
    'List-Unsubscribe',
    'List-Unsubscribe-Post'
  ].map((name) => [name.toLowerCase(), name])
)

const hour = 3_600_000
const day = 24 * hour
/** Clocks differ, and mail crosses zones: a date ahead by less is nothing. */
const mayBeAhead = 3 * hour
/** A message that travelled for longer than queues hold mail was written with a wrong date, or lay somewhere. */
const mayTravel = 5 * day
/** A file that no server has had may lie about: who lints a draft of last week sends it with a new date. */
const mayLie = 30 * day

const longSubject = 998

/** Which fields there are, how often, and whether those that programs read can be read. */
export const checkHeaderFields = (look: Look, domain: string, add: Add): void => {
  const { headers, fields, raw } = look
  const counts = new Map<string, number>()
  for (const { name } of fields) counts.set(name, (counts.get(name) ?? 0) + 1)
  for (const [name, written] of once) {
    const count = counts.get(name) ?? 0
    if (count > 1)
      add(
        'lint.header-doubled',
        headers
          .all(name)
          .slice(0, 3)
          .map((value) => `${written}: ${shown(value)}`),
        { header: written }
      )
  }
  const { end, partial } = headers
  if (partial === undefined && end >= 2 && end < raw.text.length && raw.text.charCodeAt(end - 2) !== 0x0a)
    add('lint.header-broken', [shown(raw.text.slice(end, end + 200).split('\n')[0] ?? '')])
  checkDate(look, add)
  const messageId = headers.get('message-id')
  if (messageId === undefined) add('lint.message-id-missing', [], { domain })
  else if (!/^<[^<>\s@]{1,500}@[^<>\s@]{1,500}>$/.test(messageId)) add('lint.message-id-invalid', [`Message-ID: ${shown(messageId)}`])
  if (!headers.has('to') && !headers.has('cc') && !headers.has('bcc')) add('lint.recipient-missing', [])
  const subject = headers.text('subject')
  if (subject === undefined || !/\S/.test(subject)) add('lint.subject-missing', subject === undefined ? [] : ['Subject:'])
  else if (subject.length > longSubject) add('lint.subject-long', [`${subject.length} characters`])
}

const checkDate = ({ headers, now }: Look, add: Add): void => {
  const written = headers.get('date')
  if (written === undefined) {
    add('lint.date-missing', [])
    return
  }
  const date = parseDate(written)
  const evidence = [`Date: ${shown(written)}`]
  if (date === undefined) {
    add('lint.date-invalid', evidence, { date: `Date: ${new Date(now).toUTCString().replace('GMT', '+0000')}` })
    return
  }
  const arrived = receivedAt(headers.get('received'))
  const told = arrived === undefined ? evidence : [...evidence, `Received: … ${new Date(arrived).toISOString().replace('.000Z', 'Z')}`]
  const age = (arrived ?? now) - Date.parse(date)
  if (age < -mayBeAhead) add('lint.date-future', told)
  else if (age > (arrived === undefined ? mayLie : mayTravel)) add('lint.date-old', told, { days: String(Math.floor(age / day)) })
}

/** When the last server took it: the topmost Received field ends with its date (RFC 5321 §4.4). */
export const receivedAt = (value: string | undefined): number | undefined => {
  const date = value === undefined ? undefined : parseDate(value.slice(value.lastIndexOf(';') + 1))
  return date === undefined ? undefined : Date.parse(date)
}
