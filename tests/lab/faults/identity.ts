import { listed, spoiltLists } from '../blocklists.ts'
import { type Domain, dkimKey, domain } from '../domains.ts'
import type { Fault } from '../fault.ts'
import { senders } from '../reverse-names.ts'
import type { Zone, Zones } from '../zones.ts'
import { ofThisMachine } from './ways-out.ts'

const zones: Record<string, Zone> = {}
const healthy = ['healthy-lab.net', '--ip', senders.good, '--ehlo', 'out.healthy-lab.net'] as const
const ip = `ip4:${senders.good}`
const report = 'rua=mailto:dmarc@healthy-lab.net'

type Row = readonly [id: string, what: string, codes: Fault['codes'], zone?: Domain | undefined, more?: Partial<Fault>]

const names: readonly Row[] = [
  [
    'ptr-missing',
    'The sending address has no reverse name',
    ['ptr.missing'],
    undefined,
    {
      args: ['healthy-lab.net', '--ip', senders.noName, '--ehlo', 'out.healthy-lab.net'],
      besides: ['ehlo.other-address', 'spf.ip-fails', 'spf.ehlo-fails'],
      cause: 'reverse-dns-missing'
    }
  ],
  [
    'ptr-not-confirmed',
    'The reverse name leads to another address',
    ['ptr.not-confirmed'],
    undefined,
    {
      args: ['healthy-lab.net', '--ip', senders.notConfirmed, '--ehlo', 'out.healthy-lab.net'],
      besides: ['ehlo.other-address', 'ehlo.differs-from-ptr', 'spf.ip-fails', 'spf.ehlo-fails'],
      cause: 'reverse-dns-missing'
    }
  ],
  [
    'ptr-generic',
    'The reverse name is that of a dial-up line',
    ['ptr.generic'],
    undefined,
    {
      args: ['healthy-lab.net', '--ip', senders.generic, '--ehlo', 'out.healthy-lab.net'],
      besides: ['ehlo.other-address', 'ehlo.differs-from-ptr', 'spf.ip-fails', 'spf.ehlo-fails'],
      cause: 'reverse-dns-missing'
    }
  ],
  [
    'ehlo-differs',
    'The EHLO name is not the reverse name',
    ['ehlo.differs-from-ptr'],
    undefined,
    {
      args: ['healthy-lab.net', '--ip', senders.otherName, '--ehlo', 'out-too.healthy-lab.net'],
      besides: ['spf.ip-fails', 'spf.ehlo-fails', 'ehlo.other-address']
    }
  ],
  [
    'ehlo-no-address',
    'The EHLO name has no address',
    ['ehlo.no-address'],
    undefined,
    { args: ['healthy-lab.net', '--ip', senders.good, '--ehlo', 'gone.healthy-lab.net'], besides: ['ehlo.differs-from-ptr'] }
  ],
  [
    'ehlo-bad',
    'The EHLO name is no full name',
    ['ehlo.bad-name'],
    undefined,
    { args: ['healthy-lab.net', '--ip', senders.good, '--ehlo', 'localhost'], besides: ['ehlo.no-address', 'server.ehlo-refused'] }
  ],
  [
    'ptr-two',
    'One of two reverse names leads elsewhere',
    ['ptr.partly-confirmed'],
    undefined,
    { args: ['healthy-lab.net', '--ip', senders.twoNames, '--ehlo', 'two.healthy-lab.net'], besides: ['spf.ip-fails', 'spf.ehlo-fails'] }
  ],
  [
    'ptr-provider',
    'The reverse name is still the one that the hosting company gave',
    ['ptr.provider-name'],
    undefined,
    {
      args: ['healthy-lab.net', '--ip', senders.provider, '--ehlo', 'out.healthy-lab.net'],
      besides: ['spf.ip-fails', 'spf.ehlo-fails', 'ehlo.other-address', 'ehlo.differs-from-ptr', 'ip.differs', 'ptr.generic']
    }
  ],
  [
    'no-way-back',
    'The sending domain takes no bounces',
    ['mail-from.no-route'],
    { mx: [], spf: [`v=spf1 ${ip} -all`] },
    {
      args: ['--from', 'no-way-back-lab.net', '--ip', senders.good, '--reach', 'mx0.reach-lab.net', '--reach', 'mx1.reach-lab.net'],
      besides: [...ofThisMachine, 'dmarc.reports-undeliverable']
    }
  ]
]

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

