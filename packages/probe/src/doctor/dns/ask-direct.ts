import { type AskOneOptions, askOne, type OneAnswer, type OneRecord } from '../../dns/ask-one.ts'
import { parseServerAddress } from '../../dns/name-server.ts'
import { isPublicAddress } from '../../dns/public-address.ts'
import type { RecordType } from '../../dns/resolver.ts'
import type { Context } from '../check.ts'

/** Milliseconds for one try: name servers answer in tens of them, from the other end of the world in hundreds. */
const directTimeout = 2_000

const usualPort = 53

/** Whether a name server that DNS named may be asked: a stranger's zone must not send questions into our own network. */
export const mayAsk = (context: Context, address: string): boolean => context.allowPrivate || isPublicAddress(address)

/** One question to a name server itself, without recursion, once in a run. */
export const askServer = (
  context: Context,
  address: string,
  name: string,
  type: RecordType,
  flags: { readonly tcp?: boolean; readonly dnssecOk?: boolean } = {}
): Promise<OneAnswer> =>
  context.once(`direct ${address} ${type} ${name}${flags.tcp ? ' tcp' : ''}${flags.dnssecOk ? ' do' : ''}`, () =>
    askOne({ address, port: context.options.authorityPort ?? usualPort }, name, type, ask(context, { ...flags, recursion: false }))
  )

/** One question to the first DNS server in use, with bits that the resolver has no need of. Undefined where its address is not known. */
export const askResolver = (
  context: Context,
  name: string,
  type: RecordType,
  flags: { readonly tcp?: boolean; readonly checkingDisabled?: boolean } = {}
): Promise<OneAnswer> | undefined => {
  const [label] = context.resolver.servers ?? []
  const server = label === undefined ? undefined : parseServerAddress(label)
  if (server === undefined) return undefined
  return context.once(`resolver ${type} ${name}${flags.tcp ? ' tcp' : ''}${flags.checkingDisabled ? ' cd' : ''}`, () =>
    askOne(server, name, type, ask(context, flags))
  )
}

const ask = (context: Context, flags: Omit<AskOneOptions, 'timeout' | 'signal'>): AskOneOptions => ({
  ...flags,
  timeout: directTimeout,
  signal: context.signal
})

/** The records of one owner and type in a section. */
export const recordsOf = (records: readonly OneRecord[], owner: string, type: RecordType): readonly OneRecord[] =>
  records.filter((record) => record.owner === owner && record.type === type)

const codeWords: Readonly<Record<number, string>> = { 0: 'NOERROR', 1: 'FORMERR', 2: 'SERVFAIL', 3: 'NXDOMAIN', 4: 'NOTIMP', 5: 'REFUSED' }
const silenceWords = {
  timeout: 'no answer',
  unreachable: 'cannot be reached',
  'bad-answer': 'an answer that is no sound one',
  'bad-name': 'no name to ask for',
  'too-long': 'a name too long to ask for'
} as const

/** Records shown of an answer in one line of evidence. */
const maxShown = 8

/** What came, in a few words for people. */
export const describeOne = (answer: OneAnswer): string => {
  if (answer.status === 'silent') return silenceWords[answer.failure]
  const shown = answer.answers.filter(({ type }) => type !== 'RRSIG').slice(0, maxShown)
  const said = [
    codeWords[answer.responseCode] ?? `response code ${answer.responseCode}`,
    answer.authoritative ? 'authoritative' : 'not authoritative',
    ...(answer.extendedError === undefined ? [] : [answer.extendedError])
  ].join(', ')
  return shown.length === 0 ? said : `${shown.map(({ type, data }) => `${type} ${data}`).join(', ')} (${said})`
}
