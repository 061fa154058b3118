import { createHash, createHmac, pbkdf2, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

const derive = promisify(pbkdf2)

/** RFC 7677 §4 asks for 4,096 at least; servers use up to some hundred thousand. More is a server that wants to keep us busy. */
const maxIterations = 1_000_000

/** The client's last message, and what the server must answer to it; or why the server's message cannot be taken. */
export type ScramFinal = { readonly message: string; readonly serverSignature: Buffer } | { readonly odd: string }

/**
 * The first message of a client (RFC 5802 §7, without channel binding) and what follows from the server's first. SHA-256 (RFC 7677).
 * User name and password are normalised by NFKC, which is what SASLprep (RFC 4013) does to all that people type.
 */
export const scramSha256 = (
  user: string,
  password: string,
  nonce: string
): { readonly first: string; readonly final: (serverFirst: string) => Promise<ScramFinal> } => {
  const name = user.normalize('NFKC').replaceAll('=', '=3D').replaceAll(',', '=2C')
  const bare = `n=${name},r=${nonce}`
  return {
    first: `n,,${bare}`,
    final: async (serverFirst) => {
      const [, serverNonce = '', salt = '', count = ''] =
        /^r=([\x21-\x2b\x2d-\x7e]+),s=([A-Za-z0-9+/]+={0,2}),i=(\d{1,9})(?:,.*)?$/.exec(serverFirst) ?? []
      const iterations = Number(count)
      if (serverNonce === '') return { odd: 'the first message of the server is none of SCRAM' }
      // RFC 5802 §5.1: another nonce would be a replay.
      if (!serverNonce.startsWith(nonce) || serverNonce === nonce) return { odd: 'the server did not add to the nonce' }
      if (iterations < 1 || iterations > maxIterations) return { odd: `the server asks for ${count} rounds of hashing` }
      const salted = await derive(password.normalize('NFKC'), Buffer.from(salt, 'base64'), iterations, 32, 'sha256')
      const clientKey = hmac(salted, 'Client Key')
      const withoutProof = `c=biws,r=${serverNonce}`
      const signed = `${bare},${serverFirst},${withoutProof}`
      const signature = hmac(createHash('sha256').update(clientKey).digest(), signed)
      const proof = Buffer.from(clientKey.map((byte, at) => byte ^ (signature[at] ?? 0)))
      return { message: `${withoutProof},p=${proof.toString('base64')}`, serverSignature: hmac(hmac(salted, 'Server Key'), signed) }
    }
  }
}

/** Whether the server's last message proves that it has the password too (RFC 5802 §5.1, `v=`). */
export const provesItself = (serverFinal: string, expected: Buffer): boolean => {
  const shown = Buffer.from(/^v=([A-Za-z0-9+/]+={0,2})(?:,|$)/.exec(serverFinal)?.[1] ?? '', 'base64')
  return shown.length === expected.length && timingSafeEqual(shown, expected)
}

const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()
