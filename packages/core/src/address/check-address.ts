/** How far an address is fit for sending: `practical` goes out; the others say what holds it back. */
export type AddressLevel = 'practical' | 'rfc5321' | 'rfc5322' | 'invalid'

export type AddressCheck = {
  /** As it was given. */
  readonly address: string
  readonly level: AddressLevel
  /** Why the level is not `practical`: one of `addressCodes`. */
  readonly code?: string
  /** Where in `address` the code applies, in UTF-16 code units. */
  readonly position?: number
  /** Of the address in its envelope form: quoted where RFC 5321 needs it, NFC. Absent where invalid. */
  readonly localPart?: string
  /** Unicode form (U-labels), lower case; or the literal with its brackets. */
  readonly domain?: string
  /** A-labels, lower case: what DNS is asked. Absent for literals. */
  readonly asciiDomain?: string
  readonly needsSmtputf8: boolean
  /** The envelope form where it differs from what was given: comments taken out, domain in lower case. */
  readonly normalized?: string
  /** Invalid, and one edit mends it: the mended address. */
  readonly repair?: string
}

export const checkAddress = (address: string): AddressCheck => ({
  address,
  level: 'invalid',
  code: 'todo',
  position: 0,
  needsSmtputf8: false
})
