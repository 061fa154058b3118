import { hostname } from 'node:os'
import { type Finding, findingWords } from '@whybounce/core/finding'
import {
  type Budget,
  echoedAddress,
  openDialogue,
  type PlannerOptions,
  type ProbeSummary,
  probingRule,
  type RouteFacts,
  runProbes,
  type SessionOptions,
  selfCheck
} from '@whybounce/probe'
import { block, openTerminal, printable } from '../terminal.ts'
import { UsageError } from '../usage.ts'
import type { ProbeSettings } from './options.ts'
import type { Run } from './run.ts'

/** Whether the answers of an operator mean anything; with --unlimited the servers are one's own, and all are asked. */
export const tellsOf =
  (probe: ProbeSettings | undefined) =>
  (operator: string): boolean =>
    probe?.unlimited === true || probingRule(operator).tells

const budgetOf =
  ({ unlimited, perMinute }: ProbeSettings) =>
  (operator: string): Budget => {
    if (unlimited) return { sessions: 20, perMinute: Number.POSITIVE_INFINITY, perSession: 500 }
    const rule = probingRule(operator)
    return {
      sessions: rule.sessions,
      perMinute: perMinute ?? rule.perMinute,
      perSession: Math.min(rule.perSession, perMinute ?? rule.perSession)
    }
  }

const ehloNameOf = (probe: ProbeSettings): string => {
  if (probe.ehloName !== undefined) return probe.ehloName
  const own = hostname()
  if (own.includes('.')) return own
  throw new UsageError(
    `Probing needs --ehlo NAME: the name of this machine in DNS, to which its IP address leads back (this one calls itself "${own}", which is no full name).`
  )
}

const sessionOptions = (probe: ProbeSettings): SessionOptions => ({
  ehloName: ehloNameOf(probe),
  mailFrom: probe.mailFrom,
  port: probe.port,
  ...(probe.localAddress === undefined ? {} : { localAddress: probe.localAddress }),
  ...(probe.timeout === undefined
    ? {}
    : { timeouts: { connect: probe.timeout, greeting: probe.timeout, command: probe.timeout, starttls: probe.timeout } })
})

/** Operators whose hosts are tried for a way out through port 25. */
const operatorsTried = 5

/** Our own address as a server sees it: the first of the list's own hosts that names it in its EHLO reply. */
const askForEcho = async (routes: readonly RouteFacts[], probe: ProbeSettings): Promise<string | undefined> => {
  for (const route of routes.slice(0, 3)) {
    const [host] = route.hosts ?? []
    const [address] = host?.addresses ?? []
    if (host === undefined || address === undefined) continue
    try {
      const { mailFrom: _sender, ...session } = sessionOptions(probe)
      const dialogue = await openDialogue({ ...session, address, host: host.name, tls: 'never' })
      if ('refused' in dialogue) continue
      const echoed = echoedAddress(dialogue)
      await dialogue.quit()
      if (echoed !== undefined) return echoed
    } catch {
      // A host that does not answer tells nothing here; whether port 25 is open is a point of its own.
    }
  }
  return undefined
}

const marks = { pass: ['✓', 'green'], warn: ['!', 'yellow'], fail: ['✗', 'red'], unknown: ['?', 'cyan'] } as const

/** The points of the self-check that are worth reading: what failed, with the way out, and what is not known; the same of several lists once. */
const showPoints = (points: readonly Finding[]): string => {
  const { paint, width } = openTerminal(process.stderr)
  const byCode = new Map<string, Finding[]>()
  for (const point of points) if (point.verdict !== 'pass') byCode.set(point.code, [...(byCode.get(point.code) ?? []), point])
  let text = ''
  for (const [code, [first, ...others]] of byCode) {
    if (first === undefined) continue
    const { verdict, evidence, fix } = first
    const [mark, colour] = marks[verdict]
    text += `  ${paint(colour, mark)} ${others.length === 0 ? first.title : findingWords(first.code).title.replace('{list}', 'blocklists')} (${code})\n`
    for (const line of [...evidence, ...others.flatMap((other) => other.evidence)].slice(0, maxEvidence))
      text += `${block(printable(line), width, '      ')}\n`
    if (fix !== undefined) text += `${block(printable(fix), width, '      ', `    ${paint('bold', '→')} `)}\n`
  }
  return text
}

