import { trimBlanks } from './tag-list.ts'

/** One place that reports go to: an item of rua or ruf (DMARC), or of rua (TLS-RPT). */
export type ReportUri = {
  /** As it stands, without the size. */
  readonly uri: string
  readonly scheme: string
  /** Of `mailto:`: the address and its domain in lower case. */
  readonly address?: string
  readonly domain?: string
  /** `!10m` (RFC 7489 §6.4): bytes. RFC 9989 has reporters pass it over. */
  readonly maxSize?: number
  /** Characters from the start of the value. */
  readonly at: number
}

/** Each comma could be an address; a record of 4 kB holds 30 real ones. */
const maxUris = 30
const units: Readonly<Record<string, number>> = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 }

/**
 * Reads a list of reporting addresses. `wrong` is told each item that is none, and `too-many` where there are more than are read.
 */
export const readReportUris = (
  value: string,
  wrong: (kind: 'no-scheme' | 'bad-uri' | 'bad-address' | 'too-many', at: number, found: string) => void
): readonly ReportUri[] => {
  const found: ReportUri[] = []
  let at = 0
  const items = value.split(',')
  if (items.length > maxUris) wrong('too-many', 0, `${items.length}`)
  for (const item of items.slice(0, maxUris)) {
    const text = trimBlanks(item)
    const offset = at + Math.max(0, item.indexOf(text))
    at += item.length + 1
    const [, uri = text, size, unit = ''] = /^([^!]*)!(\d{1,15})([kmgt]?)$/i.exec(text) ?? []
    const scheme = /^([a-z][a-z0-9+.-]{0,30}):/i.exec(uri)?.[1]?.toLowerCase()
    if (scheme === undefined) {
      wrong(uri.includes('@') && !/mailto/i.test(uri) ? 'no-scheme' : 'bad-uri', offset, text)
      continue
    }
    if (!/^[!-~]+$/.test(uri) || uri.includes('!')) {
      wrong('bad-uri', offset, text)
      continue
    }
    const maxSize = size === undefined ? {} : { maxSize: Number(size) * (units[unit.toLowerCase()] ?? 1) }
    if (scheme !== 'mailto') {
      found.push({ uri, scheme, ...maxSize, at: offset })
      continue
    }
    const address = (uri.slice('mailto:'.length).split('?')[0] ?? '').replaceAll('%40', '@')
    const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase()
    // RFC 5322 §3.4.1: no colon in a local part, so `mailto:mailto:` is none either.
    if (!address.includes('@') || /^@|:/.test(address) || !/^[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})+$/.test(domain))
      wrong('bad-address', offset, text)
    else found.push({ uri, scheme, address, domain, ...maxSize, at: offset })
  }
  return found
}
