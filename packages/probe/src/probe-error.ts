import type { Stage } from '@whybounce/core'

/** A fault of the outside world while it was asked: what failed, at which step, at which host. Never a verdict about an address. */
export class ProbeError extends Error {
  override name = 'ProbeError'
  /** The system's code where there is one (`ECONNREFUSED`, `ETIMEDOUT`), else one of ours (`EGREETING`, `ETOOLONG`, `EPRIVATE` …). */
  readonly code: string
  readonly stage: Stage
  readonly host: string

  constructor(code: string, stage: Stage, host: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.stage = stage
    this.host = host
  }
}
