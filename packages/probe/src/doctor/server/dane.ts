import { createHash, X509Certificate } from 'node:crypto'
import { readCertificateDer } from '../../smtp/certificate-der.ts'
import type { PresentedCertificate } from '../../smtp/dialogue.ts'

/** A TLSA record (RFC 6698 §2.1). `data` is hexadecimal, in lower case. */
export type Tlsa = { readonly usage: number; readonly selector: number; readonly matching: number; readonly data: string }

/** Records that are compared; a host has one to four, and an answer by TCP can hold thousands. */
export const maxTlsa = 50

/** Hexadecimal digits of a digest, by matching type. */
const digestLength: Readonly<Record<number, number>> = { 1: 64, 2: 128 }

/** `3 1 1 0123…` as the resolver gives it; undefined where it is none. */
export const parseTlsa = (record: string): Tlsa | undefined => {
  const [, usage, selector, matching, data] = /^(\d{1,3}) (\d{1,3}) (\d{1,3}) ([0-9a-f]*)$/i.exec(record) ?? []
  return data === undefined
    ? undefined
    : { usage: Number(usage), selector: Number(selector), matching: Number(matching), data: data.toLowerCase() }
}

/** For mail, only DANE-TA and DANE-EE count (RFC 7672 §3.1.3); the rest as RFC 6698 §2.1 knows it. */
export const isUsable = ({ usage, selector, matching, data }: Tlsa): boolean =>
  (usage === 2 || usage === 3) &&
  (selector === 0 || selector === 1) &&
  (matching === 0 ? data.length > 0 : digestLength[matching] === data.length)

const holds = ({ selector, matching, data }: Tlsa, { der }: Pick<PresentedCertificate, 'der'>): boolean => {
  const content = selector === 0 ? der : readCertificateDer(der)?.publicKey
  return content !== undefined && digestOf(content, matching) === data
}

const digestOf = (content: Uint8Array, matching: number): string =>
  matching === 0
    ? Buffer.from(content).toString('hex')
    : createHash(matching === 1 ? 'sha256' : 'sha512')
        .update(content)
        .digest('hex')

/**
 * Whether a record fits what the server showed. DANE-EE (3): its own certificate, whatever names and dates it has (RFC 7672 §3.1.1).
 * DANE-TA (2): a certificate in the chain by which, link by link, the server's own is signed; with a name of the server, and valid now
 * (§3.1.2).
 */
export const fitsTlsa = (record: Tlsa, chain: readonly PresentedCertificate[], names: readonly string[], now: Date): boolean => {
  const [own] = chain
  if (own === undefined || !isUsable(record)) return false
  if (record.usage === 3) return holds(record, own)
  try {
    const certificates = chain.map((shown) => ({ shown, x509: new X509Certificate(shown.der) }))
    const first = certificates.shift()
    if (first === undefined || !names.some((name) => first.x509.checkHost(name) !== undefined)) return false
    let link: typeof first | undefined = first
    while (link !== undefined) {
      const { shown, x509 }: typeof first = link
      if (new Date(shown.validFrom) > now || new Date(shown.validTo) < now) return false
      // The trust anchor is an authority, or the server's own certificate where that signed itself.
      if (holds(record, shown) && (x509.ca || link === first)) return true
      const next = certificates.findIndex((issuer) => x509.checkIssued(issuer.x509) && x509.verify(issuer.x509.publicKey))
      // Each certificate is taken once: two that signed each other would go round for ever.
      link = next < 0 ? undefined : certificates.splice(next, 1)[0]
    }
    return false
  } catch {
    // A certificate or key that OpenSSL cannot read anchors nothing.
    return false
  }
}

/** The record that fits the certificate in use, whoever signed it: DANE-EE, public key, SHA-256 (RFC 7672 §3.1.1 recommends 3 1 1). */
export const tlsaFor = (name: string, { der }: Pick<PresentedCertificate, 'der'>): string =>
  `${name}. TLSA 3 1 1 ${digestOf(readCertificateDer(der)?.publicKey ?? der, 1)}`
