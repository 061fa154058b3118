/** `whybounce doctor --help`: what a manual page would say. */
export const doctorHelp: string = `whybounce doctor: what stops mail from here, to there, or with this message

USAGE
  whybounce doctor [OPTIONS] [TARGET]
  whybounce doctor --why 'PASTED ERROR'

TARGET
  (none)             This machine: may it send? Ways out, queue, disk, names, reputation
  example.com        A domain: where it receives (DNS, MX, TLS) and what it says about its
                     sending (SPF, DKIM, DMARC)
  mx1.example.com:25 One server, by name and port. May be private: localhost:587
  192.0.2.25         One server by its address; without a port 25, 465 and 587
  john@example.com   The domain, and what its server says to this recipient

THE SENDING SIDE
  --from DOMAIN      The domain that sends, where it is not the target
  --ip IP            The address that servers see: SPF for it, its names, blocklists
  --message FILE     A message (.eml, - for standard input): its signatures, alignment, and
                     the message check (whybounce lint --help)
  --selector S       A DKIM selector to ask for (may be repeated)
  --user USER        Signs in at the target, sends nothing. The password is asked for
  --password-stdin   … or is the first line of standard input. It is never shown nor kept
  --relay-test       Asks your own server whether it relays for strangers. Sends nothing

WHY THIS BOUNCE
  --why TEXT         Takes domain, recipient and address out of a pasted error, runs the
                     checks that its cause calls for, and says whether they confirm it

HOW
  --deep             More, and slower: all MX hosts and addresses, old TLS versions, more
                     DKIM selectors, this machine
  --timeout TIME     For everything: 60s. What is not done by then is unknown
  --ehlo NAME        The name by which this machine greets; its own by default
  --reach HOST[:PORT]
                     Tries ways out with this host, instead of large operators' (may be
                     repeated)
  --dns IP[:PORT]    DNS servers to ask, instead of the system's (may be repeated)
  --trust-dns        That resolver validates DNSSEC and the way to it is safe: believe its
                     AD bit (needed for DANE)
  --own-resolver     That resolver is your own: blocklists that refuse public ones may be
                     asked
  --blocklist ID[=KEY]
                     Asks this list too, with your key where it needs one (may be repeated).
                     A key is better kept in the environment: WHYBOUNCE_KEY_ID, hyphens as _
  --tls-ca FILE      Certificates (PEM) to trust instead of the system's
  --local-address IP Sends from this address of the machine
  --allow-private    Goes to private addresses where DNS leads to them

OUTPUT
  Stages appear as they end, then what to fix first, then every check: ✓ passes, ! warns,
  ✗ fails, ? could not be told.
  -a, --all          Evidence of what passes, too
  -q, --quiet        Only what to fix
  --json             Everything, as JSON
  --html FILE        The report as one file, to keep or to pass on
  --strict           A warning is trouble too (exit code 1)
  -h, --help         Show this help
  -V, --version      Show the version

WHAT IT DOES OUT THERE
  Asks DNS; opens connections to the servers it examines; greets, starts TLS, names
  postmaster and abuse (or the recipient) with RCPT TO, and leaves. No message is ever sent.
  Fetches the MTA-STS policy over HTTPS. Asks blocklists, within their terms. Without --why
  and a target nothing is asked about anybody else.

EXIT CODES
  0  nothing wrong
  1  a check fails
  2  the command was not understood
  3  nothing could be told
  130  interrupted

EXAMPLES
  whybounce doctor
  whybounce doctor example.com
  whybounce doctor --from example.com --ip 192.0.2.25
  whybounce doctor smtp.example.com:587 --user john@example.com
  whybounce doctor --why '550 5.7.26 … does not pass authentication checks …'
`
