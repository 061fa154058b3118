/** `whybounce report --help`: what a manual page would say. */
export const reportHelp: string = `whybounce report: what fails, why, and what to fix first

USAGE
  whybounce report [OPTIONS] PATH…
  whybounce report [OPTIONS] -           (standard input, also where it is a pipe)
  whybounce report [OPTIONS] --journal

  Reads mail logs and events of sending services, and says on one screen what became of the
  mail, what to fix first, what passes by itself, what this server refused, and which texts
  no rule knows. Files may be packed (gzip, zstd, xz) and rotated; of a folder its mail logs
  are read in the order of time. The format is told by the content: whybounce events --help
  has the list.

  A message is one recipient of one message: a mail to three people is three. Of messages,
  each is counted once, by what became of it in the end; of attempts, each try. "deferred"
  of messages: still waiting where the log ends. Shares of causes are of all messages.

WHICH EVENTS
  --since WHEN       From then on
  --until WHEN       Before then
                     WHEN: 2026-11-25, 2026-11-25T08:00, 2026-11-25T08:00:00+01:00, 09:00 (the
                     last time it was that), today, yesterday, "yesterday 18:00", 90m, 2h, 3d,
                     1w (ago). The report says what was understood
  --time-zone ZONE   Whose clock that is, and the report's (Europe/Berlin); this machine's if
                     not said
  --journal[=UNIT]   Read the system's journal, too
  --format F         The format of the files, where it is not told by itself: postfix, exim, …
  --map COLUMNS      A table of one's own: recipient=rcpt,text=diag,time=ts

WHAT IS SHOWN
  --by NAME          A table by provider, domain, sender-ip, sender, cause, host, or a label
                     of the log (campaign, vmta, a tag). Repeatable, or parted by commas
  --top N            N causes in full, and N rows of a table; as many as fit on a screen if
                     not said
  -a, --all          Everything, whole
  -q, --quiet        Volume and what to fix only; no progress bar
  --compare FILE     An earlier report (--json): what is new since, and what is gone. Without
                     it a cause is new that came up in the last fifth of the time
  --json             The whole report as JSON
  --csv              The causes as CSV, a row for each provider and sender address; with --by
                     the tables instead
  --html FILE        The report as one file with charts, to keep or to pass on, beside the
                     text; - is standard output, without the text
  -h, --help         Show this help
  -V, --version      Show the version

WHERE IT WAS SENT FROM
  --sender-ip SERVICE=ADDRESS
                     The address that a service of the log sends from, where the log does not
                     tell it: smtp-out3=192.0.2.3 for postfix/smtp-out3/smtp. Repeatable
  --config FILE      The same, kept: {"sender-ips": {"smtp-out3": "192.0.2.3"}}. If not said:
                     $WHYBOUNCE_CONFIG, else whybounce.json here

EXAMPLES
  whybounce report /var/log/mail.log
  whybounce report /var/log --since yesterday --until today --html yesterday.html
  whybounce report mail.log --by provider,sender-ip --top 20
  ssh mx1 cat /var/log/mail.log | whybounce report -
  whybounce report /var/log/mail.log --json > monday.json
  whybounce report /var/log/mail.log --compare monday.json

EXIT CODES
  0 done, 1 lines that were not understood or files that could not be read, 2 usage,
  3 mail failed and no cause is known, 130 interrupted
`
