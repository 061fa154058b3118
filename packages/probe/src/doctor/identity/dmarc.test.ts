import { describe, expect, it } from 'vitest'
import type { ZoneTable } from '../../../../../tests/dns/dns-zone.ts'
import { runCheck } from '../../../../../tests/doctor/run-check.ts'
import type { Target } from '../target.ts'
import { bimiCheck } from './bimi.ts'
import { dmarcCheck } from './dmarc.ts'
import { dmarcReportsCheck } from './dmarc-reports.ts'
import { tlsRptCheck } from './tls-rpt.ts'

const target: Target = { kind: 'domain', domain: 'example.com' }
const at = '_dmarc.example.com TXT'
const rua = 'rua=mailto:d@example.com'

const table: readonly (readonly [name: string, domain: string, zone: ZoneTable, ...codes: string[]])[] = [
  ['reject', 'example.com', { [at]: [`v=DMARC1; p=reject; ${rua}`] }, 'dmarc.enforced'],
  ['none', 'example.com', { [at]: [`v=DMARC1; p=none; ${rua}`] }, 'dmarc.monitoring'],
  ['no reports', 'example.com', { [at]: ['v=DMARC1; p=none'] }, 'dmarc.monitoring', 'dmarc.no-reports'],
  ['other TXT records beside', 'example.com', { [at]: ['hello', `v=DMARC1; p=none; ${rua}`] }, 'dmarc.monitoring'],
  ['a part of the mail', 'example.com', { [at]: [`v=DMARC1; p=reject; pct=20; ${rua}`] }, 'dmarc.enforced', 'dmarc.partial'],
  ['a part of nothing', 'example.com', { [at]: [`v=DMARC1; p=none; pct=20; ${rua}`] }, 'dmarc.monitoring'],
  ['on trial', 'example.com', { [at]: [`v=DMARC1; p=reject; t=y; ${rua}`] }, 'dmarc.enforced', 'dmarc.trial'],
  ['subdomains open', 'example.com', { [at]: [`v=DMARC1; p=reject; sp=none; ${rua}`] }, 'dmarc.enforced', 'dmarc.subdomains-open'],
  ['a flaw', 'example.com', { [at]: [`v=DMARC1; p=reject; adkim=relaxed; ${rua}`] }, 'dmarc.enforced', 'dmarc.flawed-record'],
  [
    'rua without mailto',
    'example.com',
    { [at]: ['v=DMARC1; p=none; rua=d@example.com'] },
    'dmarc.monitoring',
    'dmarc.flawed-record',
    'dmarc.no-reports'
  ],
  ['a misspelt policy', 'example.com', { [at]: ['v=DMARC1; p=quaranteen'] }, 'dmarc.bad-record'],
  ['a misspelt policy with reports', 'example.com', { [at]: [`v=DMARC1; p=quaranteen; ${rua}`] }, 'dmarc.bad-record'],
  ['commas', 'example.com', { [at]: ['v=DMARC1, p=none'] }, 'dmarc.bad-record'],
  ['v not first', 'example.com', { [at]: ['p=none; v=DMARC1'] }, 'dmarc.bad-record'],
  ['v not there', 'example.com', { [at]: ['p=reject; rua=mailto:d@example.com'] }, 'dmarc.bad-record'],
  ['another record at the name', 'example.com', { [at]: ['v=DKIM1; p=MIIB'] }, 'dmarc.missing'],
  ['two records', 'example.com', { [at]: ['v=DMARC1; p=none', 'v=DMARC1; p=reject'] }, 'dmarc.several'],
  ['none at all', 'example.com', { 'example.com TXT': ['v=spf1 mx -all'] }, 'dmarc.missing'],
  ['none at all, and no mail', 'example.com', { 'example.com TXT': ['v=spf1 -all'] }, 'dmarc.missing-parked'],
  ['at the domain itself', 'example.com', { 'example.com TXT': ['v=DMARC1; p=none'] }, 'dmarc.misplaced'],
  ['two of the domain above', 'news.example.com', { [at]: ['v=DMARC1; p=none', 'v=DMARC1; p=reject'] }, 'dmarc.several'],
  ['a broken one of the domain above', 'news.example.com', { [at]: ['v=DMARC1 p=none'] }, 'dmarc.bad-record'],
  ['an alias to nothing', 'example.com', { '_dmarc.example.com CNAME': ['gone.example.net'] }, 'dmarc.alias-broken'],
  ['an alias that every name has', 'example.com', { '*.example.com CNAME': ['web.example.net'] }, 'dmarc.missing'],
  ['without the underscore', 'example.com', { 'dmarc.example.com TXT': ['v=DMARC1; p=none'] }, 'dmarc.misplaced'],
  ['with the domain twice', 'example.com', { '_dmarc.example.com.example.com TXT': ['v=DMARC1; p=none'] }, 'dmarc.misplaced'],
  ['a server that fails', 'example.com', { [at]: 'servfail' }, 'dmarc.unknown'],
  [
    'an alias',
    'example.com',
    { '_dmarc.example.com CNAME': ['d.example.net'], 'd.example.net TXT': [`v=DMARC1; p=reject; ${rua}`] },
    'dmarc.enforced'
  ],
  // RFC 9989 §4.10
  ['a subdomain inherits', 'news.example.com', { [at]: [`v=DMARC1; p=reject; ${rua}`] }, 'dmarc.enforced'],
  ['a subdomain inherits sp', 'a.news.example.com', { [at]: [`v=DMARC1; p=reject; sp=none; ${rua}`] }, 'dmarc.monitoring'],
  [
    'a subdomain has its own',
    'news.example.com',
    { [at]: ['v=DMARC1; p=reject'], '_dmarc.news.example.com TXT': [`v=DMARC1; p=none; ${rua}`] },
    'dmarc.monitoring'
  ],
  ['the walk fails above', 'news.example.com', { [at]: 'servfail' }, 'dmarc.unknown'],
  [
    'the walk fails at the top',
    'news.example.com',
    { [at]: [`v=DMARC1; p=reject; ${rua}`], '_dmarc.com TXT': 'servfail' },
    'dmarc.enforced'
  ]
]

