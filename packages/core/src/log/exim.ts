import { deliveryFlags, type EximMessage, readDelivery } from './exim-delivery.ts'
import { clientName, idEnd, readAddress, readFields } from './exim-fields.ts'
import { readRefusal } from './exim-refusal.ts'
import type { LineVerdict, LogEvent, LogFormat, LogReader, LogReaderOptions } from './log-reader.ts'
import { openSyslog } from './syslog.ts'
import { type Arrival, addressIn, bytesIn, type Filling, joinArrival, kept, maxLine, openMemory } from './syslog-join.ts'
import { type Clock, readIsoTime, toIso } from './syslog-time.ts'

/**
 * Exim's main log. Source: https://www.exim.org/exim-html-current/doc/html/spec_html/ch-log_files.html, src/src/deliver.c.
 *
 * Accepts `2026-11-01 12:00:00 [+0100] [pid] id flag …` with what any log_selector adds, ids of 16 and 23 characters, and the same behind a
 * syslog prefix. Messages are joined by id. Deliveries (`=>`, `->`, `>>`), failures (`**`) and deferrals (`==`) are outbound events, refusals
 * inbound ones. The arrival, `Completed`, frozen and host lines are parts. A retry that was not due yet is no attempt: a part, unless it is
 * the first that the log tells of the recipient. `retry timeout exceeded` has outcome `expired`. What `removed by` takes out of the queue is
 * of kind `other` with outcome `failed`, for each recipient that waited. Lines without Exim's time, and those of
 * other programs, are ignored unless they carry a delivery flag. Syslog splits long lines (`[1/2] `): the first piece is read, the others
 * are parts.
 */
export const exim: LogFormat = {
  id: 'exim',
  name: 'Exim main log',
  recognise: (firstLines) => {
    let known = 0
    let lines = 0
    const clock: Clock = { ms: 0, end: 0 }
    for (const line of firstLines) {
      if (line.trim() === '') continue
      lines++
      // Behind a syslog prefix Exim's own time may be switched off.
      readIsoTime(clock, line, 0, 0)
      const isOwn = line.charCodeAt(10) === 0x20 && clock.end > 0
      if (isOwn && idEnd(line, behindPid(line, clock.end)) > behindPid(line, clock.end)) known++
      else if (isOwn) known += isUsual(line, behindPid(line, clock.end)) ? 1 : 0.4
      else if (/ exim\d?\[\d+\]: /.test(line.slice(0, 200))) known++
    }
    return lines === 0 ? 0 : known / lines
  },
  open: (emit, options) => openExim(emit, options)
}

const usualWords = [
  'H=',
  'U=',
  'Start queue run',
  'End queue run',
  'exim ',
  'SMTP ',
  'TLS ',
  'cwd=',
  'no host name found',
  'Connection from'
]
const isUsual = (line: string, at: number): boolean => usualWords.some((words) => line.startsWith(words, at))

/** Offset behind ` ` and `[pid] `. */
const behindPid = (line: string, from: number): number => {
  let at = from
  while (line.charCodeAt(at) === 0x20) at++
  if (line.charCodeAt(at) !== 0x5b) return at
  const close = line.indexOf('] ', at)
  // `[192.0.2.1] text` is an address of the message; a process id has no point or colon.
  return close > 0 && close - at < 12 && !/[.:/\\]/.test(line.slice(at, close)) ? close + 2 : at
}

/** A piece of a line that syslog had to split: its number, and the offset behind `[2/3] ` or `[2\3] `; 0 for a whole line. */
const pieceOf = (line: string, at: number): { piece: number; end: number } => {
  const match = line.charCodeAt(at) === 0x5b ? /^\[(\d{1,3})[/\\]\d{1,3}\] /.exec(line.slice(at, at + 12)) : null
  return match === null ? { piece: 0, end: at } : { piece: Number(match[1]), end: at + match[0].length }
}

