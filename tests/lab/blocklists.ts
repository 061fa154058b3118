import { isIPv4 } from 'node:net'
import { blocklists } from '@whybounce/core'
import type { Zone, Zones } from './zones.ts'

/** Addresses and domains that are listed: in whichever list is asked, where it is of their kind. */
export const listed = { ip: '44.128.200.66', domain: 'listed-domain-lab.net' } as const

/** Lists that are out of order in the lab, by id. */
export const spoiltLists = {
  dead: 'nordspam-bl',
  listsEverything: 'spamrats',
  refuses: 'blocklist-de',
  oddAnswer: 'spameatingmonkey-black',
  silent: 'suomispam'
} as const

const reversed = (subject: string): string => (isIPv4(subject) ? subject.split('.').reverse().join('.') : subject)

const healthy = (id: string): Zone => {
  const list = blocklists.lists.find((one) => one.id === id)
  if (list === undefined) throw new TypeError(`no blocklist: ${id}`)
  const answer = list.codes[0]?.answer.split('-')[0] ?? `127.0.0.${list.bits.at(-1)?.bit ?? 2}`
  return {
    records: [
      ...list.tests.map(({ listed: entry }) => `${reversed(entry)} A ${answer}`),
      ...list.kind
        .flatMap((kind) => (kind === 'ip' ? [reversed(listed.ip)] : kind === 'domain' ? [listed.domain] : []))
        .map((name) => `${name} A ${answer}`)
    ]
  }
}

const spoilt: Readonly<Record<string, Zone>> = {
  [spoiltLists.dead]: { records: [] },
  [spoiltLists.listsEverything]: { records: ['* A 127.0.0.2'] },
  [spoiltLists.refuses]: { records: ['* A 127.255.255.254'] },
  [spoiltLists.oddAnswer]: { records: ['* A 44.128.99.1'] },
  [spoiltLists.silent]: { records: [], broken: true }
}

/** The zones of all lists that can be asked without a key; nobody else's are to be had in the lab. */
export const blocklistZones = (): Zones =>
  Object.fromEntries(
    blocklists.lists.flatMap(({ id, zone, tests }) =>
      zone === undefined || zone.includes('{') || tests.length === 0 ? [] : [[zone, spoilt[id] ?? healthy(id)]]
    )
  )
