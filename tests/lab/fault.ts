import type { FindingCode } from '@whybounce/core/finding'
import type { groups } from './filters.ts'
import type { machines } from './machines.ts'
import type { resolvers } from './name-servers.ts'

/** Something that is wrong with mail, made on purpose, and what the doctor has to say about it. */
export type Fault = {
  /** `mx-null`; what needs a domain of its own has `ID-lab.net`. */
  readonly id: string
  readonly area: 'ways-out' | 'machine' | 'dns' | 'server' | 'tls' | 'mta-sts' | 'dane' | 'login' | 'identity' | 'message' | 'reputation'
  /** In plain words, as its victim would tell it. */
  readonly what: string
  /** The software that it was made with; `scripted` where no real server can be brought to do it. */
  readonly madeWith: string
  /** What is typed after `whybounce doctor`, without the options that all runs have. */
  readonly args: readonly string[]
  /** A firewall around the client. */
  readonly group?: keyof typeof groups
  /** Runs as a user of its own, whom the routing table gives no way out. */
  readonly withoutRoute?: true
  readonly password?: string
  readonly resolver?: keyof typeof resolvers
  /** The machine that it runs on; this one where nothing is said. */
  readonly machine?: keyof typeof machines
  /** Codes that must be found. */
  readonly codes: readonly FindingCode[]
  /** Causes (knowledge/causes/) that one of these findings must name. */
  readonly cause?: string
  /** Codes of verdict fail or warn that follow from the fault, and may be found too. All others may not. */
  readonly besides?: readonly FindingCode[]
}
