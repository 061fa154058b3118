import type { Diagnoser, Diagnosis } from '../diagnose/diagnose.ts'
import type { LogEvent } from '../log/log-reader.ts'
import { openTemplates } from '../log/templates.ts'
import { addAttempt, addKnownAttempt, exampleOf, type KeptExample, openCauseRows } from './cause-rows.ts'
import { type CountName, countNameOf, noCounts } from './counts.ts'
import { type Belongings, openDivisions } from './divisions.ts'
import { diagnoseEvent } from './event-diagnosis.ts'
import { asFailure } from './failure.ts'
import type { GroupCount } from './groups.ts'
import { openInboundRows } from './inbound-rows.ts'
import { openMessageEnds } from './message-ends.ts'
import { messageKey } from './message-key.ts'
import { openProviders } from './provider-names.ts'
import { openQuickHarm, quotes } from './quick-harm.ts'
import { countNames } from './report.ts'
import { openSenderAddresses } from './sender-address.ts'
import { openClock, openSeries, type Series } from './series.ts'
import type { HarmedAttempt, Tally, TallyOptions } from './tally.ts'
import { type Counted, reportOf, type TalliedFile } from './to-report.ts'
import { domainOf, isHandedOn, openDiagnosisOf, quotingText } from './told-event.ts'
import { type Met, waitingKey } from './waiting.ts'

