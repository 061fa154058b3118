/** `weak`: RSA with 1,024 bits. `incomplete`: the certificate between it and the authority is not sent. */
export type CertificateKind = 'good' | 'expired' | 'not-yet' | 'soon' | 'other-name' | 'self-signed' | 'incomplete' | 'untrusted' | 'weak'

export type Host = {
  readonly address: string
  readonly address6?: string
  readonly certificate?: CertificateKind
}
type Hosts<Name extends string> = Readonly<Record<Name, Host>>

/** One address each of one Exim, which behaves by the address that it was called at. */
export const eximHosts: Hosts<
  | 'mx2.healthy-lab.net'
  | `mx.${'busy' | 'listed' | 'tarpit' | 'old-tls' | 'expired' | 'not-yet' | 'soon' | 'other-name' | 'self-signed' | 'incomplete' | 'weak-key' | 'no-bounces' | 'small' | 'dane-wrong' | 'dane-plain' | 'dane-unsigned' | 'dane-no-tls' | 'no-postmaster' | 'sts-old-certificate' | 'picky-ehlo' | 'unknown-user' | 'catch-all' | 'early-talk' | 'slow-greeting' | 'full-mailbox' | 'untrusted' | 'dane-unusable'}-lab.net`
> = {
  'mx2.healthy-lab.net': { address: '44.128.10.2', address6: '3ffe:44::10:2' },
  'mx.busy-lab.net': { address: '44.128.10.3' },
  'mx.listed-lab.net': { address: '44.128.10.4' },
  'mx.tarpit-lab.net': { address: '44.128.10.5' },
  'mx.old-tls-lab.net': { address: '44.128.10.6' },
  'mx.expired-lab.net': { address: '44.128.10.7', certificate: 'expired' },
  'mx.not-yet-lab.net': { address: '44.128.10.8', certificate: 'not-yet' },
  'mx.soon-lab.net': { address: '44.128.10.9', certificate: 'soon' },
  'mx.other-name-lab.net': { address: '44.128.10.10', certificate: 'other-name' },
  'mx.self-signed-lab.net': { address: '44.128.10.11', certificate: 'self-signed' },
  'mx.incomplete-lab.net': { address: '44.128.10.12', certificate: 'incomplete' },
  'mx.weak-key-lab.net': { address: '44.128.10.13', certificate: 'weak' },
  'mx.no-bounces-lab.net': { address: '44.128.10.14' },
  'mx.small-lab.net': { address: '44.128.10.15' },
  'mx.dane-wrong-lab.net': { address: '44.128.10.16' },
  'mx.dane-plain-lab.net': { address: '44.128.10.17', certificate: 'self-signed' },
  'mx.dane-unsigned-lab.net': { address: '44.128.10.18' },
  'mx.dane-no-tls-lab.net': { address: '44.128.10.19' },
  'mx.no-postmaster-lab.net': { address: '44.128.10.20' },
  'mx.sts-old-certificate-lab.net': { address: '44.128.10.21', certificate: 'expired' },
  'mx.picky-ehlo-lab.net': { address: '44.128.10.22' },
  'mx.unknown-user-lab.net': { address: '44.128.10.23' },
  'mx.catch-all-lab.net': { address: '44.128.10.24' },
  'mx.early-talk-lab.net': { address: '44.128.10.25' },
  'mx.slow-greeting-lab.net': { address: '44.128.10.26' },
  'mx.full-mailbox-lab.net': { address: '44.128.10.27' },
  'mx.untrusted-lab.net': { address: '44.128.10.28', certificate: 'untrusted' },
  'mx.dane-unusable-lab.net': { address: '44.128.10.29' }
}

/** One Postfix, with a service for each. */
export const postfixHosts: Hosts<
  | 'mx1.healthy-lab.net'
  | 'mx.grey-lab.net'
  | 'mx.relay-lab.net'
  | 'mx.no-tls-lab.net'
  | 'smtp.healthy-lab.net'
  | 'smtp.clear-lab.net'
  | 'smtp.expired-lab.net'
  | 'smtp.mixed-up-lab.net'
  | 'smtp.no-login-lab.net'
  | 'smtp.old-tls-lab.net'
> = {
  'mx1.healthy-lab.net': { address: '44.128.20.1', address6: '3ffe:44::20:1' },
  'mx.grey-lab.net': { address: '44.128.20.2' },
  'mx.relay-lab.net': { address: '44.128.20.3' },
  'mx.no-tls-lab.net': { address: '44.128.20.4' },
  'smtp.healthy-lab.net': { address: '44.128.20.5', address6: '3ffe:44::20:5' },
  'smtp.clear-lab.net': { address: '44.128.20.6' },
  'smtp.expired-lab.net': { address: '44.128.20.7', certificate: 'expired' },
  'smtp.mixed-up-lab.net': { address: '44.128.20.8' },
  'smtp.no-login-lab.net': { address: '44.128.20.9' },
  'smtp.old-tls-lab.net': { address: '44.128.20.10' }
}

export const otherHosts: Hosts<'mx.opensmtpd-lab.net' | 'mx.sendmail-lab.net'> = {
  'mx.opensmtpd-lab.net': { address: '44.128.30.1' },
  'mx.sendmail-lab.net': { address: '44.128.31.1' }
}

/** Where packet filters stand in the way of port 25, or nobody is. */
export const filteredHosts = {
  dropped: '44.128.50.1',
  reset: '44.128.50.2',
  portUnreachable: '44.128.50.3',
  prohibited: '44.128.50.4',
  hostUnreachable: '44.128.50.5',
  closed: '44.128.50.6',
  /** No way there from the client. */
  noRoute: '44.128.250.1'
} as const
