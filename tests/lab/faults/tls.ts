import type { Certificate } from '../../smtp/certificates.ts'
import { tlsaOf } from '../certificates.ts'
import { type Domain, domain, domainAt } from '../domains.ts'
import type { Fault } from '../fault.ts'
import { eximHosts, filteredHosts, postfixHosts } from '../hosts.ts'
import { policyAddress } from '../policies.ts'
import { scriptedHosts } from '../scripts.ts'
import { silentAddress, type Zones } from '../zones.ts'

const exim = (id: string): string => {
  const host = (eximHosts as Readonly<Record<string, { readonly address: string } | undefined>>)[`mx.${id}-lab.net`]
  if (host === undefined) throw new TypeError(`no such host of Exim: ${id}`)
  return host.address
}

type Row = readonly [id: string, what: string, madeWith: string, codes: Fault['codes'], more?: Partial<Fault>]
const faultsOf = (area: Fault['area'], rows: readonly Row[]): readonly Fault[] =>
  rows.map(([id, what, madeWith, codes, more]) => ({ id, area, what, madeWith, args: [`${id}-lab.net`], codes, ...more }))

export const tlsFaults: readonly Fault[] = faultsOf('tls', [
  ['no-tls', 'The server does not encrypt', 'Postfix', ['tls.not-offered']],
  ['opensmtpd', 'OpenSMTPD as it comes, without a certificate', 'OpenSMTPD', ['tls.not-offered']],
  ['tls-refused', 'STARTTLS is offered and then refused', 'scripted', ['tls.refused']],
  ['tls-broken', 'What comes after STARTTLS is no TLS', 'scripted', ['tls.handshake-failed']],
  ['injected', 'Text in the clear behind the answer to STARTTLS', 'scripted', ['tls.injected']],
  ['old-tls', 'TLS 1.0 and nothing newer', 'Exim, GnuTLS', ['tls.old-only']],
  ['expired', 'The certificate has expired', 'Exim', ['tls.expired']],
  ['not-yet', 'The certificate is not yet valid', 'Exim', ['tls.not-yet-valid']],
  ['soon', 'The certificate expires in four days', 'Exim', ['tls.expires-soon']],
  ['other-name', 'The certificate is for another name', 'Exim', ['tls.other-name']],
  ['self-signed', 'The certificate is signed by itself', 'Exim', ['tls.self-signed']],
  ['incomplete', 'The certificate between is not sent', 'Exim', ['tls.chain-incomplete']],
  ['weak-key', 'A key of 1,024 bits', 'Exim', ['tls.weak-key'], { besides: ['tls.self-signed'] }],
  [
    'old-tls-accepted',
    'TLS 1.0 and 1.1 are still accepted for passwords',
    'Postfix 3.7 as it comes',
    ['tls.accepts-old'],
    { args: ['smtp.old-tls-lab.net:587'] }
  ],
  ['untrusted', 'The certificate is of an authority that nobody knows', 'Exim', ['tls.untrusted']],
  ['tls-at-once', 'Port 587 speaks TLS at once', 'Postfix', ['tls.at-once'], { args: ['smtp.mixed-up-lab.net:587'] }],
  ['tls-not-at-once', 'Port 465 answers in the clear', 'Postfix', ['tls.not-at-once'], { args: ['smtp.mixed-up-lab.net:465'] }],
  [
    'users-refuse',
    'An expired certificate where mail programs log in',
    'Postfix',
    ['tls.users-refuse'],
    { args: ['smtp.expired-lab.net:465'], besides: ['tls.expired'] }
  ]
])

const noPolicy = ['mta-sts.bad-certificate'] as const
export const mtaStsFaults: readonly Fault[] = faultsOf('mta-sts', [
  ['sts-missing', 'The policy is not there (404)', 'Node, HTTPS', ['mta-sts.not-found']],
  ['sts-wrong-mx', 'The policy names another MX host', 'Node, HTTPS', ['mta-sts.mx-not-covered']],
  ['sts-wrong-mx-testing', 'The policy, in testing, names another MX host', 'Node, HTTPS', ['mta-sts.mx-not-covered-testing']],
  ['sts-redirect', 'The policy is redirected', 'Node, HTTPS', ['mta-sts.redirect']],
  ['sts-stalled', 'The web server does not answer', 'Node, HTTPS', ['mta-sts.stalled']],
  ['sts-bad-certificate', 'The web server shows a certificate of another name', 'Node, HTTPS', noPolicy],
  ['sts-bad-policy', 'The policy has errors', 'Node, HTTPS', ['mta-sts.bad-policy']],
  ['sts-short', 'The policy holds ten minutes', 'Node, HTTPS', ['mta-sts.short-max-age']],
  ['sts-html', 'The policy comes as text/html', 'Node, HTTPS', ['mta-sts.content-type']],
  ['sts-too-long', 'The policy has 120 kB', 'Node, HTTPS', ['mta-sts.too-long']],
  ['sts-record', 'The record has no id', 'NSD', ['mta-sts.bad-record']],
  ['sts-two-records', 'There are two records', 'NSD', ['mta-sts.multiple-records']],
  ['sts-no-host', 'There is a record, and no host of the policy', 'NSD', ['mta-sts.no-policy-host']],
  ['sts-unreachable', 'Nobody listens on the host of the policy', 'the kernel', ['mta-sts.unreachable']],
  ['sts-silent', 'The host of the policy is down', 'a silent address', ['mta-sts.stalled']],
  [
    'sts-old-certificate',
    'The policy is in force, and the certificate of the MX host has expired',
    'Exim, Node',
    ['mta-sts.server-refused'],
    { besides: ['tls.expired'] }
  ]
])

