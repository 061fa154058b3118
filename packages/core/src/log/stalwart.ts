import type { Stage } from '../knowledge/knowledge.ts'
import { attemptEvent, clientName, labelsOf, type Told } from './attempt.ts'
import { maxJsonLine } from './json-line.ts'
import type { LineVerdict, LogEvent, LogFormat, LogReader, LogReaderOptions } from './log-reader.ts'
import {
  type Attempt,
  beginAttempt,
  codeIn,
  maxRecipients,
  readTrouble,
  setTrouble,
  type Trouble,
  troubleOf,
  troubleStages
} from './stalwart-attempt.ts'
import { readStalwartLine, type StalwartLine, textWithin } from './stalwart-line.ts'
import { openMemory } from './syslog-join.ts'

/**
 * Stalwart. An attempt runs from `delivery.attempt-start`, which names the recipients, to `delivery.attempt-end`. A recipient's own answer
 * (`delivery.delivered`, `delivery.rcpt-to-rejected`) is an event at once. What goes wrong with a host or a domain is kept, because the
 * next host may take the message: at `delivery.dsn-perm-fail` and `delivery.attempt-end` it becomes the failure or the delay of those who
 * have no answer yet. `delivery.failed` is the queue's giving up. `smtp.…` events that refuse a client are inbound failures.
 *
 * Sources: stalwartlabs/stalwart crates/smtp/src/outbound/delivery.rs and session.rs (which event has which keys), queue/dsn.rs
 * (`dsn-perm-fail` names each recipient that failed), outbound/client.rs (`code`, `details`, `reason` of a cause), crates/trc
 * event/description.rs. memory: older versions put the whole reply in `reason` or `details`.
 */
const talk = new Set(
  'attempt-count auth completed connect double-bounce dsn-success dsn-temp-fail ehlo ip-lookup mail-from mx-lookup raw-input raw-output rcpt-to start-tls start-tls-disabled'.split(
    ' '
  )
)

/** What this server refuses, with the step. Checks whose result a rule may still let pass are not among them. */
const refusals: Readonly<Record<string, Stage>> = {
  'smtp.mailbox-does-not-exist': 'rcpt',
  'smtp.relay-not-allowed': 'rcpt',
  'smtp.mail-from-unauthenticated': 'mail',
  'smtp.mail-from-unauthorized': 'mail'
}

