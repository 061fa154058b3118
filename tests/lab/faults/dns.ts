import { type Domain, domain } from '../domains.ts'
import type { Fault } from '../fault.ts'
import { nameServers, silentAddress, type Zone, type Zones } from '../zones.ts'

const zones: Record<string, Zone> = {}
const own = 'ns1.dns-lab.net.'

type Row = readonly [
  id: string,
  what: string,
  codes: Fault['codes'],
  cause: string | undefined,
  zone: Domain | undefined,
  more?: Partial<Fault>
]

/** Nobody can be asked about the domain, so nothing is known of its servers and records either. */
const rows: readonly Row[] = [
  [
    'mx-null',
    'The domain says that it takes no mail',
    ['mx.null'],
    'domain-not-accepting-mail',
    { mx: ['@ MX 0 .'], more: ['dmarc-reports-lost-lab.net._report._dmarc TXT "v=DMARC1"'], spf: [`v=spf1 ip4:44.128.200.25 -all`] },
    { besides: ['mail-from.null-mx', 'dmarc.reports-undeliverable'] }
  ],
  [
    'mx-null-beside',
    'A null MX beside a real one',
    ['mx.null-beside-others'],
    'routing-error',
    { mx: ['@ MX 0 .', '@ MX 10 mx1.healthy-lab.net.'] }
  ],
  [
    'mx-implicit',
    'No MX record, an address',
    ['mx.implicit'],
    'routing-error',
    { mx: ['@ A 44.128.20.1'], spf: ['v=spf1 a ip4:44.128.200.25 -all'] },
    { besides: ['tls.other-name', 'server.greets-without-name'] }
  ],
  [
    'nxdomain',
    'The domain does not exist',
    ['mx.nxdomain'],
    'domain-not-found',
    undefined,
    { besides: ['spf.missing', 'dkim.none', 'dmarc.missing', 'mail-from.no-route', 'dns.delegation-missing'] }
  ],
  [
    'mx-none',
    'Neither MX nor address',
    ['mx.no-mail-host'],
    'domain-not-accepting-mail',
    { mx: [], spf: ['v=spf1 ip4:44.128.200.25 -all'] },
    { besides: ['mail-from.no-route', 'dmarc.reports-undeliverable'] }
  ],
  [
    'mx-dangling',
    'The MX host has no address',
    ['mx.dangling'],
    'routing-error',
    { mx: ['@ MX 10 gone'], spf: ['v=spf1 ip4:44.128.200.25 -all'] },
    { besides: ['mail-from.no-route', 'dmarc.reports-undeliverable', 'spf.void-lookup', 'mx.host-dangling'] }
  ],
  [
    'mx-one-dangling',
    'One of two MX hosts has no address',
    ['mx.host-dangling'],
    'routing-error',
    { mx: ['@ MX 10 gone', '@ MX 20 mx1.healthy-lab.net.'] },
    { besides: ['spf.void-lookup'] }
  ],
  [
    'mx-private',
    'The MX host has an address of an inner network',
    ['mx.private'],
    'routing-error',
    { mx: ['@ MX 10 mx'], more: ['mx A 192.168.4.4'], spf: ['v=spf1 ip4:44.128.200.25 -all'] },
    { besides: ['mail-from.no-route', 'dmarc.reports-undeliverable', 'mx.host-private'] }
  ],
  [
    'mx-one-private',
    'One of two MX hosts has an address of an inner network',
    ['mx.host-private'],
    'routing-error',
    { mx: ['@ MX 10 mx', '@ MX 20 mx1.healthy-lab.net.'], more: ['mx A 10.4.4.4'] }
  ],
  [
    'mx-literal',
    'The MX is an IP address',
    ['mx.literal'],
    'routing-error',
    { mx: ['@ MX 10 44.128.20.1.'], spf: ['v=spf1 ip4:44.128.200.25 -all'] },
    { besides: ['mail-from.no-route', 'dmarc.reports-undeliverable', 'mx.host-literal', 'mx.dangling'] }
  ],
  [
    'mx-alias',
    'The MX names an alias (CNAME)',
    ['mx.alias'],
    'routing-error',
    { mx: ['@ MX 10 mx'], more: ['mx CNAME mx1.healthy-lab.net.'] },
    { besides: ['tls.other-name'] }
  ],
  [
    'ttl-zero',
    'The MX record has a TTL of 0',
    ['dns.ttl-zero'],
    'dns-failure',
    { mx: ['@ 0 IN MX 10 mx1.healthy-lab.net.', '@ 0 IN MX 20 mx2.healthy-lab.net.'] }
  ],
  [
    'ttl-long',
    'The MX record has a TTL of a month',
    ['dns.ttl-long'],
    undefined,
    { mx: ['@ 2592000 IN MX 10 mx1.healthy-lab.net.', '@ 2592000 IN MX 20 mx2.healthy-lab.net.'] }
  ],
  ['ns-single', 'One name server alone', ['ns.single'], 'dns-failure', { nameServers: [own] }],
  ['ns-lame', 'The second name server does not know the domain', ['ns.lame'], 'dns-failure', { second: 'absent' }],
  [
    'ns-silent',
    'One of three name servers does not answer',
    ['ns.silent'],
    'dns-failure',
    { nameServers: [own, 'ns2.dns-lab.net.', 'silent.dns-lab.net.'] }
  ],
  [
    'ns-all-silent',
    'No name server of the domain answers',
    ['ns.all-silent'],
    'dns-failure',
    { nameServers: ['silent.dns-lab.net.', 'silent2.dns-lab.net.'] },
    { args: ['ns-all-silent-lab.net', '--timeout', '40s'], besides: ['ns.silent'] }
  ],
  [
    'ns-no-address',
    'One of three name servers has no address',
    ['ns.no-address'],
    'dns-failure',
    { nameServers: [own, 'ns2.dns-lab.net.', 'gone.dns-lab.net.'] }
  ],
  [
    'ns-disagree',
    'The name servers give different MX records',
    ['ns.disagree'],
    'dns-failure',
    { mx: ['@ MX 10 mx1.healthy-lab.net.', '@ MX 20 mx2.healthy-lab.net.'], second: [] },
    {
      besides: [
        'ns.serial-differs',
        'mx.implicit',
        'mx.no-mail-host',
        'spf.missing',
        'spf.void-lookup',
        'dkim.none',
        'dmarc.missing',
        'mail-from.no-route',
        'dmarc.reports-undeliverable'
      ]
    }
  ],
  [
    'ns-serial',
    'The second name server has an old version of the zone',
    ['ns.serial-differs'],
    'dns-failure',
    { serial: { first: 2_026_020_202, second: 2_025_010_101 } }
  ],
  [
    'ns-no-glue',
    'A name server inside the domain, and no address for it at the parent',
    ['ns.no-glue'],
    'dns-failure',
    { nameServers: [own, 'ns.ns-no-glue-lab.net.'], more: [`ns A ${nameServers[1]}`] }
  ],
  [
    'ns-glue-differs',
    'The parent gives an old address for a name server',
    ['ns.glue-differs'],
    'dns-failure',
    {
      nameServers: ['ns1.ns-glue-differs-lab.net.', 'ns2.ns-glue-differs-lab.net.'],
      more: [`ns1 A ${nameServers[0]}`, `ns2 A ${nameServers[1]}`],
      atParent: [`ns1.ns-glue-differs-lab.net. A ${nameServers[0]}`, `ns2.ns-glue-differs-lab.net. A ${silentAddress}`]
    },
    { besides: ['ns.silent'] }
  ],
  [
    'delegation-differs',
    'The parent names a name server that the zone has given up',
    ['dns.delegation-differs'],
    'dns-failure',
    { nameServers: [own, 'ns2.dns-lab.net.'], delegatedTo: [own, 'ns2.dns-lab.net.', 'ns3.dns-lab.net.'] }
  ],
  [
    'servfail',
    'The name servers have lost the zone (SERVFAIL)',
    ['ns.all-lame'],
    'dns-failure',
    { broken: true },
    { besides: ['ns.lame'] }
  ],
  [
    'dnssec-expired',
    'The signatures of the zone have run out',
    ['dnssec.expired'],
    'dns-failure',
    { signed: 'expired' },
    { besides: ['dnssec.bogus'] }
  ],
  [
    'dnssec-no-key',
    'The parent says that the zone is signed, and it is not',
    ['dnssec.no-key'],
    'dns-failure',
    { signed: 'ds-alone' },
    { besides: ['dnssec.bogus'] }
  ],
  [
    'dnssec-other-key',
    'The parent names another key than the zone has',
    ['dnssec.ds-mismatch'],
    'dns-failure',
    { signed: 'other-key' },
    { besides: ['dnssec.bogus'] }
  ],
  ['ns-alias', 'A name server is named by an alias', ['ns.alias'], 'dns-failure', { nameServers: [own, 'alias.dns-lab.net.'] }],
  [
    'ns-private',
    'A name server has an address of an inner network',
    ['ns.private'],
    'dns-failure',
    { nameServers: [own, 'ns2.dns-lab.net.', 'inside.dns-lab.net.'] }
  ],
  ['ns-no-tcp', 'A name server does not answer by TCP', ['ns.no-tcp'], 'dns-failure', { nameServers: [own, 'no-tcp.dns-lab.net.'] }],
  [
    'ns-none-has-address',
    'No name server has an address',
    ['ns.none-has-address'],
    'dns-failure',
    { nameServers: ['gone1.dns-lab.net.', 'gone2.dns-lab.net.'] },
    { besides: ['ns.no-address'] }
  ],
  [
    'ttl-negative-long',
    'That a record is missing may be kept for a week',
    ['dns.ttl-negative-long'],
    'dns-failure',
    { negativeTtl: 604_800 }
  ],
  [
    'mx-one-literal',
    'One of two MX is an IP address',
    ['mx.host-literal'],
    'routing-error',
    { mx: ['@ MX 10 44.128.20.1.', '@ MX 20 mx1.healthy-lab.net.'] },
    { besides: ['spf.void-lookup'] }
  ]
]

export const dnsFaults: readonly Fault[] = rows.map(([id, what, codes, cause, zone, more]) => {
  const name = `${id}-lab.net`
  if (zone !== undefined) zones[name] = domain(name, zone)
  return { id, area: 'dns', what, madeWith: 'NSD, Unbound', args: [name], codes, ...(cause === undefined ? {} : { cause }), ...more }
})

export const dnsZones: Zones = zones
