import type { LineVerdict, LogEvent, LogFormat, LogReader, LogReaderOptions } from './log-reader.ts'
import { field, readDeliveries, type SendmailMessage } from './sendmail-delivery.ts'
import { readRefusal } from './sendmail-refusal.ts'
import { openSyslog, shareOf } from './syslog.ts'
import { fillCodes, localStage } from './syslog-codes.ts'
import { addressIn, bytesIn, type Filling, joinArrival, kept, maxLine, openMemory } from './syslog-join.ts'

/**
 * sendmail through syslog (`sendmail`, `sm-mta`, `sm-msp-queue`). Sources: logsender() of envelope.c, logdelivery() of deliver.c
 * (github.com/freebsd/freebsd-src, usr.sbin/sendmail/src), the format strings and the log of Debian's sendmail 8.17 before a server that
 * refuses, defers and is away.
 *
 * `from=` is remembered by queue id and joined to the `to=` lines; several recipients of one line are several events. Where the queue gives
 * up (`return to sender: Cannot send message for 5 days`) the recipients that waited have expired: sendmail writes no `to=` line for them.
 * Mail that the submission queue hands to the own server is `relayed`: the server logs its delivery again. A `to=` line that breaks off
 * before its `stat=` is unread.
 */
export const sendmail: LogFormat = {
  id: 'sendmail',
  name: 'sendmail',
  recognise: (firstLines) =>
    shareOf(firstLines, (line, { program, at }) => {
      if (program === undefined || !isSendmail(program)) return 0
      return idEnd(line, at) > at ? 1 : 0.5
    }),
  open: (emit, options) => openSendmail(emit, options)
}

const isSendmail = (program: string): boolean => program.startsWith('sendmail') || program.startsWith('sm-')

/** `NOQUEUE: `, `pAB12345012345: `: letters and digits up to a colon. */
const idEnd = (line: string, at: number): number => {
  let end = at
  for (; end < at + 24; end++) {
    const unit = line.charCodeAt(end)
    const letter = unit | 0x20
    if (!((unit >= 0x30 && unit <= 0x39) || (letter >= 0x61 && letter <= 0x7a))) break
  }
  return end >= at + 7 && line.startsWith(': ', end) ? end : at
}

const openSendmail = (emit: (event: LogEvent) => void, options: LogReaderOptions): LogReader => {
  const messages = openMemory<SendmailMessage>(options.remember)
  const syslog = openSyslog(options)

  const messageOf = (id: string): SendmailMessage => {
    const known = messages.get(id)
    if (known !== undefined) return known
    const message: SendmailMessage = { arrival: {}, waiting: new Map() }
    messages.set(id, message)
    return message
  }

  const read = (line: string): LineVerdict => {
    if (line.length > maxLine) return 'unread'
    const { time, host, program, at } = syslog(line)
    if (program === undefined || !isSendmail(program)) return program === undefined && isDelivery(line) ? 'unread' : 'ignored'
    const base: Filling = { kind: 'delivered', direction: 'outbound', outcome: 'delivered', program }
    if (time !== undefined) base.time = time
    if (host !== undefined) {
      base.host = host
      base.reportingMta = host
    }
    const end = idEnd(line, at)
    if (end === at) return refuse(line.slice(at), base, undefined) ?? (isDelivery(line) ? 'unread' : 'ignored')
    const id = line.slice(at, end)
    const text = line.slice(end + 2)
    if (id !== 'NOQUEUE') base.queueId = id
    if (text.startsWith('from=')) return arrive(text, id, base)
    if (text.startsWith('to=')) return deliver(text, id, base)
    const notice = noticeOf(text)
    if (notice !== undefined) return giveUp(notice, id, base)
    return refuse(text, base, messages.get(id)) ?? (isDelivery(text) ? 'unread' : id === 'NOQUEUE' ? 'ignored' : 'part')
  }

  const arrive = (text: string, id: string, base: Filling): LineVerdict => {
    const comma = text.indexOf(', size=')
    const message = messageOf(id)
    const sender = addressIn(text.slice('from='.length, comma < 0 ? text.length : comma))
    const { arrival } = message
    if (sender !== undefined) arrival.sender = kept(sender)
    const size = bytesIn(field(text, 'size'))
    if (size !== undefined) arrival.size = size
    const messageId = addressIn(field(text, 'msgid') ?? '')
    if (messageId !== undefined) arrival.messageId = kept(messageId)
    const client = field(text, 'relay')
    if (client !== undefined && client !== '') arrival.client = kept(client)
    if (base.time !== undefined) arrival.time = base.time
    return 'part'
  }

  const deliver = (text: string, id: string, base: Filling): LineVerdict => {
    const events = readDeliveries(text, base, messageOf(id))
    if (events === undefined) return 'unread'
    for (const event of events) emit(event)
    return events.length > 0 ? 'event' : text.includes(', stat=queued') ? 'part' : 'unread'
  }

  const giveUp = (reason: string, id: string, base: Filling): LineVerdict => {
    if (!reason.startsWith('Cannot send message ')) return 'part'
    const message = messages.get(id)
    const waiting: readonly (readonly [string | undefined, string])[] =
      message === undefined || message.waiting.size === 0 ? [[undefined, '']] : [...message.waiting]
    for (const [recipient, last] of waiting) {
      const event: Filling = { ...base, kind: 'failed', outcome: 'expired', diagnosticCode: last === '' ? reason : `${last}: ${reason}` }
      if (recipient !== undefined) event.recipient = recipient
      const stage = fillCodes(event, last, last.startsWith('Deferred: ') ? 'Deferred: '.length : 0) ? undefined : localStage(last)
      if (stage !== undefined) event.stage = stage
      joinArrival(event, message?.arrival)
      emit(event)
    }
    message?.waiting.clear()
    return 'event'
  }

  const refuse = (text: string, base: Filling, message: SendmailMessage | undefined): LineVerdict | undefined => {
    const event = readRefusal(text, { ...base, kind: 'failed', direction: 'inbound', outcome: 'failed' })
    if (event === undefined || event === 'part') return event
    joinArrival(event, message?.arrival)
    emit(event)
    return 'event'
  }

  return { line: read, end: () => undefined }
}

/** `pAB12345012346: sender notify: Warning: could not send …`: the words behind the notice, of whatever kind. */
const noticeOf = (text: string): string | undefined => {
  for (const words of [' return to sender: ', ' sender notify: ', ' postmaster notify: ']) {
    const at = text.indexOf(words)
    if (at > 0 && at < 26 && text.charCodeAt(at - 1) === 0x3a) return words === ' postmaster notify: ' ? '' : text.slice(at + words.length)
  }
  return undefined
}

/** Words of a delivery or a refusal in a line that was not understood. */
const isDelivery = (text: string): boolean => text.includes(', stat=') || text.includes('reject=') || text.includes(': to=<')
