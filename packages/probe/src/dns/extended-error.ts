import type { DnsMessage } from './dns-message.ts'

/** Info-codes of extended DNS errors (RFC 8914 §4). */
const words: readonly string[] = [
  'Other Error',
  'Unsupported DNSKEY Algorithm',
  'Unsupported DS Digest Type',
  'Stale Answer',
  'Forged Answer',
  'DNSSEC Indeterminate',
  'DNSSEC Bogus',
  'Signature Expired',
  'Signature Not Yet Valid',
  'DNSKEY Missing',
  'RRSIGs Missing',
  'No Zone Key Bit Set',
  'NSEC Missing',
  'Cached Error',
  'Not Ready',
  'Blocked',
  'Censored',
  'Filtered',
  'Prohibited',
  'Stale NXDOMAIN Answer',
  'Not Authoritative',
  'Not Supported',
  'No Reachable Authority',
  'Network Error',
  'Invalid Data'
]

/** Forged, Blocked, Censored, Filtered, Prohibited: the resolver's own policy speaks, not the domain. */
const policyCodes = new Set([4, 15, 16, 17, 18])
/** The name did not exist some time ago; whether it does now could not be asked. */
const staleDenial = 19
/** Characters of the free text that are kept: enough for a sentence. */
const maxText = 200
/** An answer has one or two; a hostile one could have thousands. */
const maxErrors = 4

export type ExtendedErrors = {
  /** Words for people, such as `DNSSEC Bogus (signature expired)`; control characters taken out. */
  readonly text?: string
  /** The answer is the resolver's policy: it says nothing about the domain. */
  readonly policy: boolean
  readonly staleDenial: boolean
}

export const readExtendedErrors = (message: DnsMessage): ExtendedErrors => {
  const found: string[] = []
  let policy = false
  let stale = false
  const { bytes, options } = message
  let at = options?.start ?? 0
  const end = options?.end ?? 0
  while (at + 4 <= end) {
    const code = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
    const next = at + 4 + (((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0))
    // 15: Extended DNS Error (RFC 8914 §2).
    if (code === 15 && next >= at + 6 && next <= end && found.length < maxErrors) {
      const info = ((bytes[at + 4] ?? 0) << 8) | (bytes[at + 5] ?? 0)
      policy ||= policyCodes.has(info)
      stale ||= info === staleDenial
      const extra = printable(Buffer.from(bytes.subarray(at + 6, Math.min(next, at + 6 + 4 * maxText))).toString('utf8'))
      const word = words[info] ?? `extended error ${info}`
      found.push(extra === '' ? word : `${word} (${extra})`)
    }
    at = next
  }
  return { ...(found.length === 0 ? {} : { text: found.join('; ') }), policy, staleDenial: stale }
}

const printable = (text: string): string =>
  text
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\ufffd]+/gu, ' ')
    .trim()
    .slice(0, maxText)
