import { dkimKey } from '../domains.ts'
import type { Fault } from '../fault.ts'
import { senders } from '../reverse-names.ts'
import type { Zone, Zones } from '../zones.ts'
import { faultsOf, type Row } from './rows.ts'
import { ofThisMachine } from './ways-out.ts'

const ip = `ip4:${senders.good}`
const report = 'rua=mailto:dmarc@healthy-lab.net'

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

const zones: Record<string, Zone> = {}

export const identityFaults: readonly Fault[] = [names, dkim, dmarc].flatMap((rows) => faultsOf('identity', rows, zones))

export const identityZones: Zones = zones
