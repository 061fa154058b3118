import type { KeptExample } from './cause-rows.ts'

/** What this server refused from others, while it is counted. */
type InboundCount = {
  readonly cause: string
  readonly detail: string | undefined
  refused: number
  readonly clients: Set<string>
  readonly example: KeptExample
  firstSeen: number
  lastSeen: number
}

/** Clients that are told apart in one row. */
const mostClients = 10_000

export type InboundRows = {
  readonly add: (example: KeptExample, seconds: number) => void
  readonly rows: () => readonly InboundCount[]
  readonly total: () => number
}

export const openInboundRows = (): InboundRows => {
  const rows = new Map<string, InboundCount>()
  let total = 0
  return {
    add: (example, seconds) => {
      total++
      const { cause, detail } = example.diagnosis
      const key = `${cause}/${detail ?? ''}`
      let row = rows.get(key)
      if (row === undefined) {
        row = {
          cause,
          detail,
          refused: 0,
          clients: new Set(),
          example,
          firstSeen: Number.POSITIVE_INFINITY,
          lastSeen: Number.NEGATIVE_INFINITY
        }
        rows.set(key, row)
      }
      row.refused++
      const { client } = example.event
      if (client !== undefined && row.clients.size < mostClients) row.clients.add(client)
      if (!Number.isFinite(seconds)) return
      if (seconds < row.firstSeen) row.firstSeen = seconds
      if (seconds > row.lastSeen) row.lastSeen = seconds
    },
    rows: () => [...rows.values()].sort((one, other) => other.refused - one.refused),
    total: () => total
  }
}
