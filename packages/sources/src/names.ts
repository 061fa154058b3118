/**
 * Files that mail programs and systems keep beside mail. They are passed over by name, without a word, when a folder is read;
 * named themselves, they are read like any other.
 *
 * Sources: Dovecot "Maildir" and "mbox" (dovecot-uidlist, dovecot.index*, subscriptions, maildirsize, maildirfolder), Courier maildirmake(1)
 * and courierimap* files, MH (a comma before a deleted message's number), Cyrus (cyrus.*), Thunderbird (.msf, msgFilterRules.dat …).
 */
export const isNoMail = (name: string): boolean => name.startsWith('.') || name.startsWith(',') || (letters.test(name) && known.test(name))

/** Nearly all names in a Maildir begin with a digit: they need no second look. */
const letters = /^[A-Za-z]|\.(?:msf|lock)$/

const known =
  /^(?:dovecot(?:\.(?:index|list|map|mailbox|sieve|svbin)|-(?:uidlist|uidvalidity|keywords|acl|quota|virtual|attr|expire)).*|maildirsize|maildirfolder|subscriptions|courier(?:imap|pop3d).*|cyrus\..*|msgFilterRules\.dat|filterlog\.html|popstate\.dat|Thumbs\.db|desktop\.ini)$|\.(?:msf|lock)$/i

export const isMessageName = (name: string): boolean => /\.eml$/i.test(name)

/** MH numbers its files: 9 before 10. Everything else in the order of its code units, which is the same on every machine. */
export const compareNames = (a: string, b: string): number => {
  if (a === b) return 0
  if (digits.test(a) && digits.test(b)) {
    const shorter = a.replace(/^0+/, '').length - b.replace(/^0+/, '').length
    if (shorter !== 0) return shorter
  }
  return a < b ? -1 : 1
}

const digits = /^\d+$/