/** Sums up what logs and webhooks tell. */
export const openTally = (diagnoser: Diagnoser, options: TallyOptions = {}): Tally => {
  const { since = Number.NEGATIVE_INFINITY, until = Number.POSITIVE_INFINITY } = options
  const [from, to] = [since / 1_000, until / 1_000]
  const isWholePeriod = from === Number.NEGATIVE_INFINITY && to === Number.POSITIVE_INFINITY
  const diagnosisOf = openDiagnosisOf(diagnoser)
  const providers = openProviders(diagnoser)
  const senders = openSenderAddresses(options.senderIps)
  const clock = openClock(options.now)
  const outcomes: Readonly<Record<CountName, Series>> = {
    delivered: openSeries(clock),
    deferred: openSeries(clock),
    bounced: openSeries(clock),
    expired: openSeries(clock),
    complained: openSeries(clock),
    suppressed: openSeries(clock)
  }
  const refusals = openSeries(clock)
  const rows = openCauseRows(clock)
  const inbound = openInboundRows()
  const templates = openTemplates()
  const divisions = openDivisions(options.by ?? [], providers, senders)
  const attempts = noCounts()
  const messages = openMessageEnds()
  const files: TalliedFile[] = []
  const rest = { unsubscribed: 0, handedOn: 0, undated: 0, outside: 0, other: 0 }

  /** Whether an event counts, by its time. */
  const isInside = (seconds: number): boolean => {
    if (clockSees(seconds)) return true
    rest[Number.isFinite(seconds) && !isWholePeriod ? 'outside' : 'undated']++
    return isWholePeriod
  }
  const clockSees = (seconds: number): boolean => (isWholePeriod || (seconds >= from && seconds < to)) && clock.see(seconds)

  const countAttempt = (name: CountName, seconds: number, of: readonly GroupCount[]): void => {
    attempts[name]++
    for (const group of of) group.attempts[name]++
    if (Number.isFinite(seconds)) outcomes[name].add(seconds)
  }
  const byCause = divisions.groups.get('cause')
  const quick = openQuickHarm(diagnoser)

  const groupsOf = (of: Belongings, { cause, detail }: Diagnosis): readonly GroupCount[] => {
    const rowsOf = divisions.rowsOf(of)
    if (byCause !== undefined) rowsOf.push(byCause.row(detail === undefined ? cause : `${cause}/${detail}`))
    return rowsOf
  }

  const harm = (name: 'deferred' | 'bounced' | 'expired' | 'suppressed', example: KeptExample, seconds: number): void => {
    const { event, diagnosis } = example
    const { remoteMta, recipient, sender, host, labels } = event
    const domain = domainOf(recipient)
    const provider = providers.of(remoteMta, domain) ?? diagnosis.provider
    const quotes = quotingText(event, diagnosis)
    const senderKey = senders.keyOf(event, quotes)
    const quoted = senders.quoted()
    const key = keyOf(event)
    const waiting = messages.waitingFor(key)
    // Giving up is said by the queue, without server and service: it belongs where the last attempt does.
    const last = name === 'expired' ? waiting : undefined
    const of = last?.groups ?? groupsOf({ provider, senderKey, domain, sender, host, labels }, diagnosis)
    countAttempt(name, seconds, of)
    const isSame = ({ row: met }: Met): boolean => met.cause === diagnosis.cause && met.detail === diagnosis.detail
    // Where the queue says no more than that it gave up, it did so over what the last attempt met.
    const underlying = diagnosis.cause === 'delivery-expired' ? last?.lastRow : last?.met.findLast(isSame)?.row
    const row = underlying ?? rows.row(diagnosis.cause, diagnosis.detail, provider, senderKey)
    addAttempt(row, row.cause === diagnosis.cause ? example : exampleOf(row), seconds)
    if (quoted === undefined && last === undefined) row.unquoted++
    if (diagnosis.confidence === 'none' || diagnosis.confidence === 'weak') noteText(event)
    else if (name !== 'expired') quick.add(name, diagnosis, quoted)
    messages.meet(name, of, row, key, waiting, domain)
  }

  /** A failed attempt of which its text and who sent it tell all that is to be counted; false: its event must tell. */
  const harmByText = (attempt: Readonly<HarmedAttempt>): boolean => {
    const known = quick.find(attempt)
    if (known === undefined) return false
    const { host, program, remoteMta, domain, seconds, high, low } = attempt
    const { name, diagnosis, quoteAt } = known
    const service = senders.serviceOf(host, program)
    const isQuoted = quoteAt >= 0 && service.mapped === undefined
    if (isQuoted && (service.mixed || service.quoted === undefined || !quotes(service.quoted, attempt, quoteAt))) return false
    const provider = providers.of(remoteMta, domain)
    if (provider === undefined && diagnosis.provider !== undefined) return false
    const { cause, detail } = diagnosis
    const row = known.rows.get(provider)?.get(service.key) ?? rows.find(cause, detail, provider, service.key)
    // Its first event is its example.
    if (row?.parties.has(diagnosis.party) !== true) return false
    const rowsOfProvider = known.rows.get(provider)
    if (rowsOfProvider === undefined) known.rows.set(provider, new Map([[service.key, row]]))
    else if (!rowsOfProvider.has(service.key)) rowsOfProvider.set(service.key, row)
    quick.forget()
    if (!isInside(seconds)) return true
    const dated = clock.see(seconds) ? seconds : Number.NaN
    const rowsOf = divisions.rowsOfDelivered(attempt)
    const of = byCause === undefined ? rowsOf : [...rowsOf, byCause.row(detail === undefined ? cause : `${cause}/${detail}`)]
    countAttempt(name, dated, of)
    addKnownAttempt(row, diagnosis, dated)
    if (isQuoted) service.quotes++
    else row.unquoted++
    const key = waitingKey(high, low)
    messages.meet(name, of, row, key, messages.waitingFor(key), domain)
    return true
  }

  const noteText = ({ diagnosticCode, time }: LogEvent): void => {
    if (diagnosticCode !== undefined) templates.add(diagnosticCode, time)
  }

  const keyOf = ({ queueId, messageId, recipient, kind }: LogEvent): number | undefined => {
    const message = queueId ?? messageId
    // Without an id, only what waits can be the same message again.
    if (recipient === undefined || (message === undefined && kind === 'failed')) return undefined
    const { high, low } = messageKey(message ?? '', recipient)
    return waitingKey(high, low)
  }

  const deliver = (seconds: number, key: number | undefined, of: readonly GroupCount[]): void => {
    countAttempt('delivered', seconds, of)
    messages.deliver(key, of)
  }

  const counted = (): Counted => {
    return {
      attempts,
      messages: messages.counts(),
      ...rest,
      clock,
      outcomes: countNames.map((name) => [name, outcomes[name]] as const),
      refusals,
      rows,
      inbound,
      templates,
      groups: divisions.groups,
      labels: divisions.labels,
      waiting: messages.waiting(),
      forgotten: messages.forgotten(),
      senders,
      providers,
      files
    }
  }

  const harmOf = (event: LogEvent): Diagnosis =>
    event.diagnosis === undefined && quick.isNew() ? asFailure(diagnoser, event, diagnoseEvent(diagnoser, event)) : diagnosisOf(event)

  const waitOnly = (event: LogEvent): void => {
    const { remoteMta, sender, host, labels, recipient } = event
    const domain = domainOf(recipient)
    const provider = providers.of(remoteMta, domain)
    messages.wait(keyOf(event), divisions.rowsOf({ provider, senderKey: senders.keyOf(event, undefined), domain, sender, host, labels }))
  }

  const take = (event: LogEvent, file: string, line: number): void => {
    const seconds = event.time === undefined ? Number.NaN : Date.parse(event.time) / 1_000
    const name = countNameOf(event)
    if (event.kind === 'unsubscribe' || name === undefined) {
      if (!isInside(seconds)) return
      rest[event.kind === 'unsubscribe' ? 'unsubscribed' : 'other']++
      if (event.kind === 'other' && event.outcome === 'failed') messages.takeOut(keyOf(event))
      return
    }
    if (!isInside(seconds)) return
    const dated = clock.see(seconds) ? seconds : Number.NaN
    if (event.direction === 'inbound') {
      if (name === 'delivered') {
        rest.other++
        return
      }
      inbound.add({ event, diagnosis: diagnosisOf(event), file, line }, dated)
      if (Number.isFinite(dated)) refusals.add(dated)
      return
    }
    if (isHandedOn(event)) {
      rest.handedOn++
      messages.handOn(keyOf(event))
      return
    }
    if (name === 'delivered' || name === 'complained') {
      const { remoteMta, sender, host, labels } = event
      const domain = domainOf(event.recipient)
      const of = divisions.rowsOf({
        provider: providers.of(remoteMta, domain),
        senderKey: senders.keyOf(event, undefined),
        domain,
        sender,
        host,
        labels
      })
      if (name === 'delivered') deliver(dated, keyOf(event), of)
      else {
        countAttempt(name, dated, of)
        messages.count(name, of)
      }
      return
    }
    // A queue listing of what was never tried tells that it waits, and of nothing that went wrong.
    if (name === 'deferred' && event.diagnosticCode === undefined && event.labels?.queue !== undefined) waitOnly(event)
    else harm(name, { event, diagnosis: harmOf(event), file, line }, dated)
  }

  return {
    event: (event, file, line) => {
      take(event, file, line)
      quick.forget()
    },
    harmed: harmByText,
    delivered: (attempt) => {
      const { seconds } = attempt
      if (!isInside(seconds)) return
      const dated = clock.see(seconds) ? seconds : Number.NaN
      deliver(dated, messages.isWaiting() ? waitingKey(attempt.high, attempt.low) : undefined, divisions.rowsOfDelivered(attempt))
    },
    addFile: (file) => void files.push(file),
    report: () => reportOf(counted(), diagnoser, options.known)
  }
}
