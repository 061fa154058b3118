import { isIP, type Socket } from 'node:net'
import { checkServerIdentity, connect, type TLSSocket } from 'node:tls'
import type { DialogueOptions, TlsFacts } from './dialogue.ts'
import { certificateWords, presentedChain } from './presented-chain.ts'

/**
 * Lays TLS over a connection. The handshake goes on whatever the certificate is; `tlsFacts` tells.
 * `lenient` takes TLS 1.0 and weak keys too (RFC 7435: some protection is better than none): what a server speaks is to be
 * found out, and the other choice would be to speak in the clear.
 */
export const wrapTls = (
  plain: Socket,
  host: string,
  lenient: boolean,
  { roots, minVersion, maxVersion }: Pick<DialogueOptions, 'roots' | 'minVersion' | 'maxVersion'>
): TLSSocket => {
  const secured = connect({
    socket: plain,
    rejectUnauthorized: false,
    checkServerIdentity: (_name, certificate) => checkServerIdentity(host, certificate),
    // RFC 6066 §3: no addresses in SNI.
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(lenient ? { minVersion: 'TLSv1' as const, ciphers: 'DEFAULT@SECLEVEL=0' } : {}),
    ...(minVersion === undefined ? {} : { minVersion }),
    ...(maxVersion === undefined ? {} : { maxVersion }),
    ...(roots === undefined ? {} : { ca: [...roots] })
  })
  // A server that asks for handshakes without end would not be counted by any limit in bytes.
  secured.disableRenegotiation()
  return secured
}

/** What was agreed on a secured connection, and who showed which certificates. All strings are the other side's. */
export const tlsFacts = (socket: TLSSocket): TlsFacts => {
  const shown = socket.getPeerX509Certificate()
  const agreed = { protocol: socket.getProtocol() ?? 'unknown', cipher: socket.getCipher().standardName }
  if (shown === undefined) return { ...agreed, chain: [], chainLength: 0 }
  const certificate = {
    ...certificateWords(shown),
    authorized: socket.authorized,
    // By its types an Error; in fact OpenSSL's or Node's code for it, as a string.
    ...(socket.authorized ? {} : { problem: String(socket.authorizationError) })
  }
  return { ...agreed, certificate, ...presentedChain(shown) }
}
