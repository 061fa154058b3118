/** Reads just so much DER (X.690) as tells how long an RSA key is. Hostile bytes: every length is checked, nothing is entered twice. */
type Element = { readonly tag: number; readonly content: Uint8Array; readonly end: number }

const readElement = (bytes: Uint8Array, at: number): Element | undefined => {
  const tag = bytes[at]
  const first = bytes[at + 1]
  if (tag === undefined || first === undefined) return undefined
  let length = first
  let start = at + 2
  if (first >= 0x80) {
    // A key is far below 16 MB; longer lengths, and the indefinite one (0x80), are not DER that a key has.
    const count = first & 0x7f
    if (count < 1 || count > 3) return undefined
    length = 0
    for (let index = 0; index < count; index++) {
      const byte = bytes[start + index]
      if (byte === undefined) return undefined
      length = length * 256 + byte
    }
    start += count
  }
  const end = start + length
  return end > bytes.length ? undefined : { tag, content: bytes.subarray(start, end), end }
}

const sequence = 0x30
const integer = 0x02
const bitString = 0x03

/** RSAPublicKey (RFC 8017 §A.1.1): the bits of its modulus. */
const modulusBits = (bytes: Uint8Array): number | undefined => {
  const key = readElement(bytes, 0)
  if (key?.tag !== sequence) return undefined
  const modulus = readElement(key.content, 0)
  if (modulus?.tag !== integer) return undefined
  const exponent = readElement(key.content, modulus.end)
  if (exponent?.tag !== integer) return undefined
  let skip = 0
  while (modulus.content[skip] === 0) skip++
  const first = modulus.content[skip]
  if (first === undefined) return undefined
  return (modulus.content.length - skip - 1) * 8 + (32 - Math.clz32(first))
}

/**
 * The length of an RSA key in bits, out of a SubjectPublicKeyInfo (RFC 5280 §4.1, what DKIM keys are in practice) or a bare RSAPublicKey
 * (what RFC 6376 §3.6.1 says); undefined where the bytes are neither.
 */
export const rsaKeyBits = (der: Uint8Array): number | undefined => {
  const outer = readElement(der, 0)
  if (outer?.tag !== sequence) return undefined
  const inner = readElement(outer.content, 0)
  if (inner?.tag !== sequence) return modulusBits(der)
  const bits = readElement(outer.content, inner.end)
  // The first byte of a BIT STRING counts its unused bits: none in a key.
  return bits?.tag === bitString && bits.content[0] === 0 ? modulusBits(bits.content.subarray(1)) : undefined
}