/** Lines of evidence shown of one point. */
const maxEvidence = 8

export class UnfitError extends Error {
  override name = 'UnfitError'
  readonly points: readonly Finding[]
  constructor(points: readonly Finding[]) {
    super('This machine is not fit to probe.')
    this.points = points
  }
}

/**
 * Before the first question: may this machine ask at all? Throws an UnfitError where not, unless the person said that they know.
 * Probing from an unfit address gets refusals that say nothing, and harms the address.
 */
const checkSelf = async (run: Run, probe: ProbeSettings, domains: readonly string[]): Promise<readonly Finding[]> => {
  if (run.resolver === undefined || run.domains === undefined) return []
  const routes = await Promise.all(domains.map((domain) => run.domains?.get(domain)))
  const known = routes.filter((route) => route !== undefined)
  const targets = known.flatMap(({ hosts = [] }) =>
    hosts.slice(0, 1).flatMap(({ name, addresses }) => addresses.slice(0, 1).map((address) => ({ host: name, address, port: probe.port })))
  )
  const echoed = probe.ip === undefined ? await askForEcho(known, probe) : undefined
  const { fit, points } = await selfCheck({
    resolver: run.resolver,
    ehloName: ehloNameOf(probe),
    mailFrom: probe.mailFrom,
    targets,
    allowPrivate: run.settings.allowPrivate,
    ...(probe.ip === undefined ? {} : { ip: probe.ip }),
    ...(echoed === undefined ? {} : { echoedAddress: echoed })
  })
  if (!fit && !probe.anyway) throw new UnfitError(points)
  return points
}

/** What is wrong with this machine, and what to do about it. */
export const unfitText = (points: readonly Finding[]): string =>
  `This machine is not fit to probe: servers would refuse it, and its answers would say nothing about the addresses. Nothing was asked.\n\n${showPoints(points)}\nMend what failed, or go on all the same with --i-know.\n`

/** Milliseconds for which a list waits for servers that want to be asked again later. */
const usualWait = 3_600_000

const clock = (time: number): string => new Date(time).toLocaleTimeString('en-GB')

/** Asks everything that waits in the state; ends when nothing is left, or when the time that was given is over. */
export const askServers = async (
  run: Run,
  probe: ProbeSettings,
  extra: Pick<PlannerOptions, 'onSession'> = {}
): Promise<ProbeSummary | undefined> => {
  const { waiting } = run.state.counts()
  if (waiting === 0) return undefined
  const points = await checkSelf(run, probe, run.state.largest(operatorsTried))
  const doubts = points.filter(({ verdict }) => verdict !== 'pass')
  if (doubts.length > 0 && !run.settings.quiet) process.stderr.write(`Before probing:\n${showPoints(doubts)}\n`)
  const began = Date.now()
  const summary = await runProbes(run.state, {
    ...sessionOptions(probe),
    ...extra,
    hostsOf: async ({ domain }) => (await run.domains?.get(domain))?.hosts ?? [],
    budgetOf: budgetOf(probe),
    ...(probe.retryAfter === undefined ? {} : { retryAfter: probe.retryAfter }),
    ...(probe.maxSessions === undefined ? {} : { maxSessions: probe.maxSessions }),
    until: began + (probe.wait ?? usualWait),
    onProgress: ({ asked, sessions, waitsUntil }) => {
      const rate = Math.round((asked * 1_000) / Math.max(1, Date.now() - began))
      run.progress.show(
        Math.min(1, asked / Math.max(1, waiting)),
        waitsUntil === undefined
          ? `Asking mail servers: ${asked.toLocaleString('en')} of ${waiting.toLocaleString('en')}, ${sessions.toLocaleString('en')} sessions, ${rate.toLocaleString('en')}/s`
          : `Asking mail servers: ${asked.toLocaleString('en')} of ${waiting.toLocaleString('en')}; the next may be asked at ${clock(waitsUntil)}`
      )
    }
  })
  run.progress.clear()
  return summary
}
