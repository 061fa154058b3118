import { createHash } from 'node:crypto'
import { encodeName } from '../../dns/wire-name.ts'

/** A DNSKEY record's data as `formatData` writes it: `flags protocol algorithm base64`. */
export type KeyData = string

/** Digest types of DS records that Node can make (IANA, DS RR Type Digest Algorithms). 3 (GOST) is not among them. */
const digests: Readonly<Record<number, string>> = { 1: 'sha1', 2: 'sha256', 4: 'sha384' }

export const knownDigest = (type: number): boolean => Object.hasOwn(digests, type)

const wireOf = (key: KeyData): Buffer => {
  const [flags = '', protocol = '', algorithm = '', material = ''] = key.split(' ')
  const head = Buffer.from([Number(flags) >> 8, Number(flags) & 0xff, Number(protocol), Number(algorithm)])
  return Buffer.concat([head, Buffer.from(material, 'base64')])
}

/** RFC 4034 appendix B: the number by which a key is called, not a proof of which it is. Of algorithm 1, which is not used any more, it is another. */
export const keyTag = (key: KeyData): number => {
  let sum = 0
  for (const [index, byte] of wireOf(key).entries()) sum += index % 2 === 0 ? byte << 8 : byte
  return (sum + (sum >> 16)) & 0xffff
}

/** RFC 4034 §5.1.4: the data of the DS record of a key, as `formatData` writes it. Undefined for a digest that is not known here. */
export const dsOf = (zone: string, key: KeyData, digestType: number): string | undefined => {
  const name = encodeName(zone)
  const digest = digests[digestType]
  if (typeof name === 'string' || digest === undefined) return undefined
  const hash = createHash(digest).update(name).update(wireOf(key)).digest('hex')
  return `${keyTag(key)} ${key.split(' ')[2]} ${digestType} ${hash}`
}
