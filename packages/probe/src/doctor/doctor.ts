import { type Finding, finding } from '@whybounce/core/finding'
import { type Check, type Context, type DoctorOptions, type DoctorStage, reportTo, stages } from './check.ts'
import { complianceChecks } from './compliance/checks.ts'
import { openContext } from './context.ts'
import { dnsChecks } from './dns/checks.ts'
import { identityChecks } from './identity/checks.ts'
import { machineChecks } from './machine/checks.ts'
import { messageChecks } from './message/checks.ts'
import { reputationChecks } from './reputation/checks.ts'
import { serverChecks } from './server/checks.ts'
import { postmasterRequest } from './server/postmaster-request.ts'
import { submissionChecks } from './submission/checks.ts'
import { waysOutChecks } from './ways-out/checks.ts'

const allChecks: readonly Check[] = [
  ...waysOutChecks,
  ...machineChecks,
  ...dnsChecks,
  ...serverChecks,
  ...submissionChecks,
  ...identityChecks,
  ...reputationChecks,
  ...complianceChecks,
  ...messageChecks
]

/** One check as it ended. `took` in milliseconds. */
export type CheckReport = {
  readonly id: string
  readonly stage: DoctorStage
  readonly title: string
  readonly took: number
  readonly findings: readonly Finding[]
  /** What the target is about: where it ends in nothing but unknowns, the examination could not tell. */
  readonly decides?: true
}

export type DoctorReport = {
  readonly checks: readonly CheckReport[]
  readonly took: number
  /** Questions to DNS, as the resolver counts them. */
  readonly dns: Readonly<Record<string, number>>
}

export type DoctorEvents = {
  readonly started?: (check: Pick<Check, 'id' | 'stage' | 'title'>) => void
  readonly ended?: (report: CheckReport) => void
}

/** What a domain publishes for its mail. Of one that does not exist there is nothing to say but that. */
const aboutSender: ReadonlySet<string> = new Set(['spf', 'spf-address', 'dkim', 'dmarc', 'dmarc-reports', 'bimi', 'tls-rpt', 'compliance'])

const senderIsGone = async ({ sender, query }: Context): Promise<boolean> =>
  sender !== undefined && (await query(sender, 'MX')).status === 'nxdomain'

const defaultTimeout = 60_000
/** Milliseconds that checks get for their last words once time is up. */
const lastWords = 1_000

/**
 * Examines a target: all checks that concern it run side by side, those that conclude from others after them. Ends within the time
 * allowed: a check that is not done by then keeps what it found and says so. Never rejects for what the network does.
 */
export const runDoctor = (options: DoctorOptions, events: DoctorEvents = {}): Promise<DoctorReport> => runChecks(allChecks, options, events)

/** The same with checks of one's own. */
export const runChecks = async (all: readonly Check[], options: DoctorOptions, events: DoctorEvents = {}): Promise<DoctorReport> => {
  const { timeout = defaultTimeout } = options
  if (!(timeout > 0 && timeout <= 3_600_000)) throw new RangeError('timeout must be milliseconds, above 0 and at most 3600000')
  const began = performance.now()
  const { context, close, add } = openContext(options, timeout)
  const runOne = async (check: Check): Promise<CheckReport> => {
    const { id, stage, title } = check
    events.started?.({ id, stage, title })
    const start = performance.now()
    const findings: Finding[] = []
    let open = true
    const outOfTime = (): Finding => finding('check.out-of-time', [`${title}: ${timeout / 1_000} s`])
    const report = reportTo((plain) => {
      if (!open) return
      const found = plain.code === 'server.refuses-our-address' ? { ...plain, letter: postmasterRequest(plain, context) } : plain
      findings.push(found)
      add(found)
    })
    const work = (aboutSender.has(id) ? senderIsGone(context) : Promise.resolve(false))
      .then((gone) => (gone ? undefined : check.run(context, report)))
      .then(() => (context.signal.aborted ? outOfTime() : undefined))
      .catch((error: unknown) => finding('check.failed', [`${title}: ${error instanceof Error ? error.message : String(error)}`]))
    const end = await Promise.race([work, late(context.signal, outOfTime)])
    open = false
    if (end !== undefined) {
      findings.push(end)
      add(end)
    }
    const ended = {
      id,
      stage,
      title,
      took: performance.now() - start,
      findings,
      ...(check.decides?.(context) ? { decides: true as const } : {})
    }
    events.ended?.(ended)
    return ended
  }
  try {
    const wanted = all.filter((check) => options.only?.includes(check.stage) !== false && check.wanted(context))
    const first = await Promise.all(wanted.filter(({ after }) => after === undefined).map(runOne))
    const last = await Promise.all(wanted.filter(({ after }) => after === true).map(runOne))
    const checks = [...first, ...last].sort((one, other) => stages.indexOf(one.stage) - stages.indexOf(other.stage))
    return { checks, took: performance.now() - began, dns: options.resolver.counters() }
  } finally {
    close()
  }
}

const late = (signal: AbortSignal, make: () => Finding): Promise<Finding> =>
  new Promise((resolve) => {
    const wait = (): void => void setTimeout(() => resolve(make()), lastWords).unref()
    if (signal.aborted) wait()
    else signal.addEventListener('abort', wait, { once: true })
  })
