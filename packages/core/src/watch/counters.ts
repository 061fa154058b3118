import type { LineVerdict } from '../log/log-reader.ts'
import type { Attempt } from './read-attempt.ts'

/** Totals since the watch began, for Prometheus: they only ever grow. */
export type Counters = {
  readonly add: (attempt: Attempt, senderIp: string | undefined, isDated: boolean) => void
  readonly line: (verdict: LineVerdict, count: number) => void
  readonly lines: () => number
  readonly unread: () => number
  readonly undated: () => number
  readonly families: () => readonly CounterFamily[]
}

export type CounterFamily = {
  readonly name: string
  readonly help: string
  readonly labels: readonly string[]
  readonly samples: readonly { readonly values: readonly string[]; readonly count: number }[]
}

/**
 * Labels are closed lists (outcome, cause, permanence, verdict, provider) and our own addresses: every combination is a time series in
 * Prometheus for as long as it keeps data, so that more addresses than these are counted as `other`.
 */
const mostSenderIps = 1_000
/** Of one family: what comes beyond is counted under `other` in provider and address. */
const mostSamples = 10_000
const other = 'other'
const unknown = 'unknown'

type Family = Map<string, { readonly values: readonly string[]; count: number }>

const count = (family: Family, values: readonly string[], overflow: readonly string[]): boolean => {
  const key = values.join('\n')
  const known = family.get(key)
  if (known !== undefined) {
    known.count++
    return true
  }
  if (family.size < mostSamples) {
    family.set(key, { values, count: 1 })
    return true
  }
  const place = family.get(overflow.join('\n'))
  if (place === undefined) family.set(overflow.join('\n'), { values: overflow, count: 1 })
  else place.count++
  return false
}

export const openCounters = (): Counters => {
  const attempts: Family = new Map()
  const failures: Family = new Map()
  const refused: Family = new Map()
  const ips = new Set<string>()
  const lines: Record<LineVerdict, number> = { event: 0, part: 0, ignored: 0, unread: 0 }
  let undated = 0
  let overflow = 0

  const labelOf = (ip: string | undefined): string => {
    if (ip === undefined) return unknown
    if (ips.has(ip)) return ip
    if (ips.size >= mostSenderIps) {
      overflow++
      return other
    }
    ips.add(ip)
    return ip
  }

  return {
    add: ({ name, isInbound, provider = other, diagnosis }, senderIp, isDated) => {
      if (!isDated) undated++
      if (isInbound) {
        if (diagnosis !== undefined) count(refused, [diagnosis.cause], [other])
        return
      }
      const ip = labelOf(senderIp)
      if (!count(attempts, [provider, name, ip], [other, name, other])) overflow++
      if (diagnosis === undefined) return
      const { cause, permanence = unknown } = diagnosis
      if (!count(failures, [provider, cause, permanence, ip], [other, cause, permanence, other])) overflow++
    },
    line: (verdict, more) => {
      lines[verdict] += more
    },
    lines: () => lines.event + lines.part + lines.ignored + lines.unread,
    unread: () => lines.unread,
    undated: () => undated,
    families: () => [
      {
        name: 'whybounce_attempts_total',
        help: 'Delivery attempts, and complaints, by provider, outcome and our own address.',
        labels: ['provider', 'outcome', 'sender_ip'],
        samples: [...attempts.values()]
      },
      {
        name: 'whybounce_failures_total',
        help: 'Attempts that failed or were put off, by provider, cause, permanence and our own address.',
        labels: ['provider', 'cause', 'permanence', 'sender_ip'],
        samples: [...failures.values()]
      },
      {
        name: 'whybounce_inbound_refused_total',
        help: 'Mail that this server refused from others, by cause.',
        labels: ['cause'],
        samples: [...refused.values()]
      },
      {
        name: 'whybounce_lines_total',
        help: 'Lines read, by what became of them: event, part of one, ignored, or unread (it looks like a delivery and was not understood).',
        labels: ['verdict'],
        samples: Object.entries(lines).map(([verdict, total]) => ({ values: [verdict], count: total }))
      },
      {
        name: 'whybounce_undated_events_total',
        help: 'Events without a time; they count for when they were read.',
        labels: [],
        samples: [{ values: [], count: undated }]
      },
      {
        name: 'whybounce_label_overflow_total',
        help: 'Attempts counted under "other" because there were too many addresses or combinations.',
        labels: [],
        samples: [{ values: [], count: overflow }]
      }
    ]
  }
}
