import type { AddressCode } from './address-codes.ts'
import { parseMailbox } from './address-grammar.ts'
import { isAddressLiteral } from './address-literal.ts'
import { type Fault, isFault } from './address-tokens.ts'
import { checkDomain, type DomainCheck } from './domain-name.ts'
import { checkLocal, isAscii, octetsOf } from './local-part.ts'
import { checkPlainAddress, maxAddressOctets } from './plain-address.ts'
import { repairAddress } from './repair.ts'

/** How far an address is fit for sending: `practical` goes out; the others say what holds it back. */
export type AddressLevel = 'practical' | 'rfc5321' | 'rfc5322' | 'invalid'

export type AddressCheck = {
  /** As it was given. */
  readonly address: string
  readonly level: AddressLevel
  /** Why the level is not `practical`: one of `addressCodes`. */
  readonly code?: AddressCode
  /** Where in `address` the code applies, in UTF-16 code units. */
  readonly position?: number
  /** Of the address in its envelope form: quoted where RFC 5321 needs it, NFC. Absent where there is no such form. */
  readonly localPart?: string
  /** Unicode form (U-labels), lower case; or the literal with its brackets. Absent where there is no envelope form. */
  readonly domain?: string
  /** A-labels, lower case: what DNS is asked. Absent for literals. */
  readonly asciiDomain?: string
  readonly needsSmtputf8: boolean
  /**
   * The envelope form where it differs from what was given: comments taken out, domain in lower case, in A-labels unless the local
   * part needs SMTPUTF8 anyway. Its own level is `practical` or `rfc5321`.
   */
  readonly normalized?: string
  /** There is no envelope form, and one edit that is the only likely one mends it: the mended address. */
  readonly repair?: string
}

/**
 * RFC 5322 §2.1.1: a line has at most 998 characters. What is longer is not read, so that a file pasted whole, or a gigabyte sent on
 * purpose, costs as little as an address.
 */
export const maxAddressUnits = 998

const invalid = (address: string, { code, position }: Fault): AddressCheck => ({
  address,
  level: 'invalid',
  code,
  position,
  needsSmtputf8: false
})

/** Half of a surrogate pair, where the text was cut in the middle of a character or was never Unicode. */
const offsetOfLoneSurrogate = (text: string): number => text.search(/\p{Cs}/u)

type Part = { readonly level: AddressLevel; readonly code?: AddressCode; readonly position?: number }

const order: readonly AddressLevel[] = ['practical', 'rfc5321', 'rfc5322', 'invalid']

/** The part that holds the address back most; the first of equals. */
const worst = (parts: readonly Part[]): Part =>
  parts.reduce((one, other) => (order.indexOf(other.level) > order.indexOf(one.level) ? other : one))

/** The check without its repair: what repairs are themselves measured with. */
const gradeAddress = (address: string): AddressCheck => {
  const lone = offsetOfLoneSurrogate(address)
  if (lone >= 0) return invalid(address, { code: 'malformed-unicode', position: lone })
  const syntax = parseMailbox(address)
  if (isFault(syntax)) {
    if (/^\s*$/.test(address)) return invalid(address, { code: 'empty', position: 0 })
    return invalid(address, address.includes('@') ? syntax : { code: 'no-at', position: address.length })
  }
  const local = checkLocal(address, syntax.words)
  const host: DomainCheck = syntax.isLiteral
    ? isAddressLiteral(syntax.domain)
      ? { level: 'rfc5321', code: 'address-literal', domain: syntax.domain }
      : { level: 'rfc5322', code: 'domain-literal' }
    : checkDomain(syntax.domain)
  const hostPart: Part = {
    level: host.level,
    ...(host.code !== undefined && { code: host.code, position: syntax.domainFrom + (host.offset ?? 0) })
  }
  const { localPart } = local
  const { domain, asciiDomain } = host
  const hasEnvelope = localPart !== undefined && domain !== undefined
  const needsSmtputf8 = hasEnvelope && !isAscii(localPart)
  const envelope = hasEnvelope ? `${localPart}@${needsSmtputf8 ? domain : (asciiDomain ?? domain)}` : undefined
  const tooLong = envelope !== undefined && octetsOf(envelope) > maxAddressOctets
  const { level, code, position } = worst([
    local,
    hostPart,
    tooLong ? { level: 'rfc5322', code: 'address-too-long', position: 0 } : { level: 'practical' },
    syntax.header === undefined ? { level: 'practical' } : { level: 'rfc5322', ...syntax.header }
  ])
  return {
    address,
    level,
    ...(code !== undefined && { code, position: position ?? 0 }),
    ...(envelope !== undefined &&
      !tooLong &&
      level !== 'invalid' && {
        localPart: localPart ?? '',
        domain: domain ?? '',
        ...(asciiDomain !== undefined && { asciiDomain }),
        ...(envelope !== address && { normalized: envelope })
      }),
    needsSmtputf8: needsSmtputf8 && !tooLong && level !== 'invalid'
  }
}

/**
 * Whether mail can be addressed so: RFC 5321 §4.1.2 and §4.1.3, RFC 5322 §3.4, RFC 6531 and 6532, UTS 46. Says how far (`level`),
 * why not further (`code` with `position`), and what was probably meant (`repair`). Asks nobody: a `practical` address may not exist.
 * Never throws; time grows with the length of the text, of which no more than `maxAddressUnits` are read.
 */
export const checkAddress = (address: string): AddressCheck => {
  if (address.length > maxAddressUnits) return invalid(address, { code: 'too-long', position: maxAddressUnits })
  const plain = checkPlainAddress(address)
  if (plain !== undefined) return plain
  const check = gradeAddress(address)
  if (check.level === 'practical' || check.localPart !== undefined) return check
  const mended = repairAddress(address, gradeAddress)
  return mended === undefined ? check : { ...check, ...mended }
}
