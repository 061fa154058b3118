import type { X509Certificate } from 'node:crypto'
import { isIP, type Socket } from 'node:net'
import { checkServerIdentity, connect, type TLSSocket } from 'node:tls'
import type { CertificateFacts, TlsFacts } from './dialogue.ts'

/**
 * Lays TLS over a connection. The handshake goes on whatever the certificate is; `tlsFacts` tells.
 * `lenient` takes TLS 1.0 and weak keys too (RFC 7435: some protection is better than none): what a server speaks is to be
 * found out, and the other choice would be to speak in the clear.
 */
export const wrapTls = (plain: Socket, host: string, lenient: boolean, roots: readonly string[] | undefined): TLSSocket => {
  const secured = connect({
    socket: plain,
    rejectUnauthorized: false,
    checkServerIdentity: (_name, certificate) => checkServerIdentity(host, certificate),
    // RFC 6066 §3: no addresses in SNI.
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(lenient ? { minVersion: 'TLSv1' as const, ciphers: 'DEFAULT@SECLEVEL=0' } : {}),
    ...(roots === undefined ? {} : { ca: [...roots] })
  })
  // A server that asks for handshakes without end would not be counted by any limit in bytes.
  secured.disableRenegotiation()
  return secured
}

/** What was agreed on a secured connection, and who showed which certificate. All strings are the other side's. */
export const tlsFacts = (socket: TLSSocket): TlsFacts => {
  const shown = socket.getPeerX509Certificate()
  return {
    protocol: socket.getProtocol() ?? 'unknown',
    cipher: socket.getCipher().standardName,
    ...(shown === undefined ? {} : { certificate: certificateFacts(shown, socket) })
  }
}

const certificateFacts = (shown: X509Certificate, socket: TLSSocket): CertificateFacts => ({
  subject: oneLine(shown.subject),
  issuer: oneLine(shown.issuer),
  names: parseAltNames(shown.subjectAltName ?? ''),
  validFrom: isoTime(shown.validFrom),
  validTo: isoTime(shown.validTo),
  fingerprint256: shown.fingerprint256,
  authorized: socket.authorized,
  // By its types an Error; in fact OpenSSL's or Node's code for it, as a string.
  ...(socket.authorized ? {} : { problem: String(socket.authorizationError) })
})

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
