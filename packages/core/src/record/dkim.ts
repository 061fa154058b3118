import { rsaKeyBits } from './key-bits.ts'
import { hasErrors, listProblems, type ProblemTable, type RecordProblem } from './problem.ts'
import { readTags, type TagListCode, tagListProblems, trimBlanks } from './tag-list.ts'

type DkimKeyCode =
  | TagListCode
  | 'bad-version'
  | 'version-not-first'
  | 'key-missing'
  | 'bad-base64'
  | 'bad-rsa-key'
  | 'bad-ed25519-key'
  | 'unknown-key-type'
  | 'no-sha256'
  | 'not-for-mail'
  | 'old-granularity'

const table: ProblemTable<DkimKeyCode> = {
  ...tagListProblems,
  'bad-version': ['error', 'v must be DKIM1: {found}', 'RFC 6376 §3.6.1'],
  'version-not-first': ['error', 'v=DKIM1 must be the first tag.', 'RFC 6376 §3.6.1'],
  'key-missing': ['error', 'There is no key (p=).', 'RFC 6376 §3.6.1'],
  'bad-base64': ['error', 'The key (p=) is not Base64; it was cut, or something else was pasted into it: {found}', 'RFC 6376 §3.6.1'],
  'bad-rsa-key': ['error', 'The key (p=) is no RSA key; most likely it was cut.', 'RFC 6376 §3.6.1'],
  'bad-ed25519-key': ['error', 'The key (p=) is no Ed25519 key, which has 32 bytes and no wrapping.', 'RFC 8463 §4.2'],
  'unknown-key-type': ['error', 'No receiver knows this type of key (k=): {found}', 'RFC 6376 §3.6.1'],
  'no-sha256': ['error', 'h= forbids SHA-256, and SHA-1 no longer counts: {found}', 'RFC 8301 §3.1'],
  'not-for-mail': ['error', 's= says that the key is not for mail: {found}', 'RFC 6376 §3.6.1'],
  'old-granularity': ['warning', 'g= was taken out of the standard; older receivers may refuse the key because of it.', 'RFC 6376 §C.2']
}

export type DkimKey = {
  /** `rsa` where nothing is said. Any other word is none that receivers know. */
  readonly keyType: string
  /** The key's bytes; absent where there is none that can be read. */
  readonly key?: Uint8Array
  /** Of an RSA key. */
  readonly bits?: number
  /** p= is there and empty: the key was taken back (RFC 6376 §3.6.1). */
  readonly revoked: boolean
  /** t=y: receivers may treat mail signed with it as unsigned. */
  readonly testing: boolean
  /** t=s: i= of a signature must be in the very domain of d=. */
  readonly strictDomain: boolean
  readonly problems: readonly RecordProblem<DkimKeyCode>[]
  /** Receivers can check signatures with it (its length apart). */
  readonly usable: boolean
}

const knownTags = ['v', 'h', 'k', 'n', 'p', 's', 't']
/** An RSA key of 16,384 bits has 2,744 characters; nothing that is a key is longer. */
const maxRecord = 8_192

/** Base64 with white space in it (RFC 6376 §3.2 allows it anywhere); undefined for anything else. */
const decodeBase64 = (text: string): Uint8Array | undefined => {
  const compact = text.replace(/[ \t\r\n]/g, '')
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(compact) || compact.replace(/=+$/, '').length % 4 === 1) return undefined
  const padded = compact.replace(/=+$/, '')
  return Uint8Array.from(atob(padded.padEnd(padded.length + ((4 - (padded.length % 4)) % 4), '=')), (letter) => letter.charCodeAt(0))
}

const words = (value: string): readonly string[] => value.split(':').map((word) => trimBlanks(word).toLowerCase())

/** Whether a TXT record can be meant as a key: it has p=, or says v=DKIM1. Zones answer for every name with other records, too. */
export const isDkimKey = (record: string): boolean =>
  /^\s{0,9}v\s{0,9}=\s{0,9}DKIM1/i.test(record) || /(?:^|;)\s{0,9}p\s{0,9}=/.test(record)

