import { createWriteStream, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import {
  type Domains,
  type Inspected,
  inspectAddress,
  judge,
  type NewTask,
  openDomains,
  openResolver,
  openRoutes,
  openVerifyState,
  type ProbeAnswer,
  type Resolver,
  type RouteFacts,
  type Verdict,
  type VerifyState
} from '@whybounce/probe'
import { type ListInfo, type ListRow, type OpenList, openList } from '@whybounce/sources'
import { openProgress, type Progress } from '../progress.ts'
import { printable } from '../terminal.ts'
import { UsageError } from '../usage.ts'
import { openDuplicates } from './duplicates.ts'
import { type Memory, noMemory, openMemory } from './memory.ts'
import type { VerifySettings } from './options.ts'

/** Everything that one run over a list stands on; closed together. */
export type Run = {
  readonly settings: VerifySettings
  readonly state: VerifyState
  readonly memory: Memory
  readonly domains: Domains | undefined
  readonly resolver: Resolver | undefined
  readonly progress: Progress
  readonly open: () => Promise<OpenList>
  readonly close: () => Promise<void>
}

/** Standard input can be read once, and a list is read several times: it goes to a file that only we can read. */
const spool = async (): Promise<{ path: string; remove: () => void }> => {
  const folder = mkdtempSync(join(tmpdir(), 'whybounce-'))
  const path = join(folder, 'list')
  const remove = (): void => rmSync(folder, { recursive: true, force: true })
  process.once('exit', remove)
  await pipeline(process.stdin, createWriteStream(path, { mode: 0o600 }))
  return { path, remove }
}

export const stateFileOf = ({ state, output }: VerifySettings): string =>
  state ?? (output === undefined || output === '-' ? ':memory:' : `${output}.state`)

/** The state, or one sentence about why it cannot be used and what to do. */
const openState = (path: string): VerifyState => {
  try {
    return openVerifyState(path)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new UsageError(
      /locked|busy/i.test(reason)
        ? `${printable(path)} is in use: another run writes the same output. Wait for it, or name another output.`
        : `What is known of the list cannot be kept in ${printable(path)}: ${printable(reason)}. Name another file with --state, or remove this one if it is left over.`
    )
  }
}

/** A mistake in what the person named (an encoding, a server, a separator): the sentence it comes with. */
const orUsage = <T>(open: () => T): T => {
  try {
    return open()
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) throw new UsageError(printable(error.message))
    throw error
  }
}

/** `list` is undefined for a single address. */
export const openRun = (list: string | undefined, settings: VerifySettings): Run => {
  let spooled: Awaited<ReturnType<typeof spool>> | undefined
  const state = openState(stateFileOf(settings))
  const memory = settings.checks.has('suppressed') ? openMemory(settings.store, settings.stream, settings.maxAge) : noMemory
  const resolver = settings.checks.has('mx')
    ? orUsage(() => openResolver({ cacheSize: answersKept, ...(settings.dns.length === 0 ? {} : { servers: settings.dns }) }))
    : undefined
  const routes = resolver === undefined ? undefined : openRoutes(resolver, { allowPrivate: settings.allowPrivate, cacheSize: routesKept })
  return {
    settings,
    state,
    memory,
    resolver,
    domains: routes === undefined ? undefined : openDomains(routes.of, state),
    progress: openProgress(process.stderr),
    open: async () => {
      if (list === '-') spooled ??= await spool()
      try {
        return await openList(spooled?.path ?? list ?? '', settings.list)
      } catch (error) {
        return orUsage(() => {
          throw error
        })
      }
    },
    close: async () => {
      resolver?.close()
      memory.close()
      state.close()
      spooled?.remove()
    }
  }
}

/** Each domain is asked once; what is asked again are the hosts that many domains share. */
const answersKept = 20_000

/** `openDomains` keeps them; twice is once too much. */
const routesKept = 1_000

const shareOf = (list: OpenList): number | undefined => {
  const { bytesRead, bytesTotal } = list.progress()
  return bytesTotal === undefined || bytesTotal === 0 ? undefined : bytesRead / bytesTotal
}

/** Reads the list once: `each` for every row, in order. */
const readRows = async (run: Run, words: string, each: (row: ListRow) => void | Promise<void> | undefined): Promise<ListInfo> => {
  const list = await run.open()
  const began = Date.now()
  let rows = 0
  try {
    for await (const batch of list.rows()) {
      for (const row of batch) {
        const wait = each(row)
        if (wait !== undefined) await wait
      }
      rows += batch.length
      const rate = Math.round((rows * 1_000) / Math.max(1, Date.now() - began))
      run.progress.show(shareOf(list), `${words}: ${rows.toLocaleString('en')} rows, ${rate.toLocaleString('en')}/s`)
    }
  } finally {
    await list.close()
    run.progress.clear()
  }
  return list.info
}

export type Survey = { readonly info: ListInfo; readonly isDuplicate: (row: number) => boolean }

/** A form of an address that is the same for the same mailbox, also where it is no address. */
export const mailboxOf = ({ check, canonical }: Inspected): string => canonical ?? check.address.toLowerCase()

/** First pass: which domains there are (and begins to ask for them), and which rows stand in the list already. */
export const survey = async (run: Run): Promise<Survey> => {
  const duplicates = openDuplicates()
  const info = await readRows(run, run.domains === undefined ? 'Reading' : 'Reading, asking DNS', (row) => {
    if (row.address === '' || row.problem !== undefined) return undefined
    const seen = inspectAddress(row.address)
    duplicates.add(row.number, mailboxOf(seen))
    if (run.domains === undefined) return undefined
    const { asciiDomain } = seen.check
    if (seen.check.level !== 'practical' || asciiDomain === undefined) return undefined
    const wait = run.domains.want(asciiDomain)
    return wait ?? (seen.suggestion === undefined ? undefined : run.domains.want(seen.suggestion.domain))
  })
  await run.domains?.settled()
  const found = duplicates.finish()
  duplicates.close()
  return { info, isDuplicate: found.has }
}

