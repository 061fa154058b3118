/** The shapes of what a sending plan rests on (knowledge/sending/). */

/** Who says a number: the provider's own page, or others who send there. */
export type SaidBy = 'provider' | 'third-party'

/** What a receiving provider takes from one sending IP address. Absent numbers are not published. */
export type ProviderLimit = {
  /** Id of the provider's origin. */
  readonly provider: string
  /** Its mailboxes lie on the servers of this provider, whose numbers they share. */
  readonly countsAs?: string
  /** Connections at once. */
  readonly connections?: number
  readonly messagesPerConnection?: number
  readonly recipientsPerMessage?: number
  readonly perHour?: number
  /** From so many messages a day on the provider makes further demands. */
  readonly bulkFrom?: number
  /** What a sender that the provider does not know yet must do or expect. */
  readonly newSender?: string
  readonly says: string
  readonly by: SaidBy
  readonly source: string
  readonly verified: string
}

/** What a sending service lets one account send; `perDay` in any 24 hours. */
export type SenderLimit = {
  readonly id: string
  readonly name: string
  readonly perDay?: number
  readonly perHour?: number
  readonly says: string
  readonly by: SaidBy
  readonly source: string
  readonly verified: string
}

/** Messages a day (or an hour, by the day) in a warm-up; after the last `growth` goes on every `every` days, or nothing limits. */
export type WarmUpCurve = {
  readonly id: string
  readonly name: string
  readonly perDay?: readonly number[]
  readonly perHour?: readonly number[]
  readonly growth?: number
  readonly every?: number
  /** Chosen by us; `says` tells how. */
  readonly own?: true
  readonly says: string
  readonly source: string
  readonly verified: string
}

export type SendingDefault = { readonly id: string; readonly value: number; readonly why: string }

/** What a sending plan rests on. */
export type Sending = {
  readonly limits: readonly ProviderLimit[]
  readonly senders: readonly SenderLimit[]
  readonly curves: readonly WarmUpCurve[]
  readonly defaults: readonly SendingDefault[]
}
