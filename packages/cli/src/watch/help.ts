/** `whybounce watch --help`: what a manual page would say. */
export const watchHelp: string = `whybounce watch: follow mail logs, and ring when something goes wrong

USAGE
  whybounce watch [OPTIONS] FILE…
  whybounce watch [OPTIONS] --journal[=UNIT]
  whybounce watch [OPTIONS] -            (what another program writes, until it ends)

  Follows logs through rotation, and shows what is delivered, put off and bounced now, what
  fails most, and alerts. On a terminal it is a screen that is drawn anew (q quits); elsewhere
  it is a line for each alert, and one for each minute of the log.

  An alert rings when a cause rises sharply at a provider, when nothing is delivered any more
  there, or anywhere. It says what happened, who must act, what to do, and shows an example.
  What counts as sharply, docs/watch.md says in numbers. Time is the log's own: an old log
  gives the same alerts whenever it is read.

  Without --from-start and without a checkpoint it begins at the end of the log: up to 32 MB
  before that are read in silence, to know what is usual.

OPTIONS
  --journal[=UNIT]   Follow the system's journal: of the mail servers' units, or of this one
  --checkpoint FILE  Keep there how far it was read, and go on from there, also in a log that
                     was rotated since
  --from-start       Read from the front of the log
  --format F         The format, where it is not told by the content: postfix, exim, …
  --map COLUMNS      A table of one's own: recipient=rcpt,text=diag,time=ts
  --metrics [ADDRESS:]PORT
                     Serve figures for Prometheus at http://ADDRESS:PORT/metrics; on this
                     machine only (127.0.0.1) if no address is said
  --sender-ip SERVICE=ADDRESS, --config FILE
                     The address that a service sends from, as in whybounce report
  --json             A JSON object a line: type alert, summary or notice
  --alerts-only      Alerts, and no line for each minute
  -q, --quiet        Nothing about the files themselves (rotated, emptied, missing)
  -h, --help         Show this help
  -V, --version      Show the version

EXAMPLES
  whybounce watch /var/log/mail.log
  whybounce watch --journal=postfix@-.service --metrics 9925
  whybounce watch /var/log/mail.log --checkpoint /var/lib/whybounce/watch.json --alerts-only
  docker logs -f mail | whybounce watch -
  zcat mail.log.2.gz | whybounce watch - --alerts-only     (which alerts there would have been)

EXIT CODES
  0 ended by q, SIGTERM or the end of standard input; 1 lines of standard input were not
  understood, or nothing can be followed; 2 usage; 130 interrupted
`