export const daneFaults: readonly Fault[] = faultsOf('dane', [
  ['dane-wrong', 'The TLSA record is of an old key', 'Exim, NSD', ['dane.mismatch']],
  [
    'dane-plain',
    'The resolver does not check DNSSEC',
    'Unbound without validator',
    ['dane.not-believed'],
    { resolver: 'plain', besides: ['tls.self-signed'] }
  ],
  ['dane-unusable', 'The TLSA record is of a kind that mail does not use (PKIX-EE)', 'Exim, NSD', ['dane.unusable']],
  ['dane-unsigned', 'There is a TLSA record in a zone that is not signed', 'Exim, NSD', ['dane.unsigned']],
  ['dane-no-tls', 'There is a TLSA record, and the server does not encrypt', 'Exim', ['dane.no-tls'], { besides: ['tls.not-offered'] }]
])

export const tlsZones = (of: (name: string) => Certificate): Zones => {
  const tlsa = (id: string, certificate = of(`mx.${id}-lab.net`)): Domain => ({
    signed: 'yes',
    more: [`_25._tcp.mx TLSA ${tlsaOf(certificate)}`]
  })
  const at = (id: string, address: string, more?: Domain): Zones => ({ [`${id}-lab.net`]: domainAt(`${id}-lab.net`, address, more) })
  const sts = (id: string, more: Domain = { sts: policyAddress }): Zones => ({ [`${id}-lab.net`]: domain(`${id}-lab.net`, more) })
  const stsHost = `mta-sts A ${policyAddress}`
  return {
    ...at('no-tls', postfixHosts['mx.no-tls-lab.net'].address),
    ...at('tls-refused', scriptedHosts.tlsRefused),
    ...at('tls-broken', scriptedHosts.tlsBroken),
    ...at('injected', scriptedHosts.injected),
    ...at('old-tls', exim('old-tls'), { more: [`smtp A ${postfixHosts['smtp.old-tls-lab.net'].address}`] }),
    ...Object.assign(
      {},
      ...['not-yet', 'soon', 'other-name', 'self-signed', 'incomplete', 'weak-key', 'untrusted'].map((id) => at(id, exim(id)))
    ),
    ...at('expired', exim('expired'), { more: [`smtp A ${postfixHosts['smtp.expired-lab.net'].address}`] }),
    'mixed-up-lab.net': { records: [`smtp A ${postfixHosts['smtp.mixed-up-lab.net'].address}`] },
    ...at('dane-wrong', exim('dane-wrong'), tlsa('dane-wrong', of('mx2.healthy-lab.net'))),
    ...at('dane-plain', exim('dane-plain'), tlsa('dane-plain')),
    ...at('dane-unsigned', exim('dane-unsigned'), { more: [`_25._tcp.mx TLSA ${tlsaOf(of('mx.dane-unsigned-lab.net'))}`] }),
    ...at('dane-unusable', exim('dane-unusable'), {
      signed: 'yes',
      more: [`_25._tcp.mx TLSA ${tlsaOf(of('mx.dane-unusable-lab.net')).replace(/^3/, '1')}`]
    }),
    ...at('dane-no-tls', exim('dane-no-tls'), tlsa('dane-no-tls')),
    ...Object.assign(
      {},
      ...[
        'sts-missing',
        'sts-wrong-mx',
        'sts-wrong-mx-testing',
        'sts-redirect',
        'sts-stalled',
        'sts-bad-certificate',
        'sts-bad-policy',
        'sts-short',
        'sts-html',
        'sts-too-long'
      ].map((id) => sts(id))
    ),
    ...sts('sts-record', { more: ['_mta-sts TXT "v=STSv1;"', stsHost] }),
    ...sts('sts-two-records', { more: ['_mta-sts TXT "v=STSv1; id=1"', '_mta-sts TXT "v=STSv1; id=2"', stsHost] }),
    ...sts('sts-no-host', { more: ['_mta-sts TXT "v=STSv1; id=1"'] }),
    ...sts('sts-unreachable', { sts: filteredHosts.closed }),
    ...sts('sts-silent', { sts: silentAddress }),
    ...at('sts-old-certificate', exim('sts-old-certificate'), { sts: policyAddress })
  }
}
