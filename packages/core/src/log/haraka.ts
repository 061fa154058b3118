import { attemptEvent, labelsOf, type Told } from './attempt.ts'
import { type HarakaLine, readHarakaLine } from './haraka-line.ts'
import { maxJsonLine } from './json-line.ts'
import type { LineVerdict, LogEvent, LogFormat, LogReader, LogReaderOptions } from './log-reader.ts'
import { openSyslog } from './syslog.ts'
import { kept, openMemory } from './syslog-join.ts'

/**
 * Haraka. What goes out is logged by `outbound`: a line per recipient where a server refused or deferred that one, a line per message
 * (`bouncing mail`, `Temp failing`, `delivered file=…`) that names none; the recipients come from the transaction that took the message
 * in (`recipient <…> code=…`), joined by its uuid. Where the log does not hold that, the event names no recipient, and as many events
 * are told as the line counts (`rcpts=delivered/deferred/bounced`). `code=DENY…` is what this server refused.
 *
 * Sources: haraka/Haraka outbound/hmail.js (`bounce`, `temp_fail`, `deferred_respond`, `delivered`, `finish_processing_mail`),
 * connection.js (`mail_respond`). memory: `recipient` and `queue` lines have the same form as `sender`; the uuid of a mail that goes out
 * is that of its transaction, with a number behind it in newer versions.
 */
type Transaction = {
  sender: string | undefined
  recipients: string[]
  /** Delivered, or refused for good: no later attempt is about them. */
  readonly done: Set<string>
  /** Told by a line of their own in this attempt. */
  readonly told: Set<string>
  readonly reasons: Map<string, string>
}

/** A transaction of more recipients is not joined further: its events are told without. */
const maxRecipients = 1_000

/** Letters of a reason that are remembered. */
const maxReason = 4_096

const tooMany = /^Too many failures \((.*)\)$/s
const someRecipients = /^Some recipients (?:temp )?failed: /

/** What `outbound` tells of no attempt's end. */
const talk =
  /^(?:Attempting to deliver|Looking up|MX Lookup|DNS lookup|Failed to get pool entry|Ongoing connection failed|secured|Double bounce|[Pp]lugin responded|delivered plugin|Sending mail|TLS |Forcing TLS|Got a MX|get_mx plugin|Delivery of this email delayed|delivery disabled|queue|\[|$)/
const deliveryLike = /\b(?:deliver|bounc|defer|reject|temp ?fail|recipient|undeliver)/i

/** One transaction must not grow with the log. */
const addTo = (addresses: Set<string>, address: string): void => {
  if (addresses.size < maxRecipients) addresses.add(kept(address))
}

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1).toLowerCase()

const addressesIn = (text: string): readonly string[] => [...text.matchAll(/<([^<>\s]{1,320})>/g)].map(([, address = '']) => address)