/** Reads a key record (RFC 6376 §3.6.1, RFC 8301, RFC 8463), the strings of the TXT record joined. Never throws. */
export const parseDkimKey = (record: string): DkimKey => {
  const { problems, add } = listProblems(table)
  const tags = readTags(record, knownTags, maxRecord, (code, at, found) => {
    // Notes (n=) are for people, and may look like anything.
    if (code !== 'semicolon-missing' || !/(?:^|;)\s{0,9}n\s{0,9}=[^;]*$/.test(record.slice(0, at))) add(code, at, found)
  })
  const version = tags.get('v')
  if (version !== undefined && version.value !== 'DKIM1') add('bad-version', version.valueAt, version.value)
  else if (version !== undefined && tags.keys().next().value !== 'v') add('version-not-first', version.at)

  const type = tags.get('k')
  const keyType = type === undefined || type.value === '' ? 'rsa' : type.value.toLowerCase()
  const known = keyType === 'rsa' || keyType === 'ed25519'
  if (!known) add('unknown-key-type', type?.valueAt ?? 0, type?.value)

  const hashes = tags.get('h')
  if (hashes !== undefined && !words(hashes.value).includes('sha256')) add('no-sha256', hashes.valueAt, hashes.value)
  const services = tags.get('s')
  if (services !== undefined && !words(services.value).some((service) => service === '*' || service === 'email'))
    add('not-for-mail', services.valueAt, services.value)
  const granularity = tags.get('g')
  if (granularity !== undefined && granularity.value !== '*') add('old-granularity', granularity.at)
  const flags = words(tags.get('t')?.value ?? '')

  const given = tags.get('p')
  const tooLong = problems.some(({ code }) => code === 'too-long')
  if (given === undefined && !tooLong) add('key-missing', record.length)
  const text = given?.value ?? ''
  const key = text === '' ? undefined : decodeBase64(text)
  if (text !== '' && key === undefined) add('bad-base64', given?.valueAt ?? 0, text)
  const bits = key !== undefined && keyType === 'rsa' ? rsaKeyBits(key) : undefined
  if (key !== undefined && keyType === 'rsa' && bits === undefined) add('bad-rsa-key', given?.valueAt ?? 0)
  if (key !== undefined && keyType === 'ed25519' && key.length !== 32) add('bad-ed25519-key', given?.valueAt ?? 0)
  const revoked = given !== undefined && text === ''
  return {
    keyType,
    ...(key === undefined ? {} : { key }),
    ...(bits === undefined ? {} : { bits }),
    revoked,
    testing: flags.includes('y'),
    strictDomain: flags.includes('s'),
    problems,
    usable: !revoked && !hasErrors(problems)
  }
}

/** SubjectPublicKeyInfo of an Ed25519 key (RFC 8410 §4), before its 32 bytes: what OpenSSL gives. */
const ed25519Wrapping = 'MCowBQYDK2VwAyEA'

/** The record to publish instead of a broken one, where the whole key can still be read out of it; undefined where it cannot. */
export const dkimText = (broken: string): string | undefined => {
  if (broken.length > maxRecord) return undefined
  const text = broken.replace(/-----(?:BEGIN|END) PUBLIC KEY-----/g, '').replace(/["“”\\]/g, '')
  const given = /(?:^|[;,\s])p\s{0,9}=([A-Za-z0-9+/=\s]{40,8192})(?:;|$)/.exec(text)?.[1]?.replace(/\s/g, '')
  if (given === undefined) return undefined
  const strict = parseDkimKey(broken).strictDomain ? ' t=s;' : ''
  const wrapped = given.startsWith(ed25519Wrapping) ? given.slice(ed25519Wrapping.length) : given
  const records = [`v=DKIM1; k=rsa;${strict} p=${given}`, `v=DKIM1; k=ed25519;${strict} p=${wrapped}`]
  return records.find((record) => parseDkimKey(record).usable)
}
