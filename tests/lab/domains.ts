import { generateKeyPairSync, type KeyObject, type KeyPairKeyObjectResult } from 'node:crypto'
import { clientAddress, clientAddress6 } from './netns.ts'
import type { Zone } from './zones.ts'

/** RSA keys of so many bits; one a size, since making one takes its time. */
const keyPairs = new Map<number, KeyPairKeyObjectResult>()
const keyPair = (bits: number): KeyPairKeyObjectResult => {
  const known = keyPairs.get(bits) ?? generateKeyPairSync('rsa', { modulusLength: bits })
  keyPairs.set(bits, known)
  return known
}

/** The public key of a DKIM record. */
export const dkimKey = (bits: number): string => keyPair(bits).publicKey.export({ type: 'spki', format: 'der' }).toString('base64')

/** The key that healthy domains sign with. */
export const signingKey = (): KeyObject => keyPair(2_048).privateKey

/** TXT data, cut into strings of 255 bytes at most (RFC 1035 §3.3). */
export const txt = (text: string): string => `TXT ${(text.match(/.{1,255}/g) ?? ['']).map((part) => `"${part}"`).join(' ')}`

/** What a domain says; whatever is left out is as a healthy domain has it, an empty list leaves the record out. */
export type Domain = {
  readonly mx?: readonly string[]
  readonly spf?: readonly string[]
  readonly dmarc?: readonly string[]
  readonly dkim?: readonly string[]
  /** MTA-STS: record and host. */
  readonly sts?: string
  /** More lines of the zone. */
  readonly more?: readonly string[]
} & Omit<Zone, 'records'>

const sharedMx = ['@ MX 10 mx1.healthy-lab.net.', '@ MX 20 mx2.healthy-lab.net.']

/**
 * A domain whose mail goes to the healthy servers of the lab and whose records are sound, but for what is given. So a fault stands
 * alone, and every other complaint about it is a false one.
 */
export const domain = (name: string, { mx, spf, dmarc, dkim, sts, more, ...zone }: Domain = {}): Zone => ({
  ...zone,
  records: [
    ...(mx ?? sharedMx),
    ...(spf ?? [`v=spf1 ip4:${clientAddress} ip6:${clientAddress6} mx -all`]).map((text) => `@ ${txt(text)}`),
    ...(dmarc ?? [`v=DMARC1; p=reject; rua=mailto:dmarc@${name}`]).map((text) => `_dmarc ${txt(text)}`),
    ...(dkim ?? [`v=DKIM1; k=rsa; p=${dkimKey(2_048)}`]).map((text) => `default._domainkey ${txt(text)}`),
    ...(sts === undefined ? [] : [`_mta-sts ${txt('v=STSv1; id=20260101')}`, `mta-sts A ${sts}`]),
    ...(more ?? [])
  ]
})

/** A domain with one mail server of its own, `mx.NAME`. */
export const domainAt = (name: string, address: string, more: Domain = {}): Zone =>
  domain(name, { mx: ['@ MX 10 mx'], ...more, more: [`mx A ${address}`, ...(more.more ?? [])] })
