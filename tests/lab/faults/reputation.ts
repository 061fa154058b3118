import { listed, spoiltLists } from '../blocklists.ts'
import { domain } from '../domains.ts'
import type { Fault } from '../fault.ts'
import { senders } from '../reverse-names.ts'
import type { Zones } from '../zones.ts'
import { faultsOf, type Row } from './rows.ts'

const healthy = ['healthy-lab.net', '--ip', senders.good, '--ehlo', 'out.healthy-lab.net'] as const

const reputation: readonly Row[] = [
  [
    'ip-listed',
    'The sending address is on blocklists',
    ['blocklist.listed'],
    undefined,
    {
      args: ['healthy-lab.net', '--ip', listed.ip, '--ehlo', 'listed.healthy-lab.net'],
      besides: ['spf.ip-fails', 'spf.ehlo-fails', 'blocklist.listed-low'],
      cause: 'ip-blocklisted'
    }
  ],
  [
    'domain-listed',
    'The sending domain is on blocklists',
    ['blocklist.domain-listed'],
    undefined,
    { args: [listed.domain], besides: ['blocklist.domain-listed-low'], cause: 'domain-or-url-blocklisted' }
  ],
  [
    'list-dead',
    'A blocklist does not know its own test entry',
    ['blocklist.dead'],
    undefined,
    { args: [...healthy, '--blocklist', spoiltLists.dead] }
  ],
  [
    'list-lists-all',
    'A blocklist lists everything',
    ['blocklist.lists-everything'],
    undefined,
    { args: [...healthy, '--blocklist', spoiltLists.listsEverything] }
  ],
  [
    'list-refuses',
    'A blocklist refuses our resolver (127.255.255.254)',
    ['blocklist.refused'],
    undefined,
    { args: [...healthy, '--blocklist', spoiltLists.refuses] }
  ],
  [
    'list-odd',
    'A blocklist answers with an address outside 127.0.0.0/8',
    ['blocklist.odd-answer'],
    undefined,
    { args: [...healthy, '--blocklist', spoiltLists.oddAnswer] }
  ],
  [
    'list-down',
    'A blocklist is down (SERVFAIL)',
    ['blocklist.no-answer'],
    undefined,
    { args: [...healthy, '--blocklist', spoiltLists.silent] }
  ],
  [
    'ip-listed-low',
    'The sending address is on a list that few use',
    ['blocklist.listed-low'],
    undefined,
    {
      args: ['healthy-lab.net', '--ip', listed.ip, '--ehlo', 'listed.healthy-lab.net', '--blocklist', 'spfbl'],
      besides: ['spf.ip-fails', 'spf.ehlo-fails', 'blocklist.listed']
    }
  ]
]

export const reputationFaults: readonly Fault[] = faultsOf('reputation', reputation, {})

export const reputationZones: Zones = { [listed.domain]: domain(listed.domain) }
