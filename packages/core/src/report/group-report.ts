import type { Diagnoser } from '../diagnose/diagnose.ts'
import { totalOf } from './counts.ts'
import { type Group, type GroupCount, others, uniteGroups } from './groups.ts'
import type { GroupRow } from './report.ts'
import type { Counted } from './to-report.ts'

/** The words for a cause, of its detail where that has its own. */
export const titleOf = (diagnoser: Diagnoser, cause: string, detail: string | undefined): string => {
  const known = diagnoser.causeOf(cause)
  return known.details.find(({ id }) => id === detail)?.title ?? known.title
}

/** Keys become what is shown, rows of one name one row, and what still waits is counted. */
export const groupRows = (name: string, group: Group, { senders, providers, waiting }: Counted, diagnoser: Diagnoser): GroupRow[] => {
  const waits = new Map<GroupCount, number>()
  for (const { groups } of waiting) for (const row of groups) waits.set(row, (waits.get(row) ?? 0) + 1)
  const shown = (key: string | undefined): string | undefined => {
    if (key === undefined || key === others) return key
    if (name === 'provider') return providers.nameOf(key)
    if (name !== 'sender-ip') return key
    const { ip, service } = senders.resolve(key)
    return ip ?? service
  }
  const byKey = Map.groupBy(group.rows(), ({ key }) => shown(key))
  return [...byKey]
    .map(([key, parts]): GroupRow => {
      const { messages, attempts, causes } = uniteGroups(key, parts)
      messages.deferred += parts.reduce((sum, part) => sum + (waits.get(part) ?? 0), 0)
      let top: readonly [string, number] | undefined
      for (const cause of causes) if (top === undefined || cause[1] > top[1]) top = cause
      return { key: key ?? null, messages, attempts, topCause: top === undefined ? null : topCauseOf(diagnoser, top) }
    })
    .sort((one, other) => totalOf(other.messages) - totalOf(one.messages) || ((one.key ?? '') < (other.key ?? '') ? -1 : 1))
}

const topCauseOf = (diagnoser: Diagnoser, [key, messages]: readonly [string, number]): GroupRow['topCause'] => {
  const [cause = '', detail = ''] = key.split('/')
  return { cause, detail: detail || null, title: titleOf(diagnoser, cause, detail || undefined), messages }
}