const open = (emit: (event: LogEvent) => void, options: LogReaderOptions): LogReader => {
  const prefix = openSyslog(options)
  const transactions = openMemory<Transaction>(options.remember)

  const transactionOf = (uuid: string): Transaction | undefined => transactions.get(uuid) ?? transactions.get(uuid.replace(/\.\d+$/, ''))

  const begun = (uuid: string): Transaction => {
    const known = transactions.get(uuid)
    if (known !== undefined) return known
    const fresh: Transaction = { sender: undefined, recipients: [], done: new Set(), told: new Set(), reasons: new Map() }
    transactions.set(uuid, fresh)
    return fresh
  }

  /** Those whom a line about the whole message is about. */
  const waiting = (transaction: Transaction | undefined, domain: string | undefined): readonly string[] => {
    const left = (transaction?.recipients ?? []).filter((each) => !transaction?.done.has(each) && !transaction?.told.has(each))
    if (domain !== undefined) return left.filter((each) => domainOf(each) === domain)
    // Messages go out domain by domain, and the line does not say which one this is.
    return new Set(left.map(domainOf)).size > 1 ? [] : left
  }

  const refused = ({ fields, uuid, message }: HarakaLine, told: Told): LineVerdict => {
    const transaction = transactionOf(uuid)
    const named = addressesIn(message)[0]
    const text = fields.get('msg')
    const replyCode = fields.get('code')?.startsWith('DENYSOFT') ? 450 : 550
    const recipients = message.startsWith('recipient') ? [named] : message.startsWith('queue') ? waiting(transaction, undefined) : []
    const sender = message.startsWith('sender') ? named : transaction?.sender
    const stage = message.startsWith('recipient') ? 'rcpt' : message.startsWith('sender') ? 'mail' : 'end-of-data'
    for (const recipient of recipients.length === 0 ? [undefined] : recipients)
      emit(attemptEvent('failed', { ...told, direction: 'inbound', recipient, sender, stage, replyCode, diagnosticCode: text }))
    return 'event'
  }

  const takenIn = (line: HarakaLine, told: Told): LineVerdict => {
    if (!/^(?:sender|recipient|queue)\b/.test(line.message) || !line.fields.has('code')) return 'ignored'
    if (/^DENY/.test(line.fields.get('code') ?? '')) return refused(line, told)
    const address = addressesIn(line.message)[0]
    if (line.uuid !== '' && address !== undefined) {
      const transaction = begun(line.uuid)
      if (line.message.startsWith('sender')) transaction.sender = kept(address)
      else if (transaction.recipients.length < maxRecipients && !transaction.recipients.includes(address))
        transaction.recipients.push(kept(address))
    }
    return 'part'
  }

  const wholeMessage = (kind: 'failed' | 'delayed', reason: string, { uuid }: HarakaLine, told: Told): LineVerdict => {
    const transaction = transactionOf(uuid)
    const inner = tooMany.exec(reason)?.[1]
    const text = (inner ?? reason).replace(/^Upstream error: /, '')
    const named = someRecipients.test(text) ? addressesIn(text) : undefined
    // Each had a line of its own ("recipient <…> rejected: …") already.
    if (named !== undefined && inner === undefined) {
      transaction?.told.clear()
      return 'part'
    }
    const recipients = named ?? waiting(transaction, undefined)
    for (const recipient of recipients.length === 0 ? [undefined] : recipients) {
      const diagnosticCode = named === undefined ? text : (transaction?.reasons.get(recipient ?? '') ?? text)
      emit(attemptEvent(kind, { ...told, recipient, sender: transaction?.sender, diagnosticCode, expired: inner !== undefined }))
      if (transaction !== undefined && recipient !== undefined && kind === 'failed') addTo(transaction.done, recipient)
    }
    transaction?.told.clear()
    return 'event'
  }

  const delivered = ({ fields, uuid }: HarakaLine, told: Told): LineVerdict => {
    const transaction = transactionOf(uuid)
    const domain = fields.get('domain')?.toLowerCase()
    const counted = Number(/^(\d{1,6})\//.exec(fields.get('rcpts') ?? '')?.[1] ?? Number.NaN)
    const known = waiting(transaction, domain)
    const count = Math.min(Number.isNaN(counted) ? Math.max(1, known.length) : counted, maxRecipients)
    const recipients = known.length === count ? known : Array.from({ length: count }, () => undefined)
    const delay = Number(fields.get('delay') ?? Number.NaN)
    for (const recipient of recipients) {
      emit(
        attemptEvent('delivered', {
          ...told,
          recipient,
          sender: transaction?.sender,
          remoteMta: fields.get('host') ?? fields.get('ip'),
          diagnosticCode: fields.get('response'),
          delay: delay >= 0 ? delay : undefined,
          labels: labelsOf([
            ['domain', domain],
            ['file', fields.get('file') ?? fields.get('delivered file')]
          ])
        })
      )
      if (transaction !== undefined && recipient !== undefined) addTo(transaction.done, recipient)
    }
    transaction?.told.clear()
    return recipients.length > 0 ? 'event' : 'part'
  }

  const goesOut = (line: HarakaLine, told: Told): LineVerdict => {
    const { message, uuid, fields, level } = line
    const one = /^recipient <([^<>\s]{1,320})> (deferred|rejected): (.*)$/s.exec(message)
    if (one !== null) {
      const [, recipient = '', what, diagnosticCode = ''] = one
      const transaction = transactionOf(uuid)
      if (transaction !== undefined) {
        addTo(what === 'rejected' ? transaction.done : transaction.told, recipient)
        if (transaction.reasons.size < maxRecipients) transaction.reasons.set(kept(recipient), kept(diagnosticCode.slice(0, maxReason)))
      }
      emit(attemptEvent(what === 'rejected' ? 'failed' : 'delayed', { ...told, recipient, sender: transaction?.sender, diagnosticCode }))
      return 'event'
    }
    if (message.startsWith('bouncing mail: ')) return wholeMessage('failed', message.slice(15).replace(/^Error: /, ''), line, told)
    const temporary = /^Temp failing \S{1,300} for [\d.]{1,20} seconds: (.*)$/s.exec(message)
    if (temporary !== null) return wholeMessage('delayed', temporary[1] ?? '', line, told)
    if (/^delivered\b/.test(message) || fields.has('delivered file')) if (fields.has('response')) return delivered(line, told)
    if (talk.test(message)) return 'part'
    return deliveryLike.test(message) && !/^(?:DATA|PROTOCOL|DEBUG)$/.test(level) ? 'unread' : 'ignored'
  }

  const line = (text: string): LineVerdict => {
    if (text.trim() === '') return 'ignored'
    if (text.length > maxJsonLine) return 'unread'
    const read = readHarakaLine(text)
    if (read === undefined) return deliveryLike.test(text.slice(0, 4_096)) ? 'unread' : 'ignored'
    const { time, host } = prefix(text)
    const told: Told = { time: read.time ?? time, host: host?.startsWith('[') ? undefined : host, program: 'haraka', queueId: read.uuid }
    return read.origin === 'outbound' ? goesOut(read, told) : takenIn(read, told)
  }

  return { line, end: () => {} }
}

export const haraka: LogFormat = {
  id: 'haraka',
  name: 'Haraka',
  recognise: (lines) => {
    const told = lines.filter((line) => line.trim() !== '')
    return told.length === 0 ? 0 : told.filter((line) => readHarakaLine(line) !== undefined).length / told.length
  },
  open
}