/** Whether a mail server is to be asked about this address at all. */
const worthAsking = (seen: Inspected, route: RouteFacts): boolean =>
  seen.check.level === 'practical' && route.status === 'hosts' && seen.homographOf === undefined

/** The address as RCPT TO has it: the domain in A-labels, unless the local part needs SMTPUTF8 anyway. */
export const onTheWire = ({ check }: Inspected): string => `${check.localPart}@${check.asciiDomain}`

/** Hosts of a task as one word: what shares them, shares sessions. */
const hostsKey = (route: RouteFacts): string => (route.hosts ?? []).map(({ name }) => name).join(' ')

/**
 * Who the budget is kept for. Hosters give every customer a host name of its own at one address: whoever shares the address of an earlier
 * domain shares its budget.
 */
const ownerOf = (owners: Map<string, string>, { operator, provider, hosts = [] }: RouteFacts): string => {
  const address = hosts[0]?.addresses[0]
  if (provider !== undefined || address === undefined) return operator
  const known = owners.get(address)
  if (known === undefined && owners.size < maxOwners) owners.set(address, operator)
  return known ?? operator
}

/** Addresses of mail hosts remembered, 100 bytes each. */
const maxOwners = 500_000

const tasksAtOnce = 2_000

/** Second pass, for probing only: what is to be asked of mail servers. Known addresses, suppressed and doubled ones need no question. */
export const queueProbes = async (run: Run, { isDuplicate }: Survey, tells: (operator: string) => boolean): Promise<void> => {
  let waiting: NewTask[] = []
  const owners = new Map<string, string>()
  const flush = (): void => {
    run.state.add(waiting)
    waiting = []
  }
  await readRows(run, 'Planning', async (row) => {
    if (row.address === '' || row.problem !== undefined || isDuplicate(row.number) || run.domains === undefined) return
    const seen = inspectAddress(row.address)
    const { asciiDomain, level, needsSmtputf8 } = seen.check
    if (level !== 'practical' || asciiDomain === undefined) return
    const known = run.memory.of(row.address)
    if (known.suppressed !== undefined || known.history !== undefined) return
    const found = run.domains.get(asciiDomain)
    const route = found instanceof Promise ? await found : found
    if (!worthAsking(seen, route) || !tells(route.operator)) return
    const { provider } = route
    const operator = ownerOf(owners, route)
    const task = {
      kind: 'address',
      mailbox: mailboxOf(seen),
      address: onTheWire(seen),
      domain: asciiDomain,
      operator,
      hosts: hostsKey(route),
      smtputf8: needsSmtputf8
    } as const
    waiting.push(provider === undefined ? task : { ...task, provider })
    if (waiting.length >= tasksAtOnce) flush()
  })
  flush()
  run.state.renew(Date.now())
}

/** What is found out about one row, with everything that was asked. */
export const findVerdict = (
  run: Run,
  seen: Inspected,
  extra: { readonly duplicate: boolean; readonly tells: (operator: string) => boolean; readonly now: Date }
): Verdict | Promise<Verdict> => {
  const { asciiDomain, level } = seen.check
  const known = run.memory.of(seen.check.address)
  const flags = extra.duplicate ? [...seen.flags, 'duplicate'] : seen.flags
  const base = { ...seen, flags, ...known }
  if (run.domains === undefined || level !== 'practical' || asciiDomain === undefined) return judge(base, extra.now)
  const own = run.domains.get(asciiDomain)
  const meant = seen.suggestion === undefined ? undefined : run.domains.get(seen.suggestion.domain)
  const conclude = (route: RouteFacts, other: RouteFacts | undefined): Verdict => {
    const probe = run.settings.probe === undefined || !worthAsking(seen, route) ? undefined : probeOf(run, seen, route, extra)
    const { suggestion, ...without } = base
    // A name that takes no mail is no better than the one that was written.
    const helps = suggestion !== undefined && other !== undefined && other.status === 'hosts'
    return judge({ ...without, ...(helps ? { suggestion } : {}), route, ...(probe === undefined ? {} : { probe }) }, extra.now)
  }
  if (!(own instanceof Promise) && !(meant instanceof Promise)) return conclude(own, meant)
  return Promise.all([own, meant]).then(([route, other]) => conclude(route, other))
}

const probeOf = (
  run: Run,
  seen: Inspected,
  route: RouteFacts,
  { tells, now }: { readonly tells: (operator: string) => boolean; readonly now: Date }
): ProbeAnswer =>
  tells(route.operator)
    ? (run.state.answer(mailboxOf(seen), now.getTime()) ?? { kind: 'skipped', reason: 'not-asked', at: now.toISOString(), attempts: 0 })
    : { kind: 'skipped', reason: 'operator-does-not-tell', at: now.toISOString(), attempts: 0 }

/** Last pass: each row with its verdict, in order. */
export const conclude = async (
  run: Run,
  { isDuplicate }: Survey,
  tells: (operator: string) => boolean,
  take: (row: ListRow, verdict: Verdict | undefined) => void | Promise<void> | undefined
): Promise<void> => {
  const now = new Date()
  await readRows(run, 'Writing', (row) => {
    if (row.problem !== undefined || row.address === '') return take(row, undefined)
    const verdict = findVerdict(run, inspectAddress(row.address), { duplicate: isDuplicate(row.number), tells, now })
    return verdict instanceof Promise ? verdict.then((found) => take(row, found)) : take(row, verdict)
  })
}
