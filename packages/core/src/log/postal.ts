import { attemptEvent, hostName, labelsOf } from './attempt.ts'
import { maxJsonLine } from './json-line.ts'
import type { LineVerdict, LogEvent, LogFormat, LogReader, LogReaderOptions } from './log-reader.ts'
import { type PostalLine, readPostalLine } from './postal-line.ts'
import { kept, openMemory } from './syslog-join.ts'

/**
 * Postal's worker (version 3). Its log tells an attempt by the sender's lines: `Sending message 1::2 to user@example.com`, then
 * `Accepted by …`, or the exception that ended it: `Net::SMTPFatalError` is for good, every other one is tried again. Where no server
 * could be reached, only `Cannot connect to …` and `message requeued for trying later` stand there, and the recipient is not named: the
 * event has the id of the queued message alone. What Postal decides by itself (`…, hard failing`, `…, holding`) is an event too. Lines are
 * joined by `queued_message`, else by `log_id`.
 *
 * Sources: postalserver/postal app/senders/smtp_sender.rb, app/lib/message_dequeuer/{base,single_message_processor,
 * outgoing_message_processor}.rb. Earlier versions (`[worker.1:42] [time] INFO -- : …`) have another log, which is not read.
 */
type Sending = {
  recipient: string | undefined
  message: string | undefined
  remoteMta: string | undefined
  /** The last host that could not be reached. */
  unreached: string | undefined
  unreachedMta: string | undefined
  /** The attempt's end was told already. */
  told: boolean
}

const exception = /^([A-Z]\w{0,60}(?:::[A-Z]\w{0,60}){0,5}): ?(.*)$/s
const sending = /^Sending message (\d{1,20}::\d{1,20}) to (\S{1,320})$/
const accepted = /^Accepted by (\S{1,300})(?: \(([^)]{1,255})\))? for (\S{1,320})$/
const unreachable = /^Cannot connect to (.{1,600}?) \(([A-Z][\w:]{0,120}): (.*)\)$/s
const connected = /^Connected to \S{1,300}(?: \(([^)]{1,255})\))?/

/** `192.0.2.1:25 (mx.example.com)`: the name, else the address. */
const endpointName = (endpoint: string): string | undefined =>
  /\(([^)]{1,255})\)/.exec(endpoint)?.[1] ?? hostName(endpoint.replace(/:\d{1,5}$/, ''))

/** Letters of a reason that are remembered. */
const maxReason = 4_096

const deliveryLike = /\b(?:deliver|bounc|fail(?:ed|ing)|reject|holding|suppression)/i

