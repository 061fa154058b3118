import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

const cipher = 'aes-256-gcm'
/** NIST SP 800-38D §8.2.2: 96 random bits; safe for 2^32 addresses under one key. */
const nonceBytes = 12
const tagBytes = 16

/** An address, readable only with the key: nonce, ciphertext, tag. Bound to its hash, so that rows cannot be swapped unnoticed. */
export const sealAddress = (key: Buffer, hash: Uint8Array, address: string): Buffer => {
  const nonce = randomBytes(nonceBytes)
  const sealing = createCipheriv(cipher, key, nonce, { authTagLength: tagBytes })
  sealing.setAAD(hash)
  return Buffer.concat([nonce, sealing.update(address, 'utf8'), sealing.final(), sealing.getAuthTag()])
}

/** The address, or undefined where the bytes were not sealed with this key for this hash. */
export const openSealed = (key: Buffer, hash: Uint8Array, sealed: Uint8Array): string | undefined => {
  if (sealed.length < nonceBytes + tagBytes) return undefined
  try {
    const opening = createDecipheriv(cipher, key, sealed.subarray(0, nonceBytes), { authTagLength: tagBytes })
    opening.setAAD(hash)
    opening.setAuthTag(sealed.subarray(-tagBytes))
    return Buffer.concat([opening.update(sealed.subarray(nonceBytes, -tagBytes)), opening.final()]).toString('utf8')
  } catch {
    return undefined
  }
}