const openExim = (emit: (event: LogEvent) => void, options: LogReaderOptions): LogReader => {
  const messages = openMemory<EximMessage>(options.remember)
  const syslog = openSyslog(options)
  const clock: Clock = { ms: 0, end: 0 }

  const read = (line: string): LineVerdict => {
    if (line.length > maxLine) return 'unread'
    let at = 0
    let time: string | undefined
    let program: string | undefined
    let host: string | undefined
    readIsoTime(clock, line, 0, options.zone)
    if (clock.end === 0 || line.charCodeAt(10) !== 0x20) {
      const prefix = syslog(line)
      if (prefix.program !== undefined && !prefix.program.startsWith('exim')) return 'ignored'
      if (prefix.at === 0) return looksLikeDelivery(line, 0) ? 'unread' : 'ignored'
      at = prefix.at
      ;({ time, program, host } = prefix)
      const { piece, end } = pieceOf(line, at)
      if (piece > 1) return 'part'
      at = end
      readIsoTime(clock, line, at, options.zone)
    }
    if (clock.end > 0) {
      time = toIso(clock.ms) ?? time
      at = clock.end
    }
    at = behindPid(line, at)
    const base: Filling = { kind: 'delivered', direction: 'outbound', outcome: 'delivered' }
    if (time !== undefined) base.time = time
    if (program !== undefined) base.program = program
    if (host !== undefined) base.host = host
    const end = idEnd(line, at)
    if (end === at) return refusal(line, at, base, undefined)
    base.queueId = line.slice(at, end)
    return ofMessage(line, base.queueId, end + 1, base)
  }

  const ofMessage = (line: string, id: string, at: number, base: Filling): LineVerdict => {
    const flag = line.slice(at, at + 2)
    const isFlagged = line.charCodeAt(at + 2) === 0x20
    if (isFlagged && (flag === '<=' || flag === '(=')) return arrive(line, id, at + 3, base)
    if (isFlagged && deliveryFlags.has(flag)) {
      let message = messages.get(id)
      if (message === undefined && flag === '==') {
        message = { arrival: {}, deferred: new Map() }
        messages.set(id, message)
      }
      const event = readDelivery(line, at, base, message)
      if (event === undefined) return 'unread'
      if (event === 'not tried') return 'part'
      emit(event)
      return 'event'
    }
    if (line.startsWith('Completed', at)) {
      messages.delete(id)
      return 'part'
    }
    if (deliveryFlags.has(flag)) return 'unread'
    if (line.startsWith('removed by ', at)) return takeOut(line.slice(at), id, base)
    return refusal(line, at, base, messages.get(id)?.arrival, 'part')
  }

  /** `exim -Mrm`: nobody hears of it. `exim -Mg` writes `**` lines of its own. */
  const takeOut = (words: string, id: string, base: Filling): LineVerdict => {
    const message = messages.get(id)
    const recipients = [...(message?.deferred.keys() ?? [])]
    for (const recipient of recipients) {
      const event: Filling = { ...base, kind: 'other', outcome: 'failed', recipient, diagnosticCode: words.trim() }
      joinArrival(event, message?.arrival)
      emit(event)
    }
    return recipients.length > 0 ? 'event' : 'part'
  }

  const arrive = (line: string, id: string, at: number, base: Filling): LineVerdict => {
    const address = readAddress(line, at)
    const { fields } = readFields(line, address.end)
    const arrival: Arrival = {}
    const sender = addressIn(address.recipient ?? '')
    if (sender !== undefined && sender !== '<>') arrival.sender = kept(sender)
    const client = clientName(fields.get('H')) ?? fields.get('U')
    if (client !== undefined) arrival.client = kept(client)
    const messageId = fields.get('id')
    if (messageId !== undefined) arrival.messageId = kept(messageId)
    const subject = fields.get('T')
    if (subject !== undefined) arrival.subject = kept(subject)
    const size = bytesIn(fields.get('S'))
    if (size !== undefined) arrival.size = size
    if (base.time !== undefined) arrival.time = base.time
    messages.set(id, { arrival, deferred: new Map() })
    return 'part'
  }

  const refusal = (line: string, at: number, base: Filling, arrival: Arrival | undefined, other: LineVerdict = 'ignored'): LineVerdict => {
    base.kind = 'failed'
    base.direction = 'inbound'
    base.outcome = 'failed'
    const event = readRefusal(line, at, base, arrival)
    if (event === 'ignored' || event === 'unread') return event
    if (event === undefined) return other === 'ignored' && looksLikeDelivery(line, at) ? 'unread' : other
    emit(event)
    return 'event'
  }

  return { line: read, end: () => undefined }
}

/** Two-character flags where an id should be, or a refusal of a form that is not known. */
const looksLikeDelivery = (line: string, at: number): boolean => {
  for (const flag of ['=>', '->', '>>', '*>', '**', '==', '<='])
    if (line.startsWith(`${flag} `, at) || line.includes(` ${flag} `)) return line.includes('@')
  return line.startsWith('rejected ', at) || / F=<[^>]{0,320}> (?:temporarily )?rejected /.test(line.slice(at, at + 2_000))
}
