import type { Certificate } from '../smtp/certificates.ts'
import { blocklistZones } from './blocklists.ts'
import { tlsaOf } from './certificates.ts'
import { domain, domainAt, txt } from './domains.ts'
import { dnsZones } from './faults/dns.ts'
import { identityZones } from './faults/identity.ts'
import { loginZones } from './faults/login.ts'
import { messageZones } from './faults/message.ts'
import { reputationZones } from './faults/reputation.ts'
import { serverZones } from './faults/server.ts'
import { spfZones } from './faults/spf.ts'
import { tlsZones } from './faults/tls.ts'
import { waysOutZones } from './faults/ways-out.ts'
import { eximHosts, otherHosts, postfixHosts } from './hosts.ts'
import { clientAddress6 } from './netns.ts'
import { policyAddress } from './policies.ts'
import { senders } from './reverse-names.ts'
import type { Zones } from './zones.ts'

const addresses = (label: string, { address, address6 }: { readonly address: string; readonly address6?: string }): readonly string[] => [
  `${label} A ${address}`,
  ...(address6 === undefined ? [] : [`${label} AAAA ${address6}`])
]

/** Everything in order that can be: two servers by both families, DANE, MTA-STS, TLS-RPT. */
const healthy = (of: (name: string) => Certificate): Zones => ({
  'healthy-lab.net': domain('healthy-lab.net', {
    signed: 'yes',
    mx: ['@ MX 10 mx1', '@ MX 20 mx2'],
    sts: policyAddress,
    more: [
      ...addresses('mx1', postfixHosts['mx1.healthy-lab.net']),
      ...addresses('mx2', eximHosts['mx2.healthy-lab.net']),
      ...addresses('smtp', postfixHosts['smtp.healthy-lab.net']),
      `_25._tcp.mx1 TLSA ${tlsaOf(of('mx1.healthy-lab.net'))}`,
      `_25._tcp.mx2 TLSA ${tlsaOf(of('mx2.healthy-lab.net'))}`,
      `_smtp._tls ${txt('v=TLSRPTv1; rua=mailto:tls@healthy-lab.net')}`,
      `out A ${senders.good}`,
      `out AAAA ${clientAddress6}`,
      `out-too A ${senders.otherName}`,
      `another A ${senders.otherName}`,
      `two A ${senders.twoNames}`,
      `listed A ${senders.listed}`,
      `out ${txt(`v=spf1 ip4:${senders.good} ip6:${clientAddress6} -all`)}`
    ]
  }),
  'shop-lab.net': domain('shop-lab.net', { spf: ['v=spf1 mx -all', 'v=spf1 include:healthy-lab.net ~all'] }),
  'opensmtpd-lab.net': domainAt('opensmtpd-lab.net', otherHosts['mx.opensmtpd-lab.net'].address),
  'sendmail-lab.net': domainAt('sendmail-lab.net', otherHosts['mx.sendmail-lab.net'].address),
  'your-server.de': { records: [`static.31.200.128.44.clients A ${senders.provider}`] },
  'access-lab.net': { records: [`44-128-200-28.dsl.dyn A ${senders.generic}`] }
})

/** All zones of the lab. `of` gives the certificate of a host, for TLSA records. */
export const labZones = (of: (name: string) => Certificate): Zones => ({
  ...healthy(of),
  ...blocklistZones(),
  ...waysOutZones,
  ...dnsZones,
  ...serverZones,
  ...tlsZones(of),
  ...loginZones,
  ...identityZones,
  ...spfZones,
  ...reputationZones,
  ...messageZones
})
