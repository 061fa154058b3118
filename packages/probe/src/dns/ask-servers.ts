import { encodeQuery } from './dns-message.ts'
import type { NameServer } from './name-server.ts'
import { failedReading, type Reading, readAnswer } from './read-answer.ts'
import { typeNumbers } from './record-data.ts'
import type { RecordType } from './resolver.ts'
import { askByTcp } from './tcp-exchange.ts'
import type { Silence } from './udp-exchange.ts'

export type AskOptions = {
  readonly timeout: number
  readonly tries: number
  readonly now: () => number
  /** Adds one to a counter. */
  readonly count: (what: 'questions' | 'retries' | 'truncated' | 'timeouts' | 'byTcp') => void
  readonly signal: AbortSignal
}

export type Asked = { readonly reading: Reading; readonly server?: string }

/** Which failure is told when servers failed in different ways: the one that says most about where the trouble is. */
const tellingFirst = ['servfail', 'bad-answer', 'loop', 'too-long', 'refused', 'notimp', 'formerr', 'timeout', 'unreachable']

/**
 * Asks the servers in their order, those at rest last, until one gives an answer; `tries` times round those that were silent.
 * A server that answered with a failure is not asked again for this question (RFC 9520 §3.1 wants retries bounded): the next one
 * is. An answer that does not fit in UDP is asked again by TCP, and EDNS left out where a server stumbles over it.
 */
export const askServers = async (
  servers: readonly NameServer[],
  name: string,
  wireName: Uint8Array,
  type: RecordType,
  options: AskOptions
): Promise<Asked> => {
  const { now, tries } = options
  let told: Asked = { reading: failedReading('unreachable') }
  const answeredBadly = new Set<NameServer>()
  let asked = 0
  for (let round = 0; round < tries; round++) {
    const time = now()
    const awake = servers.filter((server) => !server.resting(time))
    for (const server of [...awake, ...servers.filter((other) => !awake.includes(other))]) {
      if (answeredBadly.has(server) || options.signal.aborted) continue
      if (asked++ > 0) options.count('retries')
      // Some routers drop queries with EDNS; the last round does without.
      const edns = server.edns(now()) && (round === 0 || round < tries - 1)
      const reading = await askOne(server, name, wireName, type, edns, options)
      if (reading.kind !== 'failed') return { reading, server: server.label }
      if (reading.failure !== 'timeout' && reading.failure !== 'unreachable') answeredBadly.add(server)
      if (rank(reading) < rank(told.reading) || told.server === undefined) told = { reading, server: server.label }
    }
  }
  return told
}

const rank = (reading: Reading): number => tellingFirst.indexOf(reading.failure ?? '')

const askOne = async (
  server: NameServer,
  name: string,
  wireName: Uint8Array,
  type: RecordType,
  edns: boolean,
  options: AskOptions
): Promise<Reading> => {
  const query = encodeQuery(wireName, typeNumbers[type], edns)
  options.count('questions')
  const outcome = await server.udp.ask(query, options.timeout)
  if (typeof outcome === 'string') {
    if (outcome === 'timeout') options.count('timeouts')
    if (outcome !== 'mismatch') server.silent(options.now(), outcome === 'unreachable')
    return silenceReading(outcome)
  }
  server.answered()
  const reading = readAnswer(name, type, outcome)
  if (reading.withoutEdns && edns) {
    const plain = await askOne(server, name, wireName, type, false, options)
    // Only an answer shows that EDNS was the trouble.
    if (plain.kind !== 'failed') server.refusedEdns(options.now())
    return plain
  }
  if (reading.kind !== 'truncated') return reading
  options.count('truncated')
  options.count('byTcp')
  const whole = await askByTcp(server, query, options.timeout, options.signal)
  if (typeof whole === 'string') return silenceReading(whole)
  const read = readAnswer(name, type, whole)
  return read.kind === 'truncated' ? failedReading('bad-answer') : read
}

const silenceReading = (silence: Silence): Reading =>
  silence === 'mismatch' ? failedReading('bad-answer', 'answers to another question') : failedReading(silence)
