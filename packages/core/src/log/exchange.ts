import type { EventKind } from '../event/delivery-event.ts'
import { attemptEvent, clientName, labelsOf } from './attempt.ts'
import { maxCsvLine, readCsvFields } from './csv-line.ts'
import { columnsOfRow, type ExchangeColumns, readExchangeHeader } from './exchange-columns.ts'
import { readRecipientStatus } from './exchange-status.ts'
import type { LineVerdict, LogEvent, LogFormat, LogReader, LogReaderOptions } from './log-reader.ts'
import { readLogTime } from './log-time.ts'
import type { LogZone } from './log-zone.ts'

/**
 * Exchange message tracking (`MSGTRK….LOG`, CSV with a `#Fields:` line), and its export by Get-MessageTrackingLog | Export-Csv.
 *
 * SEND is a delivery to another server, DELIVER one to a mailbox; FAIL, SUBMITFAIL, BADMAIL and the like are failures, DEFER and the like
 * delays. A hop between servers of the same organisation is `part`: the mailbox or the outside server tells the end. Rows about other
 * things a message goes through are `part`; an event-id that Microsoft does not list is `unread`, as is a row of other columns.
 *
 * Sources: learn.microsoft.com/exchange/mail-flow/transport-logs/message-tracking (event types, fields; read as
 * message-tracking.md of OfficeDocs-Exchange); learn.microsoft.com/archive/blogs/tkern/a-note-on-defer-and-fail-event-ids… (DEFER and FAIL
 * of transport rules). memory: the connector's name of hops inside, `RESOLVER.FWD` and `RESOLVER.GRP` rows of FAIL with a 250.
 */
const kindOfEvent: Readonly<Record<string, EventKind>> = {
  SEND: 'delivered',
  DELIVER: 'delivered',
  FAIL: 'failed',
  SUBMITFAIL: 'failed',
  RESUBMITFAIL: 'failed',
  BADMAIL: 'failed',
  MODERATORREJECT: 'failed',
  MODERATORSALLNDR: 'failed',
  MODERATIONEXPIRE: 'failed',
  DEFER: 'delayed',
  SUBMITDEFER: 'delayed',
  RESUBMITDEFER: 'delayed',
  THROTTLE: 'delayed',
  POISONMESSAGE: 'delayed',
  SUPPRESSED: 'suppressed',
  // Dropped without a notice: spam, or a request for approval that was answered. Neither an attempt nor nothing.
  DROP: 'other'
}

const parts = new Set(
  'CLIENTSUBMISSION DELIVERFAIL DSN DUPLICATEDELIVER DUPLICATEEXPAND DUPLICATEREDIRECT EXPAND INITMESSAGECREATED LOAD MODERATORAPPROVE PROCESS PROCESSMEETINGMESSAGE RECEIVE REDIRECT RESOLVE RESUBMIT SUBMIT TRANSFER'.split(
    ' '
  )
)

const ignored = new Set('AGENTINFO HADISCARD HARECEIVE HAREDIRECT HAREDIRECTFAIL NOTIFYMAPI NOTIFYSHADOW'.split(' '))

const internalConnector = 'intra-organization smtp send connector'

/** More recipients than a message may have (5,000 by default, 20,000 at most in one row). */
const maxRecipients = 20_000

type Row = (name: string) => string

