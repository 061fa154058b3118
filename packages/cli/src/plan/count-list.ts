import { defaultDiagnoser } from '@whybounce/core'
import {
  countReceivers,
  foldReceivers,
  groupOf,
  type LeftOut,
  leftOutReasons,
  ownDefault,
  type PlanColumns,
  type PlanGroup,
  type Receiver,
  sending,
  tiers
} from '@whybounce/core/plan'
import { type ListInfo, type OpenList, openList } from '@whybounce/sources'
import type { Progress } from '../progress.ts'
import { askRoutes } from './ask-routes.ts'
import { openClassifier, type Placed } from './classify.ts'
import type { PlanSettings } from './options.ts'

/** What the first reading of a list found. */
export type CountedList = {
  readonly rows: number
  readonly info: ListInfo
  readonly groups: readonly PlanGroup[]
  readonly leftOut: ReadonlyMap<LeftOut, number>
  readonly columns: PlanColumns | undefined
  /** Where a placed row goes: the index of its group, or why nowhere. */
  readonly groupOf: (placed: Exclude<Placed, LeftOut>) => number | 'no-mail-host'
  /** Receivers that have no group of their own though they are large, and recipients past the bound of receivers. */
  readonly crowded: number
  readonly uncounted: number
  /** Domains that were asked for, and of which DNS did not say. */
  readonly asked: number
  readonly unanswered: number
}

export const shareRead = (list: OpenList): number | undefined => {
  const { bytesRead, bytesTotal } = list.progress()
  return bytesTotal === undefined || bytesTotal === 0 ? undefined : bytesRead / bytesTotal
}

/** Opens the list of the settings; each reading opens it anew. */
export const openPlanList = (settings: PlanSettings): Promise<OpenList> =>
  openList(settings.list === '-' ? process.stdin : settings.list, settings.listOptions)

/** First reading: how many recipients each receiver has in each tier. Memory does not grow with the list. */
export const countList = async (settings: PlanSettings, progress: Progress): Promise<CountedList> => {
  const list = await openPlanList(settings)
  const counted = countReceivers(tiers.length)
  const leftOut = new Map<LeftOut, number>(leftOutReasons.map((reason) => [reason, 0]))
  const leave = (reason: LeftOut, count = 1): void => void leftOut.set(reason, (leftOut.get(reason) ?? 0) + count)
  const classifier = openClassifier(list.info, {
    now: settings.start,
    engagedColumn: settings.engagedColumn,
    engagedFrom: settings.engagedFrom
  })
  let rows = 0
  try {
    for await (const batch of list.rows()) {
      for (const row of batch) {
        // A blank line is nobody.
        if (row.raw.trim() === '' && row.problem === undefined) continue
        rows++
        const placed = classifier.place(row)
        if (typeof placed === 'string') leave(placed)
        else counted.add(placed.receiver, placed.tier)
      }
      progress.show(shareRead(list), `Counting: ${rows.toLocaleString('en')} rows`)
    }
  } finally {
    await list.close()
    progress.clear()
  }
  const routes = settings.dns ? await askRoutes(settings.dnsServers, counted, progress) : undefined
  const moved = routes === undefined ? counted : countReceivers(tiers.length)
  if (routes !== undefined) {
    for (const { receiver, counts } of counted.receivers()) {
      const to = routes.of(receiver)
      counts.forEach((count, tier) => {
        if (to === 'no-mail-host') leave(to, count)
        else moved.add(to, tier, count)
      })
    }
  }
  const uncounted = counted.uncounted()
  const alone = settings.providers.get('domain') ?? ownDefault(sending, 'domain-per-hour').value
  const folded = foldReceivers(routes === undefined ? counted : { ...moved, uncounted: () => uncounted }, alone)
  const groups = folded.groups.map((group) =>
    groupOf(
      sending,
      { ...group, name: nameOf(group.id, group.kind) },
      settings.providers.get(group.id) ?? (group.kind === 'domain' ? settings.providers.get('domain') : undefined)
    )
  )
  return {
    rows,
    info: list.info,
    groups,
    leftOut,
    columns: classifier.columns(),
    groupOf: ({ receiver }) => {
      const to = routes?.of(receiver) ?? receiver
      return to === 'no-mail-host' ? to : folded.groupOf(to)
    },
    crowded: folded.crowded,
    uncounted: uncounted.reduce((sum, one) => sum + one, 0),
    asked: routes?.asked ?? 0,
    unanswered: routes?.unanswered ?? 0
  }
}

const nameOf = (id: string, kind: Receiver['kind'] | 'other'): string => {
  if (kind === 'other') return 'other domains'
  const { origins, knowledge } = defaultDiagnoser()
  return kind === 'provider' ? (knowledge.origins[origins.byId(id)]?.name ?? id) : id
}
