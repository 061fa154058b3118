import type { LineVerdict, LogEvent, LogFormat, LogReader, LogReaderOptions } from './log-reader.ts'
import { deliveryText, fillReport, remoteOf } from './qmail-report.ts'
import { readStamp } from './qmail-time.ts'
import { openSyslog, type SyslogPrefix, shareOf } from './syslog.ts'
import { fillCodes } from './syslog-codes.ts'
import { type Arrival, bytesIn, type Filling, joinArrival, kept, maxLine, openMemory } from './syslog-join.ts'

/**
 * qmail-send's log (qmail, netqmail, notqmail, IndiMail), from multilog (TAI64N), tai64nlocal, accustamp or splogger through syslog.
 * Source: qmail-send.c and qsutil.c of qmail 1.03.
 *
 * `starting delivery D: msg N to remote user@example.com` is joined to `delivery D: success|failure|deferral: text`, and by N to `info msg N:
 * bytes B from <sender> qp P uid U`. Delivery numbers begin anew when qmail-send does, and message numbers are used again: the last line wins.
 * A delivery that began before the log has no recipient, and is an event all the same. A bounce that cannot be sent (`triple bounce:
 * discarding`) is of kind `other`.
 * memory: rblsmtpd's `rblsmtpd: 192.0.2.1 pid 123: 553 text`; it answers so to every recipient of the client.
 */
export const qmail: LogFormat = {
  id: 'qmail',
  name: 'qmail',
  recognise: (firstLines) =>
    shareOf(firstLines, (line, { program, at }) => {
      const start = readStamp(line, program === undefined ? 0 : at).end
      return verbs.some((verb) => line.startsWith(verb, start)) ? 1 : 0
    }),
  open: (emit, options) => openQmail(emit, options)
}

const verbs = [
  'new msg ',
  'info msg ',
  'starting delivery ',
  'delivery ',
  'status: ',
  'end msg ',
  'bounce msg ',
  'triple bounce',
  'double bounce'
]

const programs = ['qmail', 'rblsmtpd', 'tcpserver', 'send', 'smtpd']

const noPrefix: SyslogPrefix = { time: undefined, host: undefined, program: undefined, pid: undefined, at: 0 }

type Delivery = { readonly message: string; readonly recipient: string }

const openQmail = (emit: (event: LogEvent) => void, options: LogReaderOptions): LogReader => {
  const messages = openMemory<Arrival>(options.remember)
  const deliveries = openMemory<Delivery>(options.remember)
  const syslog = openSyslog(options)

  const read = (line: string): LineVerdict => {
    if (line.length > maxLine) return 'unread'
    const own = readStamp(line, 0, options.zone)
    const isOwn = verbs.some((verb) => line.startsWith(verb, own.end))
    const { time, host, program, at } = isOwn ? noPrefix : syslog(line)
    if (program !== undefined && !programs.some((name) => program.startsWith(name)) && !verbs.some((verb) => line.startsWith(verb, at)))
      return 'ignored'
    const stamp = at === 0 ? own : readStamp(line, at, options.zone)
    const text = line.slice(stamp.end)
    const base: Filling = { kind: 'delivered', direction: 'outbound', outcome: 'delivered' }
    const when = stamp.time ?? time
    if (when !== undefined) base.time = when
    if (program !== undefined) base.program = program
    if (host !== undefined) base.host = base.reportingMta = host
    if (program === 'rblsmtpd' || text.startsWith('rblsmtpd: ')) return refuse(text, base)
    return ofSend(text, base)
  }

  const ofSend = (text: string, base: Filling): LineVerdict => {
    if (text.startsWith('new msg ')) {
      const arrival: Arrival = {}
      if (base.time !== undefined) arrival.time = base.time
      messages.set(text.slice('new msg '.length).trim(), arrival)
      return 'part'
    }
    if (text.startsWith('info msg ')) return inform(text, base)
    if (text.startsWith('starting delivery ')) return start(text)
    if (text.startsWith('delivery ')) return report(text, base)
    if (text.startsWith('end msg ')) {
      messages.delete(text.slice('end msg '.length).trim())
      return 'part'
    }
    if (text.startsWith('bounce msg ')) return 'part'
    if (text.startsWith('triple bounce: discarding')) {
      delete base.outcome
      base.kind = 'other'
      base.diagnosticCode = text
      emit(base)
      return 'event'
    }
    return verbs.some((verb) => text.startsWith(verb)) || !looksLikeDelivery(text) ? 'ignored' : 'unread'
  }

  const inform = (text: string, base: Filling): LineVerdict => {
    const colon = text.indexOf(': bytes ')
    if (colon < 0) return 'part'
    const id = text.slice('info msg '.length, colon)
    const arrival = messages.get(id) ?? {}
    const from = text.indexOf(' from <', colon)
    // The sender is logged with its blanks made `_`; `> qp ` ends it.
    const end = text.lastIndexOf('> qp ')
    const sender = from < 0 ? '' : text.slice(from + ' from <'.length, end > from ? end : text.lastIndexOf('>'))
    if (sender !== '' && sender !== '#@[]') arrival.sender = kept(sender)
    const size = bytesIn(text.slice(colon + ': bytes '.length, from < 0 ? text.length : from).trim())
    if (size !== undefined) arrival.size = size
    if (arrival.time === undefined && base.time !== undefined) arrival.time = base.time
    messages.set(id, arrival)
    return 'part'
  }

  const start = (text: string): LineVerdict => {
    const message = text.indexOf(': msg ')
    const to = text.indexOf(' to ', message)
    if (message < 0 || to < 0) return 'unread'
    // `to remote user@example.com`, of IndiMail with its queue's name behind.
    const [, channel, recipient] = text.slice(to).trim().split(' ')
    if (recipient === undefined || (channel !== 'remote' && channel !== 'local')) return 'unread'
    deliveries.set(text.slice('starting delivery '.length, message), {
      message: kept(text.slice(message + ': msg '.length, to)),
      recipient: kept(recipient)
    })
    return 'part'
  }

  const report = (text: string, base: Filling): LineVerdict => {
    const colon = text.indexOf(': ')
    const id = text.slice('delivery '.length, colon < 0 ? text.length : colon)
    const behind = colon < 0 ? '' : text.slice(colon + 2)
    const delivery = deliveries.get(id)
    if (!fillReport(base, behind)) return 'unread'
    if (delivery !== undefined) {
      deliveries.delete(id)
      base.recipient = delivery.recipient
      base.queueId = delivery.message
      joinArrival(base, messages.get(delivery.message))
    }
    emit(base)
    return 'event'
  }

  const refuse = (text: string, base: Filling): LineVerdict => {
    const match = /^(?:rblsmtpd: )?([0-9a-fA-F.:]{2,45}) pid \d{1,10}: /.exec(text.slice(0, 80))
    if (match === null) return 'ignored'
    base.kind = 'failed'
    base.direction = 'inbound'
    base.outcome = 'failed'
    base.stage = 'rcpt'
    base.client = `[${match[1]}]`
    base.diagnosticCode = text.slice(match[0].length)
    fillCodes(base, base.diagnosticCode)
    emit(base)
    return 'event'
  }

  return { line: read, end: () => undefined }
}

const looksLikeDelivery = (text: string): boolean =>
  deliveryText.some((words) => text.includes(words)) || remoteOf(text) !== undefined || text.includes(' rejected ')
