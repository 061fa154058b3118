import { type DkimKey, isDkimKey, parseDkimKey, problemLines } from '@whybounce/core/record'
import { describeAnswer } from '../../dns/describe-answer.ts'
import type { DnsAnswer } from '../../dns/resolver.ts'
import type { Context } from '../check.ts'

/**
 * What DNS has under a selector. `none`: no such name or no TXT record. `other`: TXT records that are no key (of a wildcard, for example).
 * `unknown`: the question failed.
 */
export type SelectorKey = {
  readonly selector: string
  readonly domain: string
  /** `selector1._domainkey.example.com`. */
  readonly name: string
  readonly kind: 'key' | 'several' | 'revoked' | 'none' | 'alias-broken' | 'other' | 'unknown'
  readonly key?: DkimKey
  readonly answer: DnsAnswer
  /** What was asked and answered, for people. */
  readonly evidence: readonly string[]
}

/** Bits below which receivers pass a key over (RFC 8301 §3.2), and those that are recommended there. */
const leastBits = 1_024
export const goodBits = 2_048

const keyName = (selector: string, domain: string): string => `${selector}._domainkey.${domain}`

/** Asks for one selector. Never rejects. */
export const askSelector = async (query: Context['query'], selector: string, domain: string): Promise<SelectorKey> => {
  const name = keyName(selector, domain)
  const answer = await query(name, 'TXT')
  const asked = `TXT of ${name}: ${describeAnswer(answer)}`
  const found = { selector, domain, name, answer }
  if (answer.status === 'failed') return { ...found, kind: 'unknown', evidence: [asked] }
  if (answer.status !== 'found') return { ...found, kind: answer.aliases.length > 0 ? 'alias-broken' : 'none', evidence: [asked] }
  const records = answer.records.filter(isDkimKey)
  const [record] = records
  if (record === undefined) return { ...found, kind: 'other', evidence: [asked] }
  if (records.length > 1) return { ...found, kind: 'several', evidence: records.slice(0, 5).map((one) => `TXT of ${name}: ${one}`) }
  const key = parseDkimKey(record)
  const via = answer.aliases.length === 0 ? [] : [`${name} is an alias of ${answer.aliases.join(', ')}`]
  const size = key.bits === undefined ? [] : [`${key.keyType} key of ${key.bits} bits`]
  const wrong = problemLines(key.problems)
  return { ...found, kind: key.revoked ? 'revoked' : 'key', key, evidence: [...via, `TXT of ${name}: ${record}`, ...size, ...wrong] }
}

/** Receivers can check signatures with it. */
export const isSound = ({ kind, key }: SelectorKey): boolean => kind === 'key' && key?.usable === true && !isShort(key)
export const isShort = ({ bits }: DkimKey): boolean => bits !== undefined && bits < leastBits

/** What is wrong with the record, a sentence each; empty where nothing is. */
export const errorsOf = ({ key }: SelectorKey): string =>
  (key?.problems ?? [])
    .filter(({ severity }) => severity === 'error')
    .map(({ text }) => (text.endsWith('.') ? text : `${text}.`))
    .join(' ')
