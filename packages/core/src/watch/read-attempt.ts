import type { Diagnoser, Diagnosis } from '../diagnose/diagnose.ts'
import type { LogEvent } from '../log/log-reader.ts'
import { type CountName, countNameOf } from '../report/counts.ts'
import { messageKey } from '../report/message-key.ts'
import { openProviders, type Providers } from '../report/provider-names.ts'
import { openSenderAddresses, type SenderAddresses } from '../report/sender-address.ts'
import { domainOf, isHandedOn, openDiagnosisOf, quotingText } from '../report/told-event.ts'
import { waitingKey } from '../report/waiting.ts'

/** What an event means for what is counted. */
export type Attempt = {
  readonly name: CountName
  readonly isInbound: boolean
  /** Milliseconds since 1970; NaN where not told. */
  readonly time: number
  readonly provider: string | undefined
  readonly senderKey: string
  /** Of message and recipient; undefined where the event names neither. */
  readonly key: number | undefined
  /** Of what failed or was put off. */
  readonly diagnosis: Diagnosis | undefined
}

export type AttemptReader = {
  /** Undefined: it tells nothing of a delivery. */
  readonly read: (event: LogEvent) => Attempt | undefined
  readonly senders: SenderAddresses
  readonly providers: Providers
}

export const openAttemptReader = (diagnoser: Diagnoser, senderIps?: Readonly<Record<string, string>>): AttemptReader => {
  const diagnosisOf = openDiagnosisOf(diagnoser)
  const senders = openSenderAddresses(senderIps)
  const providers = openProviders(diagnoser)

  return {
    senders,
    providers,
    read: (event) => {
      const name = countNameOf(event)
      if (name === undefined || isHandedOn(event)) return undefined
      const { recipient, remoteMta, queueId, messageId, time } = event
      const isHarmed = name !== 'delivered' && name !== 'complained'
      const diagnosis = isHarmed ? diagnosisOf(event) : undefined
      const domain = domainOf(recipient)
      const quotes = diagnosis === undefined ? undefined : quotingText(event, diagnosis)
      const isInbound = event.direction === 'inbound'
      const message = queueId ?? messageId
      const hash = recipient === undefined || message === undefined ? undefined : messageKey(message, recipient)
      return {
        name,
        isInbound,
        time: time === undefined ? Number.NaN : Date.parse(time),
        provider: isInbound ? undefined : (providers.of(remoteMta, domain) ?? diagnosis?.provider),
        senderKey: isInbound ? '' : senders.keyOf(event, quotes),
        key: hash === undefined ? undefined : waitingKey(hash.high, hash.low),
        diagnosis
      }
    }
  }
}
