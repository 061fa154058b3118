import { canonicalMailbox, checkAddress } from '@whybounce/core/address'
import { mailboxHashBytes, openHasher } from './mailbox-hash.ts'

/** The canonical mailbox of an address, or undefined where it is none. Angle brackets and outer white space are taken off. */
const canonicalOf = (address: string): string | undefined => {
  const trimmed = address.trim()
  const bare = trimmed.startsWith('<') && trimmed.endsWith('>') ? trimmed.slice(1, -1) : trimmed
  const { level, localPart, domain, asciiDomain } = checkAddress(bare)
  const at = asciiDomain ?? domain
  return level === 'invalid' || localPart === undefined || at === undefined ? undefined : canonicalMailbox(localPart, at)
}

export type AddressBook = {
  /** The keyed hash of whoever reads that mailbox; undefined for what is no address. Overwritten by the next call. */
  readonly hashOf: (address: string) => Buffer | undefined
  /** The same in hexadecimal digits. */
  readonly hexOf: (address: string) => string | undefined
  readonly isHash: (text: string) => boolean
}

const hashText = new RegExp(`^[0-9a-f]{${mailboxHashBytes * 2}}$`)

export const openAddressBook = (key: Buffer): AddressBook => {
  const hasher = openHasher(key)
  return {
    hashOf: (address) => {
      const canonical = canonicalOf(address)
      return canonical === undefined ? undefined : hasher.bytes(canonical)
    },
    hexOf: (address) => {
      const canonical = canonicalOf(address)
      return canonical === undefined ? undefined : hasher.hex(canonical)
    },
    isHash: (text) => hashText.test(text)
  }
}
