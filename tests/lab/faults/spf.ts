import { domain } from '../domains.ts'
import type { Fault } from '../fault.ts'
import { senders } from '../reverse-names.ts'
import type { Zone, Zones } from '../zones.ts'
import { faultsOf, type Row } from './rows.ts'

const ip = `ip4:${senders.good}`

const include = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, index) => `include:spf${from + index}.spf-includes-lab.net`).join(' ')

const spf: readonly Row[] = [
  ['spf-missing', 'No SPF record', ['spf.missing'], { spf: [] }],
  ['spf-two', 'Two SPF records', ['spf.multiple'], { spf: [`v=spf1 ${ip} -all`, 'v=spf1 mx -all'] }],
  ['spf-syntax', 'A word that SPF does not know', ['spf.unknown-mechanism'], { spf: ['v=spf1 ipv4:44.128.200.25 -all'] }],
  ['spf-eleven', 'Eleven look-ups', ['spf.too-many-lookups'], { spf: [`v=spf1 ${ip} ${include(1, 11)} -all`] }],
  [
    'spf-void',
    'Three names that give nothing',
    ['spf.too-many-void-lookups'],
    { spf: ['v=spf1 a:gone1.healthy-lab.net a:gone2.healthy-lab.net a:gone3.healthy-lab.net -all'] },
    { besides: ['spf.void-lookup'] }
  ],
  ['spf-all', 'Everybody may send (+all)', ['spf.all-passes'], { spf: ['v=spf1 +all'] }],
  ['spf-ptr', 'It goes by reverse names (ptr)', ['spf.ptr'], { spf: [`v=spf1 ${ip} ptr -all`] }],
  ['spf-include-missing', 'It includes a domain without SPF', ['spf.include-missing'], { spf: ['v=spf1 include:no-spf-lab.net -all'] }],
  [
    'spf-loop',
    'It includes itself',
    ['spf.loop'],
    { spf: ['v=spf1 include:spf-loop-lab.net -all'] },
    { besides: ['spf.too-many-lookups'] }
  ],
  ['spf-ip-fails', 'It does not name the address that sends', ['spf.ip-fails'], { spf: ['v=spf1 mx -all'] }],
  ['spf-ip-softfails', 'It does not name the address that sends (~all)', ['spf.ip-softfails'], { spf: ['v=spf1 mx ~all'] }],
  ['spf-no-all', 'It has no end', ['spf.no-all'], { spf: [`v=spf1 ${ip}`] }],
  [
    'spf-glued',
    'A space is missing',
    ['spf.glued-terms'],
    { spf: [`v=spf1 ${ip}include:no-spf-lab.net -all`] },
    { besides: ['spf.bad-ip'] }
  ],
  ['spf-after-all', 'It goes on after all', ['spf.after-all'], { spf: [`v=spf1 ${ip} -all mx`] }],
  ['spf-redirect-ignored', 'It has all and redirect', ['spf.redirect-ignored'], { spf: [`v=spf1 ${ip} -all redirect=healthy-lab.net`] }],
  ['spf-prefix', 'A prefix of 33 bits', ['spf.bad-prefix'], { spf: ['v=spf1 ip4:44.128.200.25/33 -all'] }],
  ['spf-address-as-name', 'An address after a:', ['spf.address-as-name'], { spf: ['v=spf1 a:44.128.200.25 -all'] }],
  [
    'spf-equals',
    'An equals sign in place of a colon',
    ['spf.mechanism-as-modifier'],
    { spf: ['v=spf1 ip4=44.128.200.25 -all'] },
    { besides: ['spf.ip-fails', 'spf.unknown-modifier'] }
  ],
  ['spf-private', 'It names an inner network', ['spf.private-ip'], { spf: [`v=spf1 ${ip} ip4:192.168.0.0/16 -all`] }],
  ['spf-duplicate', 'It says the same twice', ['spf.duplicate'], { spf: [`v=spf1 ${ip} ${ip} -all`] }],
  [
    'spf-include-all',
    'It includes one that lets everybody send',
    ['spf.include-passes-all'],
    { spf: ['v=spf1 include:spf-all-lab.net -all'] }
  ],
  ['spf-include-broken', 'It includes one that is broken', ['spf.include-broken'], { spf: ['v=spf1 include:spf-syntax-lab.net -all'] }],
  ['spf-neutral', 'It says nothing about others (?all)', ['spf.all-neutral', 'spf.ip-neutral'], { spf: ['v=spf1 mx ?all'] }],
  ['spf-wide', 'It names a sixteenth of the internet', ['spf.wide-network'], { spf: ['v=spf1 ip4:32.0.0.0/4 -all'] }]
]

const zones: Record<string, Zone> = {
  'no-spf-lab.net': domain('no-spf-lab.net', { spf: [] }),
  'spf-includes-lab.net': {
    records: Array.from({ length: 11 }, (_, index) => `spf${index + 1} TXT "v=spf1 ip4:44.128.99.${index + 1} ?all"`)
  }
}

/** What a record in error leads to. */
const follows = ['spf.ip-error'] as const

export const spfFaults: readonly Fault[] = faultsOf('identity', spf, zones, ['--ip', senders.good]).map((fault) => ({
  ...fault,
  besides: [...(fault.besides ?? []), ...follows]
}))

export const spfZones: Zones = zones
