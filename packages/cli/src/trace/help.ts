/** `whybounce trace --help`: what a manual page would say. */
export const traceHelp: string = `whybounce trace: what became of one message, told in order

USAGE
  whybounce trace [OPTIONS] ADDRESS|MESSAGE-ID|QUEUE-ID PATH…
  whybounce trace [OPTIONS] ADDRESS|MESSAGE-ID|QUEUE-ID -      (standard input)

  Looks through logs, queue listings and files of webhooks for what is known of a message: when
  it came and from whom, each attempt and what the server said to it, what that means and who
  must act, how it ended, whether the sender was told, and what happens next.
  An address is looked for as recipient, as recipient before it was forwarded, and as sender;
  upper and lower case do not matter. A Message-ID may stand in <…>.
  A message is followed over content filters and from server to server as far as their logs
  are given ("queued as 4Zx…"). Give rotated and packed logs, too: of a folder its mail logs
  are read.
  Of an address with several messages, all are listed and the last is told in full; where
  there are no more than three, each is.

OPTIONS
  --since WHEN       Messages of which something happened from then on
  --until WHEN       … before then. WHEN: 2026-11-25, 2026-11-25T08:00, 09:00, today,
                     yesterday, 2h, 3d (ago)
  --time-zone ZONE   Whose clock that is, and the story's (Europe/Berlin); this machine's if
                     not said
  --journal[=UNIT]   Read the system's journal, too
  --format F         The format of the files, where it is not told by itself: postfix, exim, …
  --map COLUMNS      A table of one's own: recipient=rcpt,text=diag,time=ts
  -a, --all          The whole list, and each message told in full, every attempt
  --json             All of it as JSON: query, messages (queueIds, messageId, sender, recipient,
                     recipients, attempts with their diagnosis, outcome, next), lines, files,
                     problems
  -q, --quiet        No progress bar
  -h, --help         Show this help
  -V, --version      Show the version

WHAT HAPPENS NEXT
  The next attempt and the end of the waiting are counted by the settings that a server comes
  with (Postfix: between 5 and 67 minutes apart, for 5 days; Exim: every 15 minutes for 2
  hours, then ever slower, for 4 days; sendmail: for 5 days). Yours may be set otherwise.

EXAMPLES
  whybounce trace user@example.com /var/log/mail.log
  whybounce trace 4ZxKQ81Yzfz4w2c /var/log
  whybounce trace '<20261124.1@example.com>' mx1.log mx2.log.gz --json
  ssh mx1 cat /var/log/mail.log | whybounce trace user@example.com -

EXIT CODES
  0 found, 1 something could not be read or was not understood, 2 usage, 3 not found,
  130 interrupted
`
