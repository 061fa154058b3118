import { redact } from '@whybounce/core'

/** Links longer than this break in mail and chat programs. */
export const maxSharedLetters = 4_000

const toBase64Url = (text: string): string => {
  const bytes = new TextEncoder().encode(text)
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '')
}

/** Base64 and quoted-printable (RFC 2045 §6, RFC 2047 §2): an address in them would not be seen, neither by `redact` nor by the reader. */
const encoded = /^content-transfer-encoding:\s*(?:base64|quoted-printable)|=\?[^?\s]{1,40}\?[bq]\?/im

/** What a link may carry of a paste: redacted, and of a long, encoded or opened one only the errors that were answered. */
export const sharedText = (paste: string | undefined, errors: readonly string[]): string =>
  redact(paste === undefined || paste.length > maxSharedLetters || encoded.test(paste) ? errors.join('\n\n') : paste).slice(
    0,
    maxSharedLetters
  )

/** The part of the address behind `#`, which a browser sends to no server. */
export const formatFragment = (text: string): string => `#t=${toBase64Url(text)}`

/** The text of a fragment; undefined where it is none of ours or broken. */
export const parseFragment = (fragment: string): string | undefined => {
  const coded = /^#t=([A-Za-z0-9_-]+)$/.exec(fragment)?.[1]
  if (coded === undefined) return undefined
  try {
    const bytes = Uint8Array.from(atob(coded.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0))
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}
