/**
 * What Node does not tell of a certificate (RFC 5280 §4.1), read from its DER (X.690): the public key with its frame, byte by byte as it
 * was signed (a TLSA record hashes these bytes), and the algorithm of the signature. Bad input gives `undefined`, never an error.
 */
export type CertificateDer = {
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array
  /** The object identifier in numbers: `1.2.840.113549.1.1.11`. */
  readonly signature: string
}

type Element = { readonly tag: number; readonly start: number; readonly content: number; readonly end: number }

const sequenceTag = 0x30
const objectIdentifierTag = 0x06
const versionTag = 0xa0

export const readCertificateDer = (der: Uint8Array): CertificateDer | undefined => {
  const whole = elementAt(der, 0, der.length)
  if (whole?.tag !== sequenceTag) return undefined
  const body = elementAt(der, whole.content, whole.end)
  const algorithm = body === undefined ? undefined : elementAt(der, body.end, whole.end)
  if (body?.tag !== sequenceTag || algorithm?.tag !== sequenceTag) return undefined
  const identifier = elementAt(der, algorithm.content, algorithm.end)
  // Serial number, algorithm, issuer, validity, subject, public key: the sixth, or the seventh behind a version.
  let field = elementAt(der, body.content, body.end)
  for (let left = field?.tag === versionTag ? 6 : 5; left > 0 && field !== undefined; left--) field = elementAt(der, field.end, body.end)
  if (identifier?.tag !== objectIdentifierTag || field?.tag !== sequenceTag) return undefined
  return { publicKey: der.subarray(field.start, field.end), signature: identifierText(der.subarray(identifier.content, identifier.end)) }
}

/** One element, if all of it lies before `limit`. Lengths of up to four bytes, all that a certificate can have. */
const elementAt = (der: Uint8Array, start: number, limit: number): Element | undefined => {
  const tag = der[start]
  const first = der[start + 1]
  if (tag === undefined || first === undefined || start + 2 > limit) return undefined
  let content = start + 2
  let length = first
  if (first >= 0x80) {
    const bytes = first - 0x80
    if (bytes === 0 || bytes > 4) return undefined
    length = 0
    for (let index = 0; index < bytes; index++) length = length * 256 + (der[content + index] ?? 0)
    content += bytes
  }
  const end = content + length
  return end <= limit ? { tag, start, content, end } : undefined
}

/** An arc that needs more is none of an algorithm, and would lose digits. */
const maxArcBytes = 5

const identifierText = (bytes: Uint8Array): string => {
  const arcs: number[] = []
  let value = 0
  let length = 0
  for (const byte of bytes) {
    value = value * 128 + (byte & 0x7f)
    if (++length > maxArcBytes) return ''
    if ((byte & 0x80) !== 0) continue
    if (arcs.length === 0) arcs.push(Math.min(2, Math.floor(value / 40)), value - 40 * Math.min(2, Math.floor(value / 40)))
    else arcs.push(value)
    value = 0
    length = 0
  }
  return arcs.join('.')
}