describe('the DMARC record of a domain', () => {
  for (const [what, domain, zone, ...codes] of table)
    it(`${what} (${domain})`, async () => {
      const found = await runCheck(dmarcCheck, { kind: 'domain', domain }, { zone })
      expect(found.map(({ code }) => code)).toEqual(codes)
      for (const { evidence } of found) expect(evidence.length).toBeGreaterThan(0)
    })

  it('is to be published without the mistake', async () => {
    const [found] = await runCheck(dmarcCheck, target, { zone: { [at]: ['v=DMARC1; p=quaranteen; rua=d@example.com'] } })
    expect(found?.fix).toContain('_dmarc.example.com. TXT "v=DMARC1; p=quarantine; rua=mailto:d@example.com"')
    expect(found?.evidence.join(' ')).toContain('RFC 9989 §4.7')
  })

  it('of a name of many labels takes eight questions at most', async () => {
    const deep = `${Array.from({ length: 40 }, (_, n) => `l${n}`).join('.')}.example.com`
    const [found] = await runCheck(dmarcCheck, { kind: 'domain', domain: deep })
    expect(found?.evidence).toHaveLength(8)
  })
})

const to = (address: string): ZoneTable => ({ [at]: [`v=DMARC1; p=none; rua=mailto:${address}`] })
const mail = { 'example.com MX': ['10 mx.example.com'], 'mx.example.com A': ['192.0.2.1'] }
const away = { 'reports.example MX': ['10 mx.reports.example'], 'mx.reports.example A': ['192.0.2.2'] }
const agreed = 'example.com._report._dmarc.reports.example TXT'

const destinations: readonly (readonly [name: string, zone: ZoneTable, ...codes: string[]])[] = [
  ['at home', { ...to('d@example.com'), ...mail }, 'dmarc.reports-welcome'],
  ['at home, a subdomain', { ...to('d@r.example.com'), 'r.example.com MX': ['1 mx.example.com'], ...mail }, 'dmarc.reports-welcome'],
  ['at home, where no mail is taken', { ...to('d@example.com'), 'example.com MX': ['0 .'] }, 'dmarc.reports-undeliverable'],
  // RFC 9990 §4
  ['away, agreed', { ...to('d@reports.example'), ...away, [agreed]: ['v=DMARC1'] }, 'dmarc.reports-welcome'],
  [
    'away, agreed for all',
    { ...to('d@reports.example'), ...away, '*._report._dmarc.reports.example TXT': ['v=DMARC1;'] },
    'dmarc.reports-welcome'
  ],
  ['away, not agreed', { ...to('d@reports.example'), ...away }, 'dmarc.reports-not-welcome'],
  ['away, another record', { ...to('d@reports.example'), ...away, [agreed]: ['v=spf1 -all'] }, 'dmarc.reports-not-welcome'],
  ['away, not to be asked', { ...to('d@reports.example'), ...away, [agreed]: 'servfail' }, 'dmarc.reports-unknown'],
  ['at home, where the MX leads nowhere', { ...to('d@example.com'), 'example.com MX': ['10 gone.example.com'] }],
  ['away, gone', { ...to('d@reports.example'), [agreed]: ['v=DMARC1'] }, 'dmarc.reports-undeliverable'],
  ['nowhere', { [at]: ['v=DMARC1; p=none'] }]
]

