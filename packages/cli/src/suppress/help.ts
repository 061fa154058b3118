/** The text of `whybounce suppress --help`. */
export const suppressHelp: string = `whybounce suppress: whom to send no more mail, and why

USAGE
  whybounce suppress import [OPTIONS] FILE…   Bounces, feedback, lists, exports of services
  whybounce suppress add [OPTIONS] ADDRESS…
  whybounce suppress check [OPTIONS] ADDRESS… | FILE… | -
  whybounce suppress why ADDRESS              All that is kept about an address
  whybounce suppress remove ADDRESS… --reason WORDS
  whybounce suppress export [OPTIONS]
  whybounce suppress audit                    Who added, imported and removed what, and when

  The list is one SQLite file. It holds keyed hashes of mailboxes, so that a copy of the file
  without its key tells no address; two spellings of one mailbox are one entry.

WHAT IS IMPORTED
  Told by its content, not its name; - is standard input.
  mail        Bounces and feedback reports, in all forms that whybounce events reads
  events      The lines of whybounce events --json
  exports     Of Amazon SES, Brevo, Mailchimp, Mailgun, Mailjet, Postmark, SendGrid and SparkPost:
              what their API answers (JSON), or CSV with the same names; our own export
  lists       CSV with a column for the address (email, address, recipient) and one for the
              reason (reason, type, status); also date (created, date) and stream (stream, list)
  addresses   One a line, with --reason
  The same file may be imported again: it adds nothing twice. An import that was cut short is
  done again.

WHAT SUPPRESSES
  A failure whose diagnosis says that the address is at fault (user unknown, mailbox disabled,
  no such domain …), at once. A complaint (but not one whose Feedback-Type is not registered,
  unless --all-feedback), an unsubscription. A full mailbox only after 4 failures within
  30 days, counted by the dates of the failures. Three to five in a month is common practice;
  no standard names a figure.
  Never: a message that is delayed or that a queue gave up on, a block, greylisting, spam
  filters, reports of "not spam" and about authentication. Where a service exports refused
  messages and dead mailboxes in the same form (SendGrid's bounces and blocks), the words of
  the server decide.
  A delivery after the failure takes a bounce off the list again, never what a person asked
  for. What was removed by hand comes back only for something that happened later.

OPTIONS
  --store FILE        The list (default: $WHYBOUNCE_STORE, else
                      ~/.local/share/whybounce/suppressions.sqlite, after $XDG_DATA_HOME)
  --stream NAME       For this mail only, such as a newsletter. check: entries for other
                      streams do not count; without it, all count
  --reason REASON     add, import: complaint, unsubscribe, manual, hard-bounce,
                      repeated-soft-bounces, invalid-address. It outweighs what a list says.
                      export: only these. remove: why, in your words
  --expires WHEN      A day (2027-01-31) or a span (90d, 6m, 1y). Default: never
  --keep-addresses    Keep the addresses too, encrypted, so that they can be exported
  --address-column C  Name or number (from 1) of the column with the addresses
  --all-feedback      import: complaints of any Feedback-Type
  --include-original  import: where an address behind an alias or a forward fails, suppress
                      the address that was written to as well
  --soft-failures N   import: so many failures of a full mailbox (default 4) …
  --soft-days N       … within so many days (default 30)
  --addresses         export: addresses instead of hashes alone
  --format FORMAT     export: csv or jsonl (default: jsonl with --json, else csv)
  -q, --quiet         import, check: no summary
  --json              Print JSON instead of text
  -h, --help          Show this help
  -V, --version       Show the version

THE KEY
  FILE.key beside the store, made at first use, mode 0600; or the text in WHYBOUNCE_KEY (32
  characters or more). Back it up apart from the store: without it no address can be looked
  up. Whoever has both can test any address that they think of, and read those that were
  kept.

OUTPUT
  check prints what is suppressed: address, reason, date, stream and detail, parted by tabs;
  of addresses on the command line, also what is not. A summary goes to standard error.

EXAMPLES
  whybounce suppress import ~/Maildir/.Bounces
  whybounce suppress import unsubscribed.csv --reason unsubscribe --stream newsletter
  aws sesv2 list-suppressed-destinations | whybounce suppress import -
  whybounce suppress check recipients.csv --stream newsletter
  whybounce suppress remove anna@example.com --reason 'asked for mail again, ticket 1234'

EXIT CODES
  0    done; check: nobody is suppressed
  1    rows could not be read (the rest was imported); check: somebody is suppressed
  2    usage, or the store or its key cannot be used
  3    check, why: what was given is no address, so nobody can tell
`
