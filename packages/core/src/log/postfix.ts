import { attemptEvent, type Told } from './attempt.ts'
import type { LineVerdict, LogEvent, LogFormat, LogReader, LogReaderOptions } from './log-reader.ts'
import { openEntries, type PostfixEntries, type PostfixEntry } from './postfix-entries.ts'
import { type Delivery, parseDelivery, parseReject, queueIdEnd, type Reject } from './postfix-lines.ts'
import { openSyslog, type SyslogPrefix } from './syslog.ts'
import { maxLine } from './syslog-join.ts'

/**
 * Postfix's log (syslog or its own file, postlogd(8)): deliveries of smtp, lmtp, local, virtual, pipe, error, discard (src/global/log_adhoc.c),
 * joined by queue id to what smtpd, pickup, cleanup and qmgr said of the message; mail that smtpd, postscreen and cleanup refused
 * (src/smtpd/smtpd_check.c, src/cleanup/cleanup_message.c); the queue's giving up (src/qmgr/qmgr_active.c). Any syslog_name, any service
 * name (`postfix/smtp-out3/smtp`). Queue ids are used again: a new message under an old id forgets the old one.
 */
const deliverers: ReadonlySet<string> = new Set(['smtp', 'lmtp', 'local', 'virtual', 'pipe', 'error', 'retry', 'discard', 'relay'])
const daemons: ReadonlySet<string> = new Set([
  ...deliverers,
  'smtpd',
  'submission',
  'smtps',
  'postscreen',
  'cleanup',
  'qmgr',
  'nqmgr',
  'pickup',
  'bounce',
  'trivial-rewrite',
  'anvil',
  'scache',
  'tlsmgr',
  'tlsproxy',
  'dnsblog',
  'verify',
  'proxymap',
  'flush',
  'showq',
  'master',
  'postsuper',
  'postqueue',
  'postfix-script',
  'postlog',
  'postlogd',
  'sendmail',
  'postdrop',
  'postmulti',
  'spawn',
  'qmqpd'
])

/** The daemon behind `postfix/smtp`, `postfix/smtp-out3/smtp`, `out/qmgr`; undefined where the program is none of Postfix's. */
export const daemonOf = (program: string | undefined): string | undefined => {
  const slash = program?.lastIndexOf('/') ?? -1
  if (program === undefined || slash < 1) return undefined
  const daemon = program.slice(slash + 1)
  return daemons.has(daemon) || program.startsWith('postfix') ? daemon : undefined
}

/** The relay's name; its address where that is of this machine, whatever name /etc/hosts has for it: a filter is told from a server by it. */
const relayName = (relay: string): string | undefined => {
  const bracket = relay.indexOf('[')
  if (bracket <= 0) return undefined
  const close = relay.indexOf(']', bracket)
  const isHere = relay.startsWith('[127.', bracket) || relay.startsWith('[::1]', bracket)
  return isHere && close > 0 ? relay.slice(bracket + 1, close) : relay.slice(0, bracket)
}

const kinds: Readonly<Record<string, 'delivered' | 'delayed' | 'failed'>> = {
  sent: 'delivered',
  deferred: 'delayed',
  SOFTBOUNCE: 'delayed',
  bounced: 'failed',
  expired: 'failed'
}
/** Answers to address verification (verify(8)), `undeliverable-but-not-cached` among them: nothing was to be delivered. */
const isVerification = (status: string): boolean => status.startsWith('deliverable') || status.startsWith('undeliverable')

export type PostfixReader = LogReader & {
  /** A line whose prefix is known. */
  readonly message: (prefix: PostfixPrefix, daemon: string, line: string) => LineVerdict
}

type PostfixPrefix = Pick<SyslogPrefix, 'time' | 'host' | 'program' | 'at'>