const emitRow = (kind: EventKind, row: Row, emit: (event: LogEvent) => void, zone: LogZone | undefined): LineVerdict => {
  const recipients = row('recipientaddress')
    .split(';', maxRecipients)
    .filter((address) => address.trim() !== '')
  const statuses = readRecipientStatus(row('recipientstatus'), Math.max(1, recipients.length))
  const refused = kind === 'failed' && row('source') === 'AGENT' && row('directionality').toLowerCase() === 'incoming'
  const sends = row('eventid').toUpperCase() === 'SEND'
  const size = Number(row('totalbytes'))
  let told = false
  for (const [index, recipient] of (recipients.length === 0 ? [undefined] : recipients).entries()) {
    const status = statuses[index]
    const text = status?.text ?? ''
    // Forwarding, redirecting and expanding a group end the message for the address that it came to: no failure.
    if (kind === 'failed' && /^2\d\d[ -]/.test(text)) continue
    told = true
    emit(
      attemptEvent(kind, {
        direction: refused ? 'inbound' : 'outbound',
        recipient,
        sender: row('returnpath') || row('senderaddress'),
        messageId: row('messageid'),
        subject: row('messagesubject'),
        queueId: row('internalmessageid'),
        time: readLogTime(row('datetime'), zone),
        diagnosticCode: /[ .]/.test(text) ? text : row('reference') && kind === 'delayed' ? row('reference') : row('sourcecontext'),
        remoteMta: status?.remoteMta ?? (sends ? row('serverhostname') : undefined),
        localIp: sends ? row('clientip') : undefined,
        host: sends ? row('clienthostname') : row('serverhostname') || row('clienthostname'),
        client: sends ? undefined : clientName(row('clienthostname'), row('originalclientip') || row('clientip')),
        program: 'exchange',
        size: size > 0 ? size : undefined,
        expired: kind === 'failed' && (text.includes('QUEUE.Expired') || row('eventid').toUpperCase() === 'MODERATIONEXPIRE'),
        labels: labelsOf([
          ['connector', row('connectorid')],
          ['source', row('source')],
          ['directionality', row('directionality')]
        ])
      })
    )
  }
  return told ? 'event' : 'part'
}

const open = (emit: (event: LogEvent) => void, { zone, header = [] }: LogReaderOptions): LogReader => {
  let columns: ExchangeColumns | undefined
  for (const line of header) columns = readExchangeHeader(line) ?? columns

  const line = (raw: string): LineVerdict => {
    // Exchange begins its files with a byte order mark, as UTF-8 has it.
    const text = raw.charCodeAt(0) === 0xfeff ? raw.slice(1) : raw
    if (text.trim() === '') return 'ignored'
    const named = readExchangeHeader(text)
    if (named !== undefined) columns = named
    if (named !== undefined || text.startsWith('#')) return 'ignored'
    if (text.length > maxCsvLine) return 'unread'
    const { fields } = readCsvFields(text)
    const places = columns ?? columnsOfRow(fields)
    if (places === undefined) return 'unread'
    const row: Row = (name) => fields[places.get(name) ?? -1] ?? ''
    const event = row('eventid').toUpperCase()
    if (ignored.has(event)) return 'ignored'
    if (parts.has(event)) return 'part'
    const kind = Object.hasOwn(kindOfEvent, event) ? kindOfEvent[event] : undefined
    // A log that was cut within the row has fewer columns than its header.
    if (kind === undefined || fields.length < Math.min(places.size, (places.get('recipientstatus') ?? 0) + 1)) return 'unread'
    // "A zero defer": a transport rule changed the recipients, and the message is looked at again at once.
    if (event === 'DEFER' && row('source') === 'AGENT') return 'part'
    if (event === 'SEND' && row('connectorid').toLowerCase().includes(internalConnector)) return 'part'
    return emitRow(kind, row, emit, zone)
  }

  return { line, end: () => {} }
}

export const exchange: LogFormat = {
  id: 'exchange',
  name: 'Microsoft Exchange message tracking',
  recognise: (lines) => {
    if (lines.some((line) => /^\ufeff?#Log-type: Message Tracking Log/i.test(line) || readExchangeHeader(line) !== undefined)) return 1
    const rows = lines.filter((line) => line.trim() !== '' && line.length <= maxCsvLine)
    const fitting = rows.filter((line) => columnsOfRow(readCsvFields(line).fields) !== undefined)
    return rows.length === 0 ? 0 : (0.9 * fitting.length) / rows.length
  },
  open
}