const dkim: readonly Row[] = [
  ['dkim-missing', 'No DKIM key at all', ['dkim.none'], { dkim: [] }],
  [
    'dkim-other-selector',
    'No key under the selector in use',
    ['dkim.selector-missing'],
    {},
    { args: ['dkim-other-selector-lab.net', '--selector', 'news'] }
  ],
  [
    'dkim-revoked',
    'The key is revoked',
    ['dkim.revoked'],
    { dkim: ['v=DKIM1; k=rsa; p='] },
    { args: ['dkim-revoked-lab.net', '--selector', 'default'] }
  ],
  [
    'dkim-512',
    'A key of 512 bits',
    ['dkim.short-key'],
    { dkim: [`v=DKIM1; k=rsa; p=${dkimKey(512)}`] },
    { args: ['dkim-512-lab.net', '--selector', 'default'] }
  ],
  [
    'dkim-1024',
    'A key of 1,024 bits',
    ['dkim.key-1024'],
    { dkim: [`v=DKIM1; k=rsa; p=${dkimKey(1_024)}`] },
    { args: ['dkim-1024-lab.net', '--selector', 'default'] }
  ],
  [
    'dkim-syntax',
    'The key is cut off',
    ['dkim.bad-key'],
    { dkim: [`v=DKIM1; k=rsa; p=${dkimKey(2_048).slice(0, 99)}`] },
    { args: ['dkim-syntax-lab.net', '--selector', 'default'] }
  ],
  [
    'dkim-alias',
    'The selector is an alias that leads to nothing',
    ['dkim.alias-broken'],
    { dkim: [], more: ['default._domainkey CNAME gone.healthy-lab.net.'] },
    { args: ['dkim-alias-lab.net', '--selector', 'default'] }
  ],
  [
    'dkim-two',
    'Two records under one selector',
    ['dkim.several-records'],
    { dkim: [`v=DKIM1; k=rsa; p=${dkimKey(2_048)}`, `v=DKIM1; k=rsa; p=${dkimKey(1_024)}`] },
    { args: ['dkim-two-lab.net', '--selector', 'default'] }
  ],
  [
    'dkim-testing',
    'The key says that it is a test',
    ['dkim.testing'],
    { dkim: [`v=DKIM1; k=rsa; t=y; p=${dkimKey(2_048)}`] },
    { args: ['dkim-testing-lab.net', '--selector', 'default'] }
  ],
  [
    'dkim-misplaced',
    'The domain stands twice in the name of the key',
    ['dkim.misplaced'],
    { dkim: [], more: [`default._domainkey.dkim-misplaced-lab.net TXT "v=DKIM1; k=rsa; p=${dkimKey(1_024)}"`] },
    { args: ['dkim-misplaced-lab.net', '--selector', 'default'], besides: ['dkim.selector-missing'] }
  ]
]

