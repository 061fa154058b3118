import { type CauseRowCount, exampleOf } from './cause-rows.ts'

/**
 * What stops most mail to many domains is not their fault: where no connection comes about and no name is found anywhere, it is our own
 * network, or the port that our provider closes. One server that is down passes; this does not.
 */
const leastMessages = 10
const leastDomains = 5
const leastShare = 0.5

/** Nobody on the other side said it. */
const isOwnObservation = (row: CauseRowCount): boolean => {
  const { replyCode, saidBy } = exampleOf(row).diagnosis
  return replyCode === undefined && saidBy !== 'remote'
}

const keyOf = ({ cause, detail }: Pick<CauseRowCount, 'cause' | 'detail'>): string => `${cause}/${detail ?? ''}`

/** Whether a row is of a cause that our own side has. `stuck`: its messages that did not arrive, without those of other rows of the cause. */
export const openOwnFaults = (
  rows: readonly CauseRowCount[],
  stuck: (row: CauseRowCount) => number,
  allMessages: number
): ((row: Pick<CauseRowCount, 'cause' | 'detail'>) => boolean) => {
  const faults = new Set<string>()
  for (const [key, parts] of Map.groupBy(rows.filter(isOwnObservation), keyOf)) {
    const messages = parts.reduce((sum, row) => sum + stuck(row), 0)
    if (messages < leastMessages || messages < allMessages * leastShare) continue
    const domains = new Set(parts.flatMap((row) => [...row.domains.keys()]))
    if (domains.size >= leastDomains) faults.add(key)
  }
  return (row) => faults.has(keyOf(row))
}
