import type { DnsAnswer } from '../../dns/resolver.ts'
import type { Context } from '../check.ts'
import { type Authentication, authenticate } from './dkim-mailauth.ts'
import { type MessageSignatures, messageSignatures } from './dkim-message.ts'

/** What was worked out about the message, or why nothing was. */
export type Verified =
  | {
      readonly kind: 'read'
      readonly result: Authentication
      readonly signatures: MessageSignatures
      /** SPF was worked out, for this address and domain. */
      readonly spf?: { readonly ip: string; readonly sender: string }
    }
  | { readonly kind: 'not-read'; readonly why: string }

/** What Gmail, the most generous of the large providers, takes is 50 MB; more is no mail. Bytes. */
const maxMessage = 50 * 1024 * 1024
/** Each signature costs a DNS question and a computation; real mail has one to three. */
const maxSignatures = 30
/** SPF takes up to some 30 (RFC 7208 §4.6.4), ARC two for each of 50 seals, DMARC eight for each domain. */
const maxQuestions = 300

const troubles = {
  'long-headers': 'the headers of the message are too long: over 256 kB, 5,000 lines, or 100 kB in one',
  'blank-headers': 'a header of the message has more than 500 blanks in a row'
} as const

const codes: Readonly<Record<string, string>> = { nxdomain: 'ENOTFOUND', 'no-data': 'ENODATA' }

const fault = (code: string): Error => Object.assign(new Error(code), { code })

/** Our answer in the shapes of node:dns, which mailauth reads. */
const inNodeShape = ({ type, records }: DnsAnswer): unknown[] => {
  if (type === 'TXT') return records.map((record) => [record])
  if (type !== 'MX') return [...records]
  return records.map((record) => ({ priority: Number(record.split(' ')[0]), exchange: record.slice(record.indexOf(' ') + 1) }))
}

const asked = ['A', 'AAAA', 'MX', 'TXT', 'PTR', 'CNAME', 'NS'] as const

export const resolverFor = (query: Context['query'], most: number = maxQuestions): ((name: string, type: string) => Promise<unknown[]>) => {
  let count = 0
  return async (name, type) => {
    const known = asked.find((one) => one === type)
    if (known === undefined || ++count > most) throw fault('ETIMEOUT')
    const answer = await query(name, known)
    if (answer.status === 'found') return inNodeShape(answer)
    throw fault(codes[answer.status] ?? (answer.failure === 'bad-name' || answer.failure === 'too-long' ? 'EBADNAME' : 'ESERVFAIL'))
  }
}

const verify = async (context: Context): Promise<Verified> => {
  const { message, ip, ehloName } = context.options
  if (message === undefined || message.length === 0) return { kind: 'not-read', why: 'the message is empty' }
  if (message.length > maxMessage) return { kind: 'not-read', why: `the message has ${message.length} bytes` }
  const signatures = await messageSignatures(context)
  if (signatures.trouble !== undefined) return { kind: 'not-read', why: troubles[signatures.trouble] }
  if (signatures.count > maxSignatures) return { kind: 'not-read', why: `the message has ${signatures.count} DKIM signatures` }
  const domain = signatures.returnPath ?? context.sender
  const spf = ip === undefined || domain === undefined ? undefined : { ip, sender: domain }
  try {
    const result = await authenticate(Buffer.from(message.buffer, message.byteOffset, message.length), {
      resolver: resolverFor(context.query),
      mta: 'whybounce.invalid',
      disableBimi: true,
      // RFC 8301 §3.1: verifiers must not take SHA-1 for valid.
      rejectRsaSha1: true,
      ...(spf === undefined ? {} : { ip: spf.ip, sender: `postmaster@${spf.sender}`, helo: ehloName })
    })
    return { kind: 'read', result, signatures, ...(spf === undefined ? {} : { spf }) }
  } catch (error) {
    return { kind: 'not-read', why: error instanceof Error ? error.message : String(error) }
  }
}

/** The message's DKIM signatures, ARC seals, SPF and DMARC as a receiver works them out; once in a run. Never rejects. */
export const verifyMessage = (context: Context): Promise<Verified> => context.once('authentication of the message', () => verify(context))