const dmarc: readonly Row[] = [
  ['dmarc-missing', 'No DMARC record', ['dmarc.missing'], { dmarc: [] }],
  ['dmarc-two', 'Two DMARC records', ['dmarc.several'], { dmarc: [`v=DMARC1; p=reject; ${report}`, 'v=DMARC1; p=none'] }],
  ['dmarc-syntax', 'p=quaranteen', ['dmarc.bad-record'], { dmarc: ['v=DMARC1; p=quaranteen'] }, { besides: ['dmarc.flawed-record'] }],
  ['dmarc-none', 'p=none', ['dmarc.monitoring'], { dmarc: ['v=DMARC1; p=none; rua=mailto:dmarc@dmarc-none-lab.net'] }],
  [
    'dmarc-reports',
    'Reports go to a domain that has not agreed',
    ['dmarc.reports-not-welcome'],
    { dmarc: ['v=DMARC1; p=reject; rua=mailto:reports@opensmtpd-lab.net'] }
  ],
  [
    'dmarc-partial',
    'The policy is for half of the mail',
    ['dmarc.partial'],
    { dmarc: ['v=DMARC1; p=reject; pct=50; rua=mailto:dmarc@dmarc-partial-lab.net'] }
  ],
  [
    'tls-rpt-bad',
    'The TLS-RPT record has no address',
    ['tls-rpt.bad-record'],
    { more: ['_smtp._tls TXT "v=TLSRPTv1; rua=reports@healthy-lab.net"'] }
  ],
  [
    'tls-rpt-two',
    'Two TLS-RPT records',
    ['tls-rpt.several'],
    {
      more: [
        '_smtp._tls TXT "v=TLSRPTv1; rua=mailto:tls@healthy-lab.net"',
        '_smtp._tls TXT "v=TLSRPTv1; rua=mailto:postmaster@healthy-lab.net"'
      ]
    }
  ],
  [
    'bimi-bad',
    'The BIMI record leads to http',
    ['bimi.bad-record'],
    { more: ['default._bimi TXT "v=BIMI1; l=http://www.healthy-lab.net/logo.svg"'] }
  ],
  [
    'dmarc-misplaced',
    'The record stands at the domain itself',
    ['dmarc.misplaced'],
    { dmarc: [], more: ['@ TXT "v=DMARC1; p=reject"'] },
    { besides: ['dmarc.missing'] }
  ],
  [
    'dmarc-reports-lost',
    'Reports go to a domain that takes no mail',
    ['dmarc.reports-undeliverable'],
    { dmarc: ['v=DMARC1; p=reject; rua=mailto:dmarc@mx-null-lab.net'] },
    { besides: ['dmarc.reports-not-welcome'] }
  ],
  [
    'dmarc-flawed',
    'One tag of the record has an error',
    ['dmarc.flawed-record'],
    { dmarc: ['v=DMARC1; p=reject; pct=150; rua=mailto:dmarc@dmarc-flawed-lab.net'] }
  ],
  [
    'bimi-weak',
    'A logo, and p=none',
    ['bimi.weak-dmarc'],
    {
      dmarc: ['v=DMARC1; p=none; rua=mailto:dmarc@bimi-weak-lab.net'],
      more: ['default._bimi TXT "v=BIMI1; l=https://www.healthy-lab.net/logo.svg"']
    }
  ],
  [
    'bimi-two',
    'Two BIMI records',
    ['bimi.several'],
    {
      more: [
        'default._bimi TXT "v=BIMI1; l=https://www.healthy-lab.net/a.svg"',
        'default._bimi TXT "v=BIMI1; l=https://www.healthy-lab.net/b.svg"'
      ]
    }
  ]
]

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
zones[listed.domain] = domain(listed.domain)
zones['no-spf-lab.net'] = domain('no-spf-lab.net', { spf: [] })

/** What a record in error leads to. */
const followsFromSpf = ['spf.ip-error'] as const

const faultsOf = (area: Fault['area'], rows: readonly Row[], options: readonly string[] = []): readonly Fault[] =>
  rows.map(([id, what, codes, zone, more]) => {
    const name = `${id}-lab.net`
    if (zone !== undefined) zones[name] = domain(name, zone)
    return { id, area, what, madeWith: 'NSD, Unbound', args: [name, ...options], codes, ...more }
  })

export const identityFaults: readonly Fault[] = [
  ...faultsOf('identity', names),
  ...faultsOf('identity', spf, ['--ip', senders.good]).map((fault) => ({
    ...fault,
    besides: [...(fault.besides ?? []), ...followsFromSpf]
  })),
  ...faultsOf('identity', dkim),
  ...faultsOf('identity', dmarc),
  ...faultsOf('reputation', reputation)
]

for (let index = 1; index <= 11; index++)
  zones['spf-includes-lab.net'] = {
    records: [...(zones['spf-includes-lab.net']?.records ?? []), `spf${index} TXT "v=spf1 ip4:44.128.99.${index} ?all"`]
  }

export const identityZones: Zones = zones