/** The reader over a memory of its caller's. */
export const openPostfixOver = (entries: PostfixEntries, emit: (event: LogEvent) => void, options: LogReaderOptions): PostfixReader => {
  const syslog = openSyslog(options)

  const told = (prefix: PostfixPrefix, queueId: string | undefined, entry: PostfixEntry | undefined): Told => ({
    time: prefix.time,
    host: prefix.host,
    reportingMta: prefix.host,
    program: prefix.program,
    queueId,
    sender: entry?.sender,
    size: entry?.size,
    client: entry?.client,
    messageId: entry?.messageId
  })

  const deliver = (prefix: PostfixPrefix, queueId: string, delivery: Delivery): LineVerdict => {
    const { status, recipient, originalRecipient, relay, delay, dsn, text } = delivery
    if (isVerification(status)) return 'ignored'
    const kind = kinds[status]
    if (kind === undefined) return 'unread'
    const entry = entries.open(queueId)
    if (kind === 'delayed') entries.wait(queueId, recipient, text)
    else entries.settle(queueId, recipient)
    const remoteMta = relayName(relay)
    const seconds = Number(delay)
    // Field by field: spreading what is known of the message took a tenth of the time of a line.
    emit(
      attemptEvent(kind, {
        time: prefix.time,
        host: prefix.host,
        reportingMta: prefix.host,
        program: prefix.program,
        queueId,
        sender: entry.sender,
        size: entry.size,
        client: entry.client,
        messageId: entry.messageId,
        recipient,
        originalRecipient,
        remoteMta,
        status: dsn === '' ? undefined : dsn,
        diagnosticCode: text,
        delay: delay !== '' && Number.isFinite(seconds) ? seconds : undefined
      })
    )
    return 'event'
  }

  const refuse = (prefix: PostfixPrefix, queueId: string | undefined, { text, client, ...rest }: Reject): LineVerdict => {
    const { sender: _sender, client: _client, ...known } = told(prefix, queueId, queueId === undefined ? undefined : entries.get(queueId))
    emit(attemptEvent('failed', { ...known, ...rest, client, diagnosticCode: text, direction: 'inbound' }))
    return 'event'
  }

  /** qmgr: `from=<a>, size=1, nrcpt=1 (queue active)`, `from=<a>, status=expired, returned to sender`. */
  const manage = (prefix: PostfixPrefix, queueId: string, line: string, at: number): LineVerdict => {
    if (line.startsWith('removed', at)) {
      entries.remove(queueId)
      return 'part'
    }
    if (!line.startsWith('from=<', at)) return 'part'
    const end = line.indexOf('>, ', at)
    if (end < 0) return 'unread'
    const size = line.startsWith('size=', end + 3) ? Number.parseInt(line.slice(end + 8, end + 28), 10) || 0 : undefined
    entries.from(queueId, line.slice(at + 6, end) || '<>', size)
    if (line.startsWith('status=expired', end + 3) || line.startsWith('status=force-expired', end + 3)) {
      const waiting = entries.waiting(queueId) ?? new Map([['', '']])
      const known = told(prefix, queueId, entries.get(queueId))
      for (const [recipient, text] of waiting) emit(attemptEvent('failed', { ...known, recipient, diagnosticCode: text, expired: true }))
      entries.settleAll(queueId)
      return 'event'
    }
    return 'part'
  }

  /** `postsuper -d`: nobody hears of it. */
  const takeOut = (prefix: PostfixPrefix, queueId: string): LineVerdict => {
    const waiting = [...(entries.waiting(queueId)?.keys() ?? [])]
    const known = told(prefix, queueId, entries.get(queueId))
    for (const recipient of waiting)
      emit({ ...attemptEvent('other', { ...known, recipient, diagnosticCode: 'removed by postsuper' }), outcome: 'failed' })
    entries.remove(queueId)
    return waiting.length > 0 ? 'event' : 'part'
  }

  const messageLine = (prefix: PostfixPrefix, daemon: string, queueId: string, line: string, at: number): LineVerdict => {
    if (line.startsWith('to=', at)) {
      const delivery = parseDelivery(line, at)
      return delivery === undefined ? 'unread' : deliver(prefix, queueId, delivery)
    }
    if (daemon === 'qmgr' || daemon === 'nqmgr') return manage(prefix, queueId, line, at)
    if (line.startsWith('client=', at)) {
      const comma = line.indexOf(', ', at)
      entries.begin(queueId, line.slice(at + 7, comma < 0 ? line.length : comma))
      return 'part'
    }
    if (line.startsWith('uid=', at)) {
      entries.begin(queueId)
      return 'part'
    }
    if (line.startsWith('message-id=', at)) {
      const value = line.slice(at + 11)
      entries.messageId(queueId, value.startsWith('<') && value.endsWith('>') ? value.slice(1, -1) : value)
      return 'part'
    }
    if (daemon === 'postsuper' && line.startsWith('removed', at)) return takeOut(prefix, queueId)
    return refusal(prefix, queueId, line, at) ?? (looksLikeDelivery(line, at) ? 'unread' : 'part')
  }

  const refusal = (prefix: PostfixPrefix, queueId: string | undefined, line: string, at: number): LineVerdict | undefined => {
    const words = ['reject: ', 'milter-reject: ', 'proxy-reject: '].find((verb) => line.startsWith(verb, at))
    const behind = words === undefined ? 0 : at + words.length
    if (behind === 0) return undefined
    const reject = parseReject(line, behind)
    return reject === undefined ? 'unread' : refuse(prefix, queueId, reject)
  }

  const message = (prefix: PostfixPrefix, daemon: string, line: string): LineVerdict => {
    const { at } = prefix
    const end = queueIdEnd(line, at)
    if (end < 0) return looksLikeDelivery(line, at) ? 'unread' : 'ignored'
    if (end === at + 7 && line.startsWith('NOQUEUE', at))
      return refusal(prefix, undefined, line, end + 2) ?? (looksLikeDelivery(line, end) ? 'unread' : 'ignored')
    return messageLine(prefix, daemon, line.slice(at, end), line, end + 2)
  }

  return {
    message,
    line: (line) => {
      if (line.length > maxLine) return looksLikeDelivery(line.slice(0, maxLine), 0) ? 'unread' : 'ignored'
      const prefix = syslog(line)
      const daemon = daemonOf(prefix.program)
      return daemon === undefined ? 'ignored' : message(prefix, daemon, line)
    },
    end: () => entries.clear()
  }
}

/** What must not be passed over in silence where no reader understood it. */
const looksLikeDelivery = (line: string, at: number): boolean =>
  line.indexOf(', status=', at) >= 0 || (line.indexOf('to=', at) >= 0 && line.indexOf('dsn=', at) >= 0)

export const postfix: LogFormat = {
  id: 'postfix',
  name: 'Postfix',
  recognise: (firstLines) => {
    const read = openSyslog({ now: 0 })
    const ours = firstLines.filter((line) => line.length <= maxLine && daemonOf(read(line).program) !== undefined).length
    return firstLines.length === 0 ? 0 : ours === 0 ? 0 : Math.max(0.5, ours / firstLines.length)
  },
  open: (emit, options) => openPostfixOver(openEntries(options.remember), emit, options)
}
