import type { X509Certificate } from 'node:crypto'
import { readCertificateDer } from './certificate-der.ts'
import type { PresentedCertificate, TlsFacts } from './dialogue.ts'

/** Certificates that are kept: a chain has two to four, and a hostile one as many as fit into OpenSSL's 100 kB. */
const maxKept = 20
/** Certificates that are counted: no chain of 100 kB has more. */
const maxCounted = 1_000

/** The certificates as a server presented them, in its order, its own first. */
export const presentedChain = (own: X509Certificate): Pick<TlsFacts, 'chain' | 'chainLength'> => {
  const chain: PresentedCertificate[] = []
  let chainLength = 0
  for (let next: X509Certificate | undefined = own; next !== undefined && chainLength < maxCounted; next = next.issuerCertificate) {
    chainLength++
    if (chain.length < maxKept) chain.push(presented(next))
  }
  return { chain, chainLength }
}

const presented = (shown: X509Certificate): PresentedCertificate => {
  const der = new Uint8Array(shown.raw)
  const identifier = readCertificateDer(der)?.signature ?? ''
  return { ...certificateWords(shown), der, ...keyOf(shown), signature: signatureNames[identifier] ?? identifier }
}

export const certificateWords = (
  shown: X509Certificate
): Pick<PresentedCertificate, 'subject' | 'issuer' | 'names' | 'validFrom' | 'validTo' | 'fingerprint256'> => ({
  subject: oneLine(shown.subject),
  issuer: oneLine(shown.issuer),
  names: parseAltNames(shown.subjectAltName ?? ''),
  validFrom: isoTime(shown.validFrom),
  validTo: isoTime(shown.validTo),
  fingerprint256: shown.fingerprint256
})

const keyOf = (shown: X509Certificate): { readonly key: string; readonly keyBits?: number } => {
  try {
    const { asymmetricKeyType: type = '', asymmetricKeyDetails: details } = shown.publicKey
    if (details?.modulusLength === undefined) return { key: `${type.toUpperCase()} ${details?.namedCurve ?? ''}`.trim() }
    return { key: `${type.toUpperCase()} ${details.modulusLength}`, keyBits: details.modulusLength }
  } catch {
    // A key that OpenSSL cannot read.
    return { key: '' }
  }
}

/** RFC 3279 §2.2, RFC 4055, RFC 5758, RFC 8410; the weak ones of RFC 6151 and RFC 6194 among them. */
const signatureNames: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.1.2': 'md2WithRSAEncryption',
  '1.2.840.113549.1.1.4': 'md5WithRSAEncryption',
  '1.2.840.113549.1.1.5': 'sha1WithRSAEncryption',
  '1.2.840.10040.4.3': 'dsa-with-sha1',
  '1.2.840.10045.4.1': 'ecdsa-with-SHA1',
  '1.2.840.113549.1.1.10': 'RSASSA-PSS',
  '1.2.840.113549.1.1.11': 'sha256WithRSAEncryption',
  '1.2.840.113549.1.1.12': 'sha384WithRSAEncryption',
  '1.2.840.113549.1.1.13': 'sha512WithRSAEncryption',
  '1.2.840.10045.4.3.2': 'ecdsa-with-SHA256',
  '1.2.840.10045.4.3.3': 'ecdsa-with-SHA384',
  '1.2.840.10045.4.3.4': 'ecdsa-with-SHA512',
  '1.3.101.112': 'Ed25519',
  '1.3.101.113': 'Ed448'
}

/** Node writes one attribute a line; a certificate may have no subject. */
const oneLine = (name: string | undefined): string => (name ?? '').split('\n').join(', ')

/** As it stands where it is no date. */
const isoTime = (time: string): string => {
  const date = new Date(time)
  return Number.isNaN(date.getTime()) ? time : date.toISOString()
}

/**
 * `DNS:mx.example.com, IP Address:192.0.2.1` to names and addresses. Node quotes a name with commas or quotes in it
 * (the attack of CVE-2021-44532), so that one name cannot pass for two.
 */
export const parseAltNames = (names: string): readonly string[] =>
  (names.match(/(?:[^,"]|"(?:[^"\\]|\\.)*")+/g) ?? []).flatMap((entry) => /^ ?(?:DNS|IP Address):(.+)$/s.exec(entry)?.[1] ?? [])
