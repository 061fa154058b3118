import { clientName, idEnd, readAddress, readFields } from '../log/exim-fields.ts'
import type { LogReaderOptions } from '../log/log-reader.ts'
import { queueIdEnd } from '../log/postfix-lines.ts'
import { field } from '../log/sendmail-delivery.ts'
import { openSyslog } from '../log/syslog.ts'
import { addressIn, bytesIn, kept, maxLine } from '../log/syslog-join.ts'
import { type Clock, readIsoTime, toIso } from '../log/syslog-time.ts'
import { readPostfixNote } from './postfix-note.ts'

/**
 * What a line tells of a message beside its deliveries: that it came, that the sender was told, that it is held, that it is gone. Lines of
 * Postfix, Exim and sendmail; other logs tell all of it in their events. Text is as the log has it.
 */
export type LineNote = {
  readonly queueId: string
  /**
   * `about`: more about it (size, Message-ID). `notice`: a message about it was made for the sender. `ended`: it left the queue; `removed`:
   * somebody took it out.
   */
  readonly is: 'arrived' | 'about' | 'notice' | 'held' | 'released' | 'requeued' | 'ended' | 'removed'
  /** ISO 8601, UTC. */
  readonly time?: string
  readonly host?: string
  readonly program?: string
  readonly sender?: string
  /** RFC 5321 §4.5.5: the empty sender of a notice. */
  readonly isNull?: true
  readonly client?: string
  readonly size?: number
  readonly messageId?: string
  /** Of a notice: what it says. */
  readonly notice?: NoticeKind
  /** Of a notice, its own queue id; of a message that is a notice, the queue id of what it is about. */
  readonly other?: string
  /** Why it is held, who took it out. */
  readonly text?: string
}

export type NoticeKind = 'failed' | 'delayed' | 'delivered' | 'postmaster'

export type Filling = { -readonly [name in keyof LineNote]: LineNote[name] }

/** Reads one line; undefined where it tells nothing of a message, or tells a delivery alone. Never throws. */
export const openLineNotes = (options: LogReaderOptions): ((line: string) => LineNote | undefined) => {
  const syslog = openSyslog(options)
  const clock: Clock = { ms: 0, end: 0 }

  return (line) => {
    if (line.length > maxLine) return undefined
    const note: Filling = { queueId: '', is: 'about' }
    readIsoTime(clock, line, 0, options.zone)
    if (clock.end > 0 && line.charCodeAt(10) === 0x20) {
      const time = toIso(clock.ms)
      if (time !== undefined) note.time = time
      const found = readEximNote(note, line, behindPid(line, clock.end))
      if (found !== undefined) return found
    }
    const { time, host, program, at } = syslog(line)
    if (program === undefined) return undefined
    if (time === undefined) delete note.time
    else note.time = time
    if (host !== undefined) note.host = host
    note.program = program
    if (program.startsWith('exim')) {
      readIsoTime(clock, line, at, options.zone)
      const own = clock.end > at ? toIso(clock.ms) : undefined
      if (own !== undefined) note.time = own
      return readEximNote(note, line, behindPid(line, own === undefined ? at : clock.end))
    }
    if (program.startsWith('sendmail') || program.startsWith('sm-')) return readSendmailNote(note, line.slice(at))
    if (!program.includes('/')) return undefined
    const end = queueIdEnd(line, at)
    if (end < 0 || line.startsWith('NOQUEUE', at)) return undefined
    note.queueId = kept(line.slice(at, end))
    return readPostfixNote(note, program.slice(program.lastIndexOf('/') + 1), line.slice(end + 2))
  }
}

/** Offset behind ` ` and `[pid] ` (log selector `pid`). */
const behindPid = (line: string, from: number): number =>
  from + (/^ *(?:\[\d{1,10}\] )?/.exec(line.slice(from, from + 20))?.[0].length ?? 0)

