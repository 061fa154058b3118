import { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { type Finding, type FindingCode, finding } from '@whybounce/core/finding'
import type { PresentedCertificate, TlsFacts } from '../../smtp/dialogue.ts'

/**
 * Days. A certificate that renews itself does so 30 days before its end, one of a short life when a third of it is left: below this it was
 * not renewed.
 */
const soon = 14
const lastPart = 1 / 3
/** Bits (NIST SP 800-57; from memory, CA/Browser Forum Baseline Requirements §6.1.5). */
const shortestRsa = 2_048
const shortestCurve = 224
/** OpenSSL has a client go 100 certificates deep; its own manual once said nine, and programs set that. */
const longChain = 10
const day = 86_400_000

/** RFC 6149, RFC 6151, RFC 6194: collisions can be made, or soon. */
const weakSignature = /^(?:md2|md5|sha1)|sha-?1$/i

export const describeTls = ({ protocol, cipher, certificate, chainLength }: TlsFacts): readonly string[] =>
  certificate === undefined
    ? [`${protocol}, ${cipher}; no certificate`]
    : [
        `${protocol}, ${cipher}`,
        `certificate of ${certificate.names.slice(0, 10).join(', ') || certificate.subject}, issued by ${certificate.issuer}`,
        `valid from ${certificate.validFrom} to ${certificate.validTo}`,
        `${chainLength} certificate${chainLength === 1 ? '' : 's'} shown; ${certificate.problem === undefined ? 'trusted here' : certificate.problem}`
      ]

/** The name of a host can be judged where it was asked for by name. */
const isNamed = (host: string): boolean => isIP(host) === 0 && host !== 'localhost'

const fits = (der: Uint8Array, host: string): boolean => {
  try {
    return new X509Certificate(der).checkHost(host, { subject: 'default' }) !== undefined
  } catch {
    return false
  }
}

/**
 * What is wrong with a certificate for a host: each problem by itself, where OpenSSL names the first alone. `hindrance`: clients that check
 * certificates refuse it.
 */
export const certificateFindings = (
  tls: TlsFacts,
  host: string,
  now: Date,
  about: string
): { readonly findings: readonly Finding[]; readonly hindrance: boolean } => {
  const [own] = tls.chain
  const { certificate } = tls
  const evidence = describeTls(tls)
  const findings: Finding[] = []
  const add = (code: FindingCode, values: Readonly<Record<string, string>> = {}): void =>
    void findings.push(finding(code, evidence, { host, ...values }, { about }))
  if (own === undefined || certificate === undefined) {
    add('tls.untrusted')
    return { findings, hindrance: true }
  }
  const { problem } = certificate
  const left = new Date(own.validTo).getTime() - now.getTime()
  const life = new Date(own.validTo).getTime() - new Date(own.validFrom).getTime()
  const expired = left < 0
  const early = new Date(own.validFrom).getTime() > now.getTime()
  const otherName = isNamed(host) && !fits(own.der, host)
  if (expired) add('tls.expired', { date: own.validTo.slice(0, 10) })
  if (early) add('tls.not-yet-valid', { date: own.validFrom.slice(0, 10) })
  if (otherName) add('tls.other-name', { names: own.names.slice(0, 5).join(', ') || own.subject })
  const code = trustCode(problem, tls)
  if (code !== undefined) add(code, { issuer: own.issuer })
  const hindrance = findings.length > 0
  if (!expired && left < Math.min(soon * day, life * lastPart))
    add('tls.expires-soon', { days: String(Math.floor(left / day)), date: own.validTo.slice(0, 10) })
  const short = tls.chain.find(isShort)
  if (short !== undefined) add('tls.weak-key', { key: `${short.key} (${short.subject})` })
  const weak = tls.chain.find(({ signature, subject, issuer }) => subject !== issuer && weakSignature.test(signature))
  if (weak !== undefined) add('tls.weak-signature', { signature: `${weak.signature} (${weak.subject})` })
  if (tls.chainLength > longChain) add('tls.long-chain', { count: String(tls.chainLength) })
  return { findings, hindrance }
}

const isShort = ({ key, keyBits }: PresentedCertificate): boolean => {
  if (key.startsWith('RSA') && keyBits !== undefined) return keyBits < shortestRsa
  const curve = /^EC .*?(\d{3})/.exec(key)?.[1]
  return curve !== undefined && Number(curve) < shortestCurve
}

/** Which of OpenSSL's words for a chain that leads nowhere; dates and names are judged on their own. */
const trustCode = (problem: string | undefined, { chain, chainLength }: TlsFacts): FindingCode | undefined => {
  const own = chain[0]
  switch (problem) {
    case undefined:
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return undefined
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
      return 'tls.self-signed'
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
      return chainLength === 1 ? 'tls.chain-incomplete' : 'tls.untrusted'
    case 'CERT_HAS_EXPIRED':
    case 'CERT_NOT_YET_VALID':
      // One further up can be the one that is out of date.
      return own !== undefined && isOutOfDate(own) ? undefined : 'tls.untrusted'
    default:
      return 'tls.untrusted'
  }
}

/** By the clock by which OpenSSL judged. */
const isOutOfDate = ({ validFrom, validTo }: PresentedCertificate): boolean => {
  const now = Date.now()
  return new Date(validTo).getTime() < now || new Date(validFrom).getTime() > now
}
