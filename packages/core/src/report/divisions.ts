import { type Group, type GroupCount, openGroup } from './groups.ts'
import type { Providers } from './provider-names.ts'
import type { SenderAddresses } from './sender-address.ts'
import type { DeliveredAttempt } from './tally.ts'

/** What an attempt belongs to. */
export type Belongings = {
  readonly provider: string | undefined
  readonly senderKey: string
  readonly domain: string | undefined
  readonly sender: string | undefined
  readonly host: string | undefined
  readonly labels?: Readonly<Record<string, string>> | undefined
}

export type Divisions = {
  readonly groups: ReadonlyMap<string, Group>
  /** Names of labels that events have, where a division is by one; some, where there are many. */
  readonly labels: ReadonlySet<string>
  /** The rows that an attempt counts in. */
  readonly rowsOf: (of: Belongings) => GroupCount[]
  readonly rowsOfDelivered: (attempt: DeliveredAttempt) => readonly GroupCount[]
}

/** `bounce+1a2b@example.com`: what stands behind the plus is another in each message (RFC 5233). */
const withoutTag = (sender: string): string => {
  const plus = sender.indexOf('+')
  const at = sender.lastIndexOf('@')
  return (plus > 0 && plus < at ? sender.slice(0, plus) + sender.slice(at) : sender).toLowerCase()
}

const keysOf: Readonly<Record<string, (of: Belongings) => string | undefined>> = {
  provider: ({ provider }) => provider,
  'sender-ip': ({ senderKey }) => senderKey,
  domain: ({ domain }) => domain,
  sender: ({ sender }) => (sender === undefined ? undefined : withoutTag(sender)),
  host: ({ host }) => host
}

/** Divisions of which a delivery's rows depend on who sent it and who took it alone: the same few again and again. */
const ofFewKeys: ReadonlySet<string> = new Set(['provider', 'sender-ip', 'host', 'cause'])

/** Names of labels that are told to who asks for another one. */
const mostLabels = 30

/** Hosts and services that are remembered with their rows. */
const mostKnown = 20_000

type Key = string | undefined
type Known = Map<Key, Map<Key, Map<Key, readonly GroupCount[]>>>

/** The map under a key, made at its first use. Maps in maps: a joined key would be a new string, hashed for each delivery. */
const below = <Value>(map: Map<Key, Map<Key, Value>>, key: Key): Map<Key, Value> => {
  const found = map.get(key)
  if (found !== undefined) return found
  const made = new Map<Key, Value>()
  map.set(key, made)
  return made
}

/** Divisions by provider and sender address always, by others where asked. */
export const openDivisions = (by: readonly string[], providers: Providers, senders: SenderAddresses): Divisions => {
  const names = [...new Set(['provider', 'sender-ip', ...by])]
  const groups: ReadonlyMap<string, Group> = new Map(names.map((name) => [name, openGroup()]))
  const isRemembered = names.every((name) => ofFewKeys.has(name))
  const labels = new Set<string>()
  let known: Known = new Map()
  let size = 0

  const rowsOf = (of: Belongings): GroupCount[] => {
    const rows: GroupCount[] = []
    for (const [name, group] of groups) {
      // What was delivered has no cause.
      if (name === 'cause') continue
      const keyOf = keysOf[name]
      if (keyOf !== undefined) rows.push(group.row(keyOf(of)))
      else {
        rows.push(group.row(of.labels?.[name]))
        if (of.labels !== undefined && labels.size < mostLabels) for (const label of Object.keys(of.labels)) labels.add(label)
      }
    }
    return rows
  }

  const found = ({ host, program, remoteMta, domain, sender }: DeliveredAttempt): GroupCount[] =>
    rowsOf({ provider: providers.of(remoteMta, domain), senderKey: senders.keyOf({ host, program }, undefined), domain, sender, host })

  return {
    groups,
    labels,
    rowsOf,
    rowsOfDelivered: (attempt) => {
      if (!isRemembered) return found(attempt)
      const { host, program, remoteMta, domain } = attempt
      const ofProgram = below(below(known, host), program)
      // Most servers tell the provider; only behind the others does the domain count.
      const key = providers.of(remoteMta, undefined) === undefined ? domain : remoteMta
      let rows = ofProgram.get(key)
      if (rows === undefined) {
        rows = found(attempt)
        ofProgram.set(key, rows)
        if (++size > mostKnown) {
          known = new Map()
          size = 0
        }
      }
      return rows
    }
  }
}
