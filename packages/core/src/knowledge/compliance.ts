import type { FindingCode } from './findings.generated.ts'

/** What mailbox providers ask of senders (knowledge/compliance.toml). */
export type CompliancePoint = {
  readonly id: string
  readonly asks: string
  /** `bulk`: only who sends more than the provider's threshold. */
  readonly binds: 'all' | 'bulk'
  /** Where it is shown; absent where findings tell. */
  readonly see?: string
  /** One of them is enough to show that it is met, or that it is not. */
  readonly met: readonly FindingCode[]
  readonly notMet: readonly FindingCode[]
  /** Leave it open in spite of `notMet`: what else could meet it is not known. */
  readonly open: readonly FindingCode[]
  /** Those of `met` that count in spite of `notMet`. */
  readonly wins: readonly FindingCode[]
  readonly source: string
}

export type ComplianceProvider = {
  readonly id: string
  readonly name: string
  /** `5,000 or more mails a day`: who counts as a bulk sender. */
  readonly threshold: string
  /** Year and month. */
  readonly since: string
  readonly note?: string
  readonly source: string
  readonly verified: string
  readonly points: readonly CompliancePoint[]
}

export type Compliance = readonly ComplianceProvider[]

/** DKIM selectors that services use (knowledge/selectors.toml); `common` are asked always, the others in a deep examination. */
export type Selectors = readonly { readonly name: string; readonly of: string; readonly common: boolean }[]
