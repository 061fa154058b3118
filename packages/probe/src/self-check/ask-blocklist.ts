import { isIP, isIPv4 } from 'node:net'
import type { Blocklist, BlocklistAnswer } from '@whybounce/core'
import type { DnsAnswer, Resolver } from '../dns/resolver.ts'
import { reverseLabels } from './reverse-address.ts'

/** Only `listed` and `not-listed` say something about the subject. */
export type BlocklistOutcome = 'listed' | 'not-listed' | 'refused' | 'dead' | 'lists-everything' | 'odd-answer' | 'no-answer'

export type BlocklistResult = {
  readonly outcome: BlocklistOutcome
  /** The name that decided it, and what was answered to it. */
  readonly name: string
  readonly answers: readonly string[]
  /** What the answers mean, by what is known of the list. */
  readonly means: readonly string[]
  /** What is to be stopped or mended first, by what the answers mean. */
  readonly first: readonly string[]
  /** All that was answered says nothing bad: the entry of a list to score or to allow by. */
  readonly good: boolean
  /** DNS's word for the failure, with `no-answer` and `refused`. */
  readonly failure?: string
  /** What the list says of the subject (TXT), where it lists it. Hostile text. */
  readonly text?: string
}

const octets = (address: string): readonly number[] => address.split('.').map(Number)

/** Whether an answer is one of `127.0.0.4-127.0.0.7`: each of the four numbers between those of the two. */
export const matchesAnswer = (answer: string, pattern: string): boolean => {
  const [from = '', to = from] = pattern.split('-')
  const [low, high] = [octets(from), octets(to)]
  return octets(answer).every((number, index) => number >= (low[index] ?? 256) && number <= (high[index] ?? -1))
}

const matching = (answer: string, patterns: readonly BlocklistAnswer[]): readonly BlocklistAnswer[] =>
  patterns.filter((pattern) => matchesAnswer(answer, pattern.answer))

const meansOf = (answer: string, patterns: readonly BlocklistAnswer[]): readonly string[] =>
  matching(answer, patterns).map(({ means }) => means)

const firstOf = (answer: string, patterns: readonly BlocklistAnswer[]): readonly string[] =>
  matching(answer, patterns).flatMap(({ first }) => (first === undefined ? [] : [first]))

const bitsOf = (answer: string, bits: Blocklist['bits']): readonly string[] => {
  const sum = octets(answer)[3] ?? 0
  return bits.filter(({ bit }) => (sum & bit) !== 0).map(({ means }) => means)
}

type Reading = 'yes' | 'no' | 'refused' | 'odd-answer' | 'no-answer'

/**
 * RFC 5782 §2.1: a listing is an address in 127.0.0.0/8. Anything else is the voice of a captive portal or of whoever bought the
 * zone's domain, and error answers are in that network without being listings.
 */
const read = (answer: DnsAnswer, errors: readonly BlocklistAnswer[]): Reading => {
  if (answer.status === 'failed') return answer.failure === 'refused' ? 'refused' : 'no-answer'
  if (answer.status !== 'found') return 'no'
  if (answer.records.length === 0) return 'no-answer'
  if (!answer.records.every((record) => isIPv4(record) && record.startsWith('127.'))) return 'odd-answer'
  return answer.records.some((record) => meansOf(record, errors).length > 0) ? 'refused' : 'yes'
}

/** A label (RFC 1035 §2.3.4), as operators give them out: letters, digits, hyphens. */
export const isListKey = (key: string): boolean => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i.test(key)

const keyPlace = '{key}'

const nameOf = (subject: string, zone: string): string => `${isIP(subject) === 0 ? subject : reverseLabels(subject)}.${zone}`

/**
 * Asks one blocklist about an IP address or a domain, with the test entries of RFC 5782 §5 beside it: a list that does not know its
 * own test entry is dead, and one that lists what must not be listed lists everything; neither answer then counts.
 * Undefined where the list cannot be asked about it: a feed, a list that needs a key, or one of another kind or family. The key
 * stands in no result.
 */
export const askBlocklist = async (
  query: Resolver['query'],
  list: Blocklist,
  subject: string,
  generalErrors: readonly BlocklistAnswer[],
  key?: string
): Promise<BlocklistResult | undefined> => {
  const zone = key !== undefined && isListKey(key) ? list.zone?.replace(keyPlace, key) : list.zone
  const family = isIP(subject)
  const test = list.tests.find(({ kind }) => kind === (family === 0 ? 'domain' : 'ip'))
  if (zone === undefined || zone.includes(keyPlace) || test === undefined) return undefined
  if ((family === 4 && !list.ipv4) || (family === 6 && !list.ipv6)) return undefined

  const errors = [...list.errors, ...generalErrors]
  const questions = [test.listed, test.notListed, subject].map((entry) => nameOf(entry, zone))
  const answers = await Promise.all(questions.map((name) => query(name, 'A')))
  const [listed, notListed, wanted] = answers.map((answer) => ({ answer, reading: read(answer, errors) }))
  if (listed === undefined || notListed === undefined || wanted === undefined) return undefined

  const conclude = (outcome: BlocklistOutcome, { answer }: { readonly answer: DnsAnswer }): BlocklistResult => ({
    outcome,
    name: list.zone?.startsWith(keyPlace) ? answer.name.replace(zone.toLowerCase(), list.zone) : answer.name,
    answers: answer.records,
    means: answer.records.flatMap((record) =>
      outcome === 'refused' ? meansOf(record, errors) : [...meansOf(record, list.codes), ...bitsOf(record, list.bits)]
    ),
    first: outcome === 'refused' ? [] : [...new Set(answer.records.flatMap((record) => firstOf(record, list.codes)))],
    good: answer.records.length > 0 && answer.records.every((record) => matching(record, list.codes).some(({ good }) => good === true)),
    ...(answer.failure === undefined ? {} : { failure: answer.failure })
  })
  for (const one of [listed, notListed, wanted]) if (one.reading !== 'yes' && one.reading !== 'no') return conclude(one.reading, one)
  if (listed.reading === 'no') return conclude('dead', listed)
  if (notListed.reading === 'yes') return conclude('lists-everything', notListed)
  if (wanted.reading === 'no') return conclude('not-listed', wanted)
  const { status, records } = await query(wanted.answer.name, 'TXT')
  // A list can show the question in its text, and the key with it.
  const text = key === undefined ? records[0] : records[0]?.replaceAll(key, 'KEY')
  return { ...conclude('listed', wanted), ...(status === 'found' && text !== undefined ? { text } : {}) }
}