const open = (emit: (event: LogEvent) => void, options: LogReaderOptions): LogReader => {
  const messages = openMemory<Sending>(options.remember)
  /** An exception's words may end in a line end, and its tags then stand on the next line. */
  let torn: { readonly text: string; readonly lines: number } | undefined

  const stateOf = (key: string): Sending => {
    const known = messages.get(key)
    if (known !== undefined) return known
    const fresh: Sending = {
      recipient: undefined,
      message: undefined,
      remoteMta: undefined,
      unreached: undefined,
      unreachedMta: undefined,
      told: false
    }
    if (key !== '') messages.set(key, fresh)
    return fresh
  }

  const tell = (
    kind: 'delivered' | 'delayed' | 'failed' | 'suppressed',
    line: PostalLine,
    state: Sending,
    text: string,
    expired = false
  ): LineVerdict => {
    state.told = true
    emit(
      attemptEvent(kind, {
        recipient: state.recipient,
        queueId: state.message ?? line.tags.get('queued_message'),
        time: line.time,
        host: line.host,
        program: 'postal',
        remoteMta: state.remoteMta ?? state.unreachedMta,
        diagnosticCode: text,
        expired,
        labels: labelsOf([['log_id', line.tags.get('log_id')]])
      })
    )
    return 'event'
  }

  const decided = (line: PostalLine, state: Sending): LineVerdict | undefined => {
    const { message } = line
    if (message.startsWith('message has reached maximum number of attempts'))
      return tell('failed', line, state, state.unreached ?? message, true)
    if (message.endsWith(', hard failing') || message.startsWith('raw message has been removed'))
      return tell('failed', line, state, message)
    if (message.startsWith('recipient is on the suppression list')) return tell('suppressed', line, state, message)
    if (message.endsWith(', holding') || message.endsWith(', holding message')) return tell('delayed', line, state, message)
    if (!message.startsWith('message requeued for trying later')) return undefined
    // The exception told it; only where no server was reached is this the first word of it.
    return state.told ? 'part' : tell('delayed', line, state, state.unreached ?? message)
  }

  const ofSender = (line: PostalLine, state: Sending): LineVerdict | undefined => {
    const { message } = line
    const begun = sending.exec(message)
    if (begun !== null) {
      state.message = kept(begun[1] ?? '')
      state.recipient = kept(begun[2] ?? '')
      state.told = false
      return 'part'
    }
    const taken = accepted.exec(message)
    if (taken !== null) {
      state.recipient = kept(taken[3] ?? '')
      state.remoteMta = taken[2] ?? endpointName(taken[1] ?? '')
      return tell('delivered', line, state, '')
    }
    const reached = connected.exec(message)
    if (reached !== null) {
      state.remoteMta = reached[1] ?? state.remoteMta
      return 'part'
    }
    const missed = unreachable.exec(message)
    if (missed !== null) {
      state.unreachedMta = endpointName(missed[1] ?? '')
      state.unreached = kept((missed[3] ?? '').slice(0, maxReason))
      state.told = false
      return 'part'
    }
    const thrown = line.severity === 'ERROR' && line.tags.has('log_id') ? exception.exec(message) : null
    if (thrown === null) return undefined
    return tell(thrown[1] === 'Net::SMTPFatalError' ? 'failed' : 'delayed', line, state, thrown[2] || message)
  }

  const read = (line: PostalLine): LineVerdict => {
    const state = stateOf(line.tags.get('queued_message') ?? line.tags.get('log_id') ?? '')
    const verdict = ofSender(line, state) ?? decided(line, state)
    if (verdict !== undefined) return verdict
    if (line.message.startsWith('message processing complete')) return 'part'
    if (line.severity === 'ERROR' && deliveryLike.test(line.message)) return 'unread'
    return line.tags.has('queued_message') || line.tags.has('log_id') ? 'part' : 'ignored'
  }

  const line = (text: string): LineVerdict => {
    if (text.trim() === '') return 'ignored'
    if (text.length > maxJsonLine) return 'unread'
    const whole = readPostalLine(text, options.zone)
    if (torn !== undefined && whole === undefined) {
      const joined = readPostalLine(`${torn.text} ${text.trim()}`, options.zone)
      const done = joined?.tags.has('log_id') === true
      torn = done || torn.lines > 3 || joined === undefined ? undefined : { text: `${torn.text} ${text.trim()}`, lines: torn.lines + 1 }
      return done && joined !== undefined ? read(joined) : torn === undefined ? 'unread' : 'part'
    }
    // Of an exception whose tags never came, nothing more will be known.
    const lost = torn !== undefined
    torn = undefined
    if (whole === undefined) return deliveryLike.test(text.slice(0, 4_096)) ? 'unread' : 'ignored'
    if (whole.severity === 'ERROR' && whole.tags.size === 0 && exception.test(whole.message)) {
      torn = { text, lines: 0 }
      return lost ? 'unread' : 'part'
    }
    const verdict = read(whole)
    return lost ? 'unread' : verdict
  }

  return { line, end: () => {} }
}

export const postal: LogFormat = {
  id: 'postal',
  name: 'Postal worker',
  recognise: (lines) => {
    const told = lines.filter((line) => line.trim() !== '')
    const fits = (line: string): boolean => {
      const tags = line.length > maxJsonLine ? undefined : readPostalLine(line, 0)?.tags
      return tags !== undefined && ['component', 'queued_message', 'log_id'].some((name) => tags.has(name))
    }
    return told.length === 0 ? 0 : told.filter(fits).length / told.length
  },
  open
}