describe('where DMARC reports go', () => {
  for (const [what, zone, ...codes] of destinations)
    it(what, async () => {
      const found = await runCheck(dmarcReportsCheck, target, { zone, options: { allowPrivate: true } })
      expect(found.map(({ code }) => code)).toEqual(codes)
    })

  it('asks about no more than ten places', async () => {
    const many = Array.from({ length: 20 }, (_, n) => `mailto:d@r${n}.example`).join(',')
    expect(await runCheck(dmarcReportsCheck, target, { zone: { [at]: [`v=DMARC1; p=none; rua=${many}`] } })).toHaveLength(10)
  })
})

const name = '_smtp._tls.example.com TXT'
describe('the TLS-RPT record of a domain', () => {
  it.each<readonly [zone: ZoneTable, code: string]>([
    [{ [name]: ['v=TLSRPTv1; rua=mailto:t@example.com'] }, 'tls-rpt.good'],
    [{ [name]: ['other', 'v=TLSRPTv1; rua=mailto:t@example.com'] }, 'tls-rpt.good'],
    [{ [name]: ['v=TLSRPTv1; rua=t@example.com'] }, 'tls-rpt.bad-record'],
    [{ [name]: ['v=TLSRPT1; rua=mailto:t@example.com'] }, 'tls-rpt.bad-record'],
    [{ [name]: ['v=TLSRPTv1; rua=mailto:t@example.com', 'v=TLSRPTv1; rua=mailto:u@example.com'] }, 'tls-rpt.several'],
    [{ [name]: 'servfail' }, 'tls-rpt.unknown'],
    [{}, 'tls-rpt.not-used']
  ])('%j', async (zone, code) => {
    const found = await runCheck(tlsRptCheck, target, { zone })
    expect(found.map((one) => one.code)).toEqual([code])
  })

  it('is to be published with the addresses that it has', async () => {
    const [found] = await runCheck(tlsRptCheck, target, { zone: { [name]: ['v=TLSRPT1; rua=t@example.com'] } })
    expect(found?.fix).toContain('_smtp._tls.example.com. TXT "v=TLSRPTv1; rua=mailto:t@example.com"')
  })
})

const bimi = 'default._bimi.example.com TXT'
const strong = { [at]: ['v=DMARC1; p=reject'] }
const logo = 'v=BIMI1; l=https://example.com/logo.svg'
describe('the BIMI record of a domain', () => {
  it.each<readonly [domain: string, zone: ZoneTable, code: string]>([
    ['example.com', { [bimi]: [`${logo}; a=https://example.com/vmc.pem`], ...strong }, 'bimi.good'],
    ['example.com', { [bimi]: [logo], ...strong }, 'bimi.no-certificate'],
    ['news.example.com', { [bimi]: [logo], ...strong }, 'bimi.no-certificate'],
    ['example.com', { [bimi]: ['v=BIMI1; l=; a='] }, 'bimi.declined'],
    ['example.com', { [bimi]: [logo], [at]: ['v=DMARC1; p=none'] }, 'bimi.weak-dmarc'],
    ['example.com', { [bimi]: [logo], [at]: ['v=DMARC1; p=reject; sp=none'] }, 'bimi.weak-dmarc'],
    ['example.com', { [bimi]: ['v=BIMI1; l=http://example.com/logo.svg'] }, 'bimi.bad-record'],
    ['example.com', { [bimi]: ['v=BIMI; l=https://example.com/logo.svg'] }, 'bimi.bad-record'],
    ['example.com', { [bimi]: [logo, logo.replace('logo', 'other')] }, 'bimi.several'],
    ['example.com', { [bimi]: 'servfail' }, 'bimi.unknown'],
    ['example.com', {}, 'bimi.not-used']
  ])('%s with %j', async (domain, zone, code) => {
    const found = await runCheck(bimiCheck, { kind: 'domain', domain }, { zone })
    expect(found.map((one) => one.code)).toEqual([code])
  })
})
