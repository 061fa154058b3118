/** `whybounce lint --help`: what a manual page would say. */
export const lintHelp: string = `whybounce lint: will this message arrive, and be read

USAGE
  whybounce lint [OPTIONS] FILE…
  whybounce lint [OPTIONS] -            (standard input)

  Checks messages (.eml) before they are sent, or as they arrived: size, header fields, line
  ends, encodings, HTML, links, attachments, DKIM fields, ARC seals, unsubscribing, forgotten
  placeholders. Nothing is asked of anybody, unless --network, --spamd or --rspamd is given.

WHAT KIND OF MAIL
  --bulk             It is bulk mail: unsubscribing is checked. Found out by itself (List-
                     fields, Precedence, a link to unsubscribe) where it is not said
  --no-bulk          It is none

MORE OPINIONS
  --network          Asks DNS: the message's DKIM signatures, ARC seals and DMARC as a receiver
                     works them out, and blocklists for the domains that it names
  --ip IP            With --network: the address that it was sent from, for SPF
  --dns IP[:PORT]    With --network: DNS servers to ask, instead of the system's (repeatable)
  --spamd[=HOST:PORT]
                     Asks SpamAssassin's spamd for its score: 127.0.0.1:783 if not said
  --rspamd[=URL]     Asks Rspamd what it would do: http://127.0.0.1:11334 if not said

OUTPUT
  What to fix first, then what fails, warns and could not be told, with evidence and what to do.
  -a, --all          What passes, too
  -q, --quiet        Only what fails or warns
  --json             An object a line for each file: file, verdict, findings, facts
  --html FILE        The report as one file, to keep or to pass on
  --strict           A warning is trouble too (exit code 1)
  -h, --help         Show this help
  -V, --version      Show the version

EXAMPLES
  whybounce lint newsletter.eml
  whybounce lint --network --ip 192.0.2.1 arrived.eml
  node render.js | whybounce lint --bulk --spamd --strict -

EXIT CODES
  0 nothing fails, 1 something fails (with --strict: or warns), 2 usage, 3 nothing could be told
`
