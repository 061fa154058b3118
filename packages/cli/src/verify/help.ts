/** `whybounce verify --help`: what a manual page would say. */
export const verifyHelp: string = `whybounce verify: will this address bounce, and why; for one address or a list of millions

USAGE
  whybounce verify [OPTIONS] ADDRESS
  whybounce verify [OPTIONS] LIST
  whybounce verify [OPTIONS] -              (or no argument: standard input)

  LIST is CSV (any separator), TSV, JSON lines, plain text (an address a line) or an Excel
  workbook, packed with gzip or zstd or not. Format, encoding, separator, header and the
  column with the addresses are found by themselves; other columns stay as they are.
  One ADDRESS gets its story: each check, what it found, the dialogue with the server.

CHECKS
  syntax      always: how far the address is fit for sending, slips in writing, typing
              errors in the domain, role and throw-away addresses, rows that are doubled
  mx          DNS: does the domain exist, and does it take mail        (on by default)
  suppressed  your own suppression list and delivery history          (on by default,
              where there is one: whybounce suppress --help)
  probe       asks the receiving server with RCPT TO, sends nothing   (only with --probe)
  --checks LIST         These checks only, parted by commas: --checks syntax
  --probe               The probe too

OUTPUT
  Without -o: a line for each address (verdict, reasons, address, suggestion).
  -o, --output OUT      The list again, with columns added: verdict, level, reasons,
                        flags, score, suggestion, canonical, mx_provider, reply,
                        checked_at, expires_at. The name tells the format (.csv, .tsv,
                        .jsonl, .xlsx), otherwise it is that of the list
  --split               OUT in four: deliverable (with sendable), risky, undeliverable,
                        unknown
  --repair FILE         The list with its addresses mended: slips corrected, header-only
                        forms made plain, likely typing errors in the domain replaced
                        (with DNS: where the other name takes mail)
  --summary             Only the summary, on standard output
  -q, --quiet           No summary, no notes
  --json                JSON lines without -o; with -o or --summary the summary as JSON

  Interrupted (Ctrl-C, or the machine went down), the same command goes on where it ended
  and asks nothing of which it has the answer: what is known is kept in OUT.state, beside
  OUT, until it is done. Only what was on the way when it was killed is asked again. After a
  probe OUT.state stays; a later run asks anew what was blocked or stayed unclear.

VERDICTS
  deliverable     the server accepts it and refuses invented ones, or mail arrived lately
  sendable        nothing against it in the checks made; the mailbox was not asked
  risky           may arrive, but: accepts everything, throw-away, probable typing error …
                  (with --checks syntax these are named, and the verdict is that of the syntax)
  undeliverable   mail to it fails for good, or must not be sent (your suppression list)
  unknown         a check could not be completed. Says nothing about the address
  A refusal that speaks of us, a full server, greylisting, a time-out or DNS trouble never
  makes an address undeliverable.

THE LIST
  --column NAME         The column with the addresses: its name, or its number from 1
  --format FORMAT       csv, tsv, jsonl, text, xlsx
  --separator S         Of a CSV file, such as ";"
  --encoding NAME       Such as windows-1252
  --no-header           The first row is an address, not names of columns

DNS
  --dns SERVER          Ask this server (address or address:port); repeatable
  --allow-private       Mail hosts in private networks are hosts like others

PROBING
  Probing costs: every question for a mailbox that does not exist counts against the IP
  address that asks, and operators block who asks much. Use it on an address from which
  no mail is sent, for lists that people gave you their addresses for, and not at all
  where the first batches of a sending plan (whybounce plan) tell the same. Operators
  whose answer means nothing (Yahoo, Outlook.com and others) are not asked. Before the
  first question a self-check looks whether this machine is fit: port 25 open, reverse
  name, EHLO name, MX and SPF of the sender's domain, blocklists. If not, nothing is asked.
  --from ADDRESS        Envelope sender, at a domain of yours with MX and SPF. Needed
  --ehlo NAME           The name of this machine (by default what it calls itself)
  --ip ADDRESS          The IP address that servers see, where it cannot be found out
  --local-address IP    Go out by this address
  --per-minute N        Recipients a minute for each operator (by default what
                        knowledge/probing.toml says of it; 20 where it says nothing)
  --sessions N          Sessions at once over all operators (by default 100)
  --wait TIME           How long to wait for servers that want to be asked again later
                        (greylisting); by default 1h for a list, 20s for one address.
                        What is left, the next run asks
  --retry TIMES         When to ask again, where the server does not say: 5m,15m,30m
  --timeout TIME        For the connection, the greeting and each answer
  --unlimited           No budgets, and operators that do not tell are asked too: for
                        servers of your own only
  --port N              Another port than 25, for servers of your own
  --i-know              Probe although the self-check failed

MEMORY
  --store FILE          The suppression list (by default that of whybounce suppress)
  --stream NAME         Entries of this stream, and those for all
  --max-age DAYS        A delivery so long ago proves an address; 90 by default
  --state FILE          Keep what is known here instead of OUT.state

  -h, --help            Show this help
  -V, --version         Show the version

JSON
  address, verdict, level (syntax, mx, probe, history), reasons, flags, score, checks,
  suggestion, canonical, provider, evidence, checkedAt, expiresAt, says; of a list also
  row. reasons: causes (user-unknown) and those of knowledge/verdicts.toml, the deciding
  one first. score is for sorting: how likely mail arrives, from 0 to 1; not measured.

EXAMPLES
  whybounce verify jane@gmial.com
  whybounce verify customers.csv -o checked.csv --repair mended.csv
  whybounce verify customers.csv -o checked.csv --split --json | jq .expectedBounces
  whybounce verify - --checks syntax < addresses.txt
  whybounce verify list.csv -o out.csv --probe --from probe@example.com --ehlo probe.example.com

EXIT CODES
  A list: 0 it is done, whatever the verdicts; 1 some rows could not be read.
  One address: 0 deliverable or sendable, 1 undeliverable or risky, 3 unknown.
  2 the command was not understood; 3 not fit to probe; 130 interrupted
`
