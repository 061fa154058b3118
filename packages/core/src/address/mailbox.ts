/** The canonical mailbox: two addresses with the same canonical form reach the same person. */
export const canonicalMailbox = (localPart: string, asciiDomain: string): string => `${localPart.toLowerCase()}@${asciiDomain}`

/** The role account that a local part names (RFC 2142 and usage), such as `postmaster`. */
export const roleOf = (_localPart: string): string | undefined => undefined

export const isDisposable = (_asciiDomain: string): boolean => false

/** A domain at which anybody gets a mailbox. */
export const isFreeProvider = (_asciiDomain: string): boolean => false

/** The well-known domain that this one imitates with letters that look alike. */
export const homographOf = (_domain: string): string | undefined => undefined
