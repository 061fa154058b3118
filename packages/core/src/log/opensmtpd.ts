import type { LineVerdict, LogEvent, LogFormat, LogReader, LogReaderOptions } from './log-reader.ts'
import { fieldOf, fillDelivery, fillSmtpRefusal } from './opensmtpd-fields.ts'
import { readOldLine } from './opensmtpd-old.ts'
import { openSyslog, shareOf } from './syslog.ts'
import { type Arrival, addressIn, bytesIn, type Filling, joinArrival, kept, maxLine, openMemory } from './syslog-join.ts'

/**
 * OpenSMTPD (`smtpd`). Sources: mta_log() of mta.c, mda_log() of mda.c, log_envelope() of queue.c and smtp_session.c at
 * github.com/OpenSMTPD/OpenSMTPD, the format strings of Debian's 6.8.0; versions before 5.7 in opensmtpd-old.ts.
 *
 * `<session> mta|mda delivery evpid=… from=<> to=<> rcpt=<> … result=Ok|TempFail|PermFail stat=…` is an event, with `event=` before the verb
 * in 5.9 to 6.3. An envelope's id begins with its message's: `smtp message` and `smtp connected` give size and client. A refused MAIL, RCPT
 * or DATA is inbound; other refused commands (AUTH, unknown ones) refuse no mail. Connections, TLS and routes are ignored.
 */
export const opensmtpd: LogFormat = {
  id: 'opensmtpd',
  name: 'OpenSMTPD',
  recognise: (firstLines) =>
    shareOf(firstLines, (line, { program, at }) => {
      if (program !== undefined && program !== 'smtpd') return 0
      if (sessionEnd(line, at) > at || isOldLine(line, at)) return 1
      return program === 'smtpd' ? 0.4 : 0
    }),
  open: (emit, options) => openOpenSmtpd(emit, options)
}

const isHex = (line: string, from: number, to: number): boolean => {
  for (let at = from; at < to; at++) {
    const unit = line.charCodeAt(at)
    if (!((unit >= 0x30 && unit <= 0x39) || (unit >= 0x61 && unit <= 0x66))) return false
  }
  return true
}

const agents = ['smtp ', 'mta ', 'mda ']

/** `8f4864084ecc48f4 mta `: offset of the agent, or `at`. */
const sessionEnd = (line: string, at: number): number =>
  line.charCodeAt(at + 16) === 0x20 && isHex(line, at, at + 16) && agents.some((agent) => line.startsWith(agent, at + 17)) ? at + 17 : at

const isOldLine = (line: string, at: number): boolean =>
  ['smtp-in: ', 'smtp-out: ', 'relay: ', 'delivery: '].some((words) => line.startsWith(words, at))

/** Verbs of smtp_session.c and mta_session.c that tell how a session went, and nothing of a message. */
const sessionVerbs = [
  'connecting',
  'connected',
  'disconnected',
  'closing',
  'closed',
  'tls',
  'starttls',
  'error',
  'bad-input',
  'authentication',
  'client-cert-check',
  'server-cert-check',
  'cert-check',
  'ssl_check_name:',
  'host-rejects-all-mails',
  'proxy',
  'smtp-ext-error',
  'invalid-smtp'
]

const openOpenSmtpd = (emit: (event: LogEvent) => void, options: LogReaderOptions): LogReader => {
  const clients = openMemory<string>(options.remember)
  const messages = openMemory<Arrival>(options.remember)
  const syslog = openSyslog(options)

  const finish = (event: Filling, envelope: string): LineVerdict => {
    event.queueId = envelope
    joinArrival(event, messages.get(envelope.slice(0, 8)))
    emit(event)
    return 'event'
  }

  const read = (line: string): LineVerdict => {
    if (line.length > maxLine) return 'unread'
    const { time, host, program, at } = syslog(line)
    if (program !== undefined && program !== 'smtpd') return 'ignored'
    const base: Filling = { kind: 'delivered', direction: 'outbound', outcome: 'delivered' }
    if (time !== undefined) base.time = time
    if (program !== undefined) base.program = program
    if (host !== undefined) base.host = base.reportingMta = host
    const agent = sessionEnd(line, at)
    if (agent > at) return ofSession(line, line.slice(at, at + 16), agent, base)
    const old = readOldLine(line.slice(at), base)
    if (old === 'event') {
      if (base.direction === 'outbound') return finish(base, base.queueId ?? '')
      const client = clients.get(base.queueId ?? '')
      delete base.queueId
      if (client !== undefined) base.client = client
      emit(base)
      return 'event'
    }
    if (typeof old === 'object') {
      if (old.client !== undefined) clients.set(old.id, old.client)
      else if (old.arrival !== undefined) remember(old.id, old.session, old.arrival, base.time)
      return 'part'
    }
    return old ?? (isDelivery(line) ? 'unread' : 'ignored')
  }

  const remember = (id: string, session: string, arrival: Arrival, time: string | undefined): void => {
    const client = clients.get(session)
    if (client !== undefined) arrival.client = client
    if (time !== undefined) arrival.time = time
    messages.set(id, arrival)
  }

  const ofSession = (line: string, session: string, agent: number, base: Filling): LineVerdict => {
    const isSmtp = line.startsWith('smtp ', agent)
    let at = line.indexOf(' ', agent) + 1
    if (line.startsWith('event=', at)) at += 'event='.length
    const space = line.indexOf(' ', at)
    const verb = line.slice(at, space < 0 ? line.length : space)
    const text = space < 0 ? '' : line.slice(space)
    if (verb === 'delivery') {
      const envelope = fillDelivery(text, base)
      return envelope === undefined ? 'unread' : finish(base, envelope)
    }
    if (isSmtp && verb === 'connected') {
      const address = fieldOf(text, 'address')
      const name = fieldOf(text, 'host')
      if (address !== undefined)
        clients.set(session, kept(name === undefined || name === '<unknown>' ? `[${address}]` : `${name} [${address}]`))
      return 'ignored'
    }
    if (isSmtp && (verb === 'message' || verb === 'envelope')) return arrive(text, session, verb, base)
    if (isSmtp && verb === 'failed-command') {
      if (!fillSmtpRefusal(base, fieldOf(text, 'command') ?? '', fieldOf(text, 'result') ?? '')) return 'ignored'
      const client = clients.get(session)
      if (client !== undefined) base.client = client
      emit(base)
      return 'event'
    }
    return sessionVerbs.includes(verb) ? 'ignored' : isDelivery(text) ? 'unread' : 'ignored'
  }

  const arrive = (text: string, session: string, verb: string, base: Filling): LineVerdict => {
    const id = verb === 'message' ? fieldOf(text, 'msgid') : fieldOf(text, 'evpid')?.slice(0, 8)
    if (id === undefined) return 'part'
    const arrival = messages.get(id) ?? {}
    const sender = addressIn(fieldOf(text, 'from') ?? '')
    if (sender !== undefined) arrival.sender = kept(sender)
    const size = bytesIn(fieldOf(text, 'size'))
    if (size !== undefined) arrival.size = size
    const address = fieldOf(text, 'address')
    if (address !== undefined && !clients.get(session)) clients.set(session, kept(`${fieldOf(text, 'host') ?? ''} [${address}]`.trim()))
    remember(id, session, arrival, base.time)
    return 'part'
  }

  return { line: read, end: () => undefined }
}

const isDelivery = (text: string): boolean => text.includes('evpid=') || text.includes('stat=') || text.includes('result=')