const open = (emit: (event: LogEvent) => void, { remember }: LogReaderOptions): LogReader => {
  const attempts = openMemory<Attempt>(remember)

  const tell = (
    kind: 'delivered' | 'delayed' | 'failed',
    recipient: string | undefined,
    trouble: Trouble,
    line: StalwartLine,
    attempt: Attempt,
    more: Told = {}
  ): void =>
    emit(
      attemptEvent(kind, {
        recipient,
        sender: attempt.sender,
        size: attempt.size,
        queueId: textWithin(line.keys, ['queueId']),
        time: line.time,
        program: 'stalwart',
        diagnosticCode: trouble.text,
        replyCode: trouble.replyCode,
        remoteMta: trouble.remoteMta,
        stage: trouble.stage,
        labels: labelsOf([['queue', textWithin(line.keys, ['queueName'])]]),
        ...more
      })
    )

  /** The answer that one recipient got: event, and no longer waited for. */
  const settle = (kind: 'delivered' | 'delayed' | 'failed', line: StalwartLine, attempt: Attempt, more: Told = {}): LineVerdict => {
    const to = line.keys.get('to')
    const recipients = typeof to === 'string' ? [to] : Array.isArray(to) && kind !== 'failed' ? [...attempt.waiting] : [undefined]
    for (const recipient of recipients) {
      tell(kind, recipient, readTrouble(line), line, attempt, more)
      if (recipient === undefined) continue
      attempt.waiting.delete(recipient)
      if (kind === 'failed' && attempt.failed.size < maxRecipients) attempt.failed.add(recipient)
    }
    return recipients.length > 0 ? 'event' : 'part'
  }

  const permanently = (line: StalwartLine, attempt: Attempt): LineVerdict => {
    const to = line.keys.get('to')
    if (typeof to !== 'string') return 'unread'
    if (attempt.failed.has(to)) return 'part'
    const trouble = troubleOf(attempt, to)
    if (trouble === undefined) return settle('failed', line, attempt)
    tell('failed', to, trouble, line, attempt)
    attempt.waiting.delete(to)
    if (attempt.failed.size < maxRecipients) attempt.failed.add(to)
    return 'event'
  }

  const ending = (line: StalwartLine, attempt: Attempt, id: string): LineVerdict => {
    let told = false
    for (const recipient of attempt.waiting) {
      const trouble = troubleOf(attempt, recipient)
      if (trouble === undefined) continue
      told = true
      tell((trouble.replyCode ?? 0) >= 500 ? 'failed' : 'delayed', recipient, trouble, line, attempt)
    }
    attempts.delete(id)
    return told ? 'event' : 'part'
  }

  const delivery = (line: StalwartLine): LineVerdict => {
    const step = line.type.slice(9)
    const id = textWithin(line.keys, ['queueId']) ?? ''
    if (step === 'attempt-start') {
      if (id !== '') attempts.set(id, beginAttempt(line.keys))
      return 'part'
    }
    let attempt = attempts.get(id)
    if (attempt === undefined) {
      attempt = beginAttempt(line.keys)
      if (id !== '' && step !== 'attempt-end') attempts.set(id, attempt)
    }
    if (step === 'domain-delivery-start') attempt.domain = textWithin(line.keys, ['domain'])?.toLowerCase() ?? ''
    if (step === 'domain-delivery-start' || talk.has(step)) return 'part'
    if (step === 'delivered') return settle('delivered', line, attempt, { stage: undefined })
    if (step === 'rcpt-to-rejected') {
      const code = codeIn(line.keys) ?? Number(/^[45]/.exec(readTrouble(line).text)?.[0] ?? 5) * 100
      return settle(code < 500 ? 'delayed' : 'failed', line, attempt, { stage: 'rcpt' })
    }
    if (step === 'failed') return settle('failed', line, attempt, { expired: true, stage: undefined })
    if (step === 'dsn-perm-fail') return permanently(line, attempt)
    if (step === 'attempt-end') return ending(line, attempt, id)
    if (!Object.hasOwn(troubleStages, step)) return 'unread'
    setTrouble(attempt, readTrouble(line))
    return 'part'
  }

  const refuse = (line: StalwartLine, stage: Stage): LineVerdict => {
    const to = line.keys.get('to')
    const text = textWithin(line.keys, ['details', 'reason']) ?? line.description
    const client = clientName(textWithin(line.keys, ['domain', 'helo']), textWithin(line.keys, ['remoteIp']))
    const recipient = typeof to === 'string' ? to : undefined
    emit(
      attemptEvent('failed', {
        direction: 'inbound',
        recipient,
        sender: textWithin(line.keys, ['from']),
        time: line.time,
        program: 'stalwart',
        stage,
        client,
        replyCode: codeIn(line.keys),
        diagnosticCode: text
      })
    )
    return 'event'
  }

  const line = (text: string): LineVerdict => {
    if (text.trim() === '') return 'ignored'
    if (text.length > maxJsonLine) return 'unread'
    const read = readStalwartLine(text)
    if (read === undefined) return text.includes('(delivery.') || text.includes('"delivery.') ? 'unread' : 'ignored'
    if (read.type.startsWith('delivery.')) return delivery(read)
    if (Object.hasOwn(refusals, read.type)) return refuse(read, refusals[read.type] ?? 'rcpt')
    return read.type.startsWith('queue.') ? 'part' : 'ignored'
  }

  return { line, end: () => {} }
}

export const stalwart: LogFormat = {
  id: 'stalwart',
  name: 'Stalwart',
  recognise: (lines) => {
    const told = lines.filter((line) => line.trim() !== '')
    return told.length === 0
      ? 0
      : told.filter((line) => line.length <= maxJsonLine && readStalwartLine(line) !== undefined).length / told.length
  },
  open
}