/** src/src/receive.c, src/src/deliver.c; `R=` of an arrival names the message that a bounce message is about (specification §53.5). */
const readEximNote = (note: Filling, line: string, at: number): LineNote | undefined => {
  const end = idEnd(line, at)
  if (end === at) return undefined
  note.queueId = line.slice(at, end)
  const text = line.slice(end + 1)
  if (text.startsWith('<= ')) {
    note.is = 'arrived'
    const address = readAddress(text, 3)
    const { fields } = readFields(text, address.end)
    const sender = addressIn(address.recipient ?? '')
    if (sender !== undefined && sender !== '<>') note.sender = kept(sender)
    else note.isNull = true
    const client = clientName(fields.get('H')) ?? fields.get('U')
    const messageId = fields.get('id')
    const size = bytesIn(fields.get('S'))
    const about = fields.get('R')
    if (client !== undefined) note.client = kept(client)
    if (messageId !== undefined) note.messageId = kept(messageId)
    if (size !== undefined) note.size = size
    if (about !== undefined && idEnd(about, 0) === about.length) note.other = kept(about)
    return note
  }
  if (text === 'Completed') note.is = 'ended'
  else if (/^(?:\*\*\* )?Frozen\b|^frozen by /.test(text)) note.is = 'held'
  else if (text.startsWith('Unfrozen')) note.is = 'released'
  else if (text.startsWith('removed by ')) note.is = 'removed'
  else if (text.startsWith('cancelled by ')) note.is = 'removed'
  else return undefined
  if (note.is !== 'ended') note.text = kept(text.slice(0, longestText))
  return note
}

const longestText = 300

/** logsender() of envelope.c; savemail.c tells of a notice as `ID: NEWID: DSN: reason`, `return to sender`, `sender notify`. */
const readSendmailNote = (note: Filling, text: string): LineNote | undefined => {
  const id = /^([A-Za-z0-9]{7,24}): /.exec(text.slice(0, 26))?.[1]
  if (id === undefined || id === 'NOQUEUE') return undefined
  note.queueId = kept(id)
  const rest = text.slice(id.length + 2)
  if (rest.startsWith('from=')) {
    note.is = 'arrived'
    const comma = rest.indexOf(', size=')
    const sender = addressIn(rest.slice('from='.length, comma < 0 ? rest.length : comma))
    const size = bytesIn(field(rest, 'size'))
    const messageId = addressIn(field(rest, 'msgid') ?? '')
    const client = field(rest, 'relay')
    if (sender !== undefined) note.sender = kept(sender)
    else note.isNull = true
    if (size !== undefined) note.size = size
    if (messageId !== undefined) note.messageId = kept(messageId)
    if (client !== undefined && client !== '') note.client = kept(client)
    return note
  }
  const notice = /^([A-Za-z0-9]{7,24}): (DSN|return to sender|sender notify|postmaster notify|return receipt): /.exec(rest.slice(0, 60))
  if (notice === null) return undefined
  const [, other = '', kind = ''] = notice
  note.is = 'notice'
  note.other = kept(other)
  note.notice = sendmailNotices[kind] ?? 'failed'
  note.text = kept(rest.slice(notice[0].length, notice[0].length + longestText))
  return note
}

const sendmailNotices: Readonly<Record<string, NoticeKind>> = {
  DSN: 'failed',
  'return to sender': 'failed',
  'sender notify': 'delayed',
  'postmaster notify': 'postmaster',
  'return receipt': 'delivered'
}

/** The address of the server that a delivery line names: `relay=mx.example.com[192.0.2.1]:25`, `H=mx.example.com [192.0.2.1]`, `relay=mx. [192.0.2.1]`. */
export const remoteIpIn = (line: string): string | undefined =>
  /(?:[ ,]relay=|\sH=)[^[,=]{0,300}\[(?:IPv6:)?([0-9a-fA-F.:]{3,45})\]/.exec(line.slice(0, longestHead))?.[1]

/** Where the server is named: behind the recipients, of which a line may have many. */
const longestHead = 4_000
