/** The texts of `--help`: what a manual page would say. */
export const version = '0.1.0'

const common = `  --json              Print JSON instead of text
  -h, --help          Show this help
  -V, --version       Show the version`

export const help: Readonly<Record<string, string>> = {
  '': `whybounce ${version}
Mail failed. whybounce says why, who must act and what to do.

USAGE
  whybounce explain '550 5.7.26 …'    Explain an error, a log line, a transcript, a bounce
  whybounce explain --lines FILE      One error a line, one result a line; millions of lines
  whybounce events PATH…              Bounce mailboxes: who failed, why, who must act
  whybounce report PATH…              Logs and events on one screen: what fails, what to fix first
  whybounce watch LOG…                The same live, with alerts and figures for Prometheus
  whybounce trace ADDRESS|ID PATH…    What became of one message, told in order
  whybounce verify LIST|ADDRESS       Check addresses before sending: will they bounce, and why
  whybounce doctor [TARGET]           What stops mail from here, to there: ports, DNS, TLS, SPF …
  whybounce lint MESSAGE.eml          A message before it is sent: what filters and rules dislike
  whybounce plan LIST                 Small batches under the receivers' limits, over time
  whybounce suppress COMMAND          Who bounced, complained or unsubscribed: never again
  whybounce codes [CODE]              What a code means, and what it does not
  whybounce causes [CAUSE]            The causes, with fixes for every role
  whybounce providers [NAME]          Providers, servers and filters, with the texts known of each
  whybounce troubleshoot              No error text at hand? Answer some questions
  whybounce see-more [NAME]           Switch on the debug output of a library, client or server
  whybounce redact [FILE]             Take passwords and addresses out of a text
  whybounce completion SHELL          Shell completion for bash, zsh or fish

OPTIONS
${common}

EXIT CODES
  0    done; a cause was found
  1    done, but something could not be read
  2    the command was not understood
  3    nothing tells (undetermined, unknown)
  130  interrupted

Nothing is sent anywhere, but what verify and doctor ask of DNS and of mail servers (verify only
with --probe), and what lint asks with --network. No message is ever sent.
NO_COLOR=1 switches colours off, FORCE_COLOR=1 on.
whybounce COMMAND --help tells more about a command.
`,
  explain: `whybounce explain: why mail failed, who must act, what to do

USAGE
  whybounce explain [OPTIONS] TEXT…
  whybounce explain [OPTIONS] FILE
  whybounce explain [OPTIONS] -            (or no argument: standard input)
  whybounce explain --lines [OPTIONS] [FILE…]

  TEXT is anything that tells of failed mail: a code (550, 5.1.1, 447, ECONNREFUSED,
  0x800CCC0F), a server's reply, a log line, an SMTP transcript, an exception with its
  stack, a bounce message, JSON. Several errors in one paste get one answer each.
  An argument that names an existing file is read; any other is text.
  Of a mail that is no bounce, the bounce attached to it or the error in its text is explained.

OPTIONS
  --file FILE         Read this file, even if its name looks like text (- is standard input)
  --lines             One input per line, one result per line, streaming. A line that is a
                      JSON string, or an object with "text" and any of "provider", "stage",
                      "recipient", "remoteMta", "replyCode", "status", carries multi-line
                      replies and what else is known
  --role ROLE         Show the steps for: developer, domain-admin, server-admin,
                      list-owner, recipient
  --as TAXONOMY       Show the label of another tool beside ours: sisimai, ses, postmark,
                      sendgrid, sparkpost, mailgun, powermta, kumomta
  --provider NAME     The receiving provider, where it is known (whybounce providers)
  --stage STAGE       The step at which it failed: dns, connect, greeting, ehlo, starttls,
                      auth, mail, rcpt, data, end-of-data, queue
  --recipient ADDRESS The recipient, for the commands in the answer
${common}

OUTPUT OF --lines
  Text: cause, permanence, party, provider, confidence and input, parted by tabs.
  JSON: an object per line with at least input, cause, group, permanence, party, provider,
  stage, confidence, replyCode, status and rule; null where absent.

CONFIDENCE
  certain   a text of this provider or program, or a common text that its code confirms
  likely    a common text
  weak      a code alone
  none      undetermined: retry a 4xx, stop at a 5xx, and suppress nobody

EXAMPLES
  whybounce explain 550 5.1.1 User unknown
  whybounce explain bounce.eml
  journalctl -u postfix | grep status=bounced | whybounce explain --lines
  whybounce explain --json '535 5.7.8 Username and Password not accepted'

EXIT CODES
  0 diagnosed, 1 some lines could not be read, 2 usage, 3 undetermined
`,
  events: `whybounce events: read bounce mailboxes, one line for each recipient

USAGE
  whybounce events [OPTIONS] PATH…
  whybounce events [OPTIONS] imaps://USER@HOST[:PORT]/MAILBOX
  whybounce events [OPTIONS] -             (or no path: standard input)

  Reads bounces (DSN and all the forms that follow no standard), feedback reports,
  automatic answers, changes of address, delay warnings and delivery notices. PATH is
  a message (.eml, Outlook .msg), an mbox of any size, a Maildir, an MH folder, a tar
  archive, or a folder with any of these in it; each may be packed with gzip or zstd.
  What a file is, its content tells, not its name.

  The logs of Postfix, Exim, sendmail, OpenSMTPD, qmail, Exchange (message tracking),
  PowerMTA, KumoMTA, Amazon SES, Haraka, Stalwart, Postal and Halon are read too: an event for
  each attempt, deliveries shown with --all or --json only, what the server refused from
  others as "refused". So are queue listings (postqueue -j, mailq, exim -bp, qmail-qread,
  smtpctl show queue): what waits, and why; files of webhook payloads of Brevo, MailerSend,
  Mailgun, Mailjet, Mailtrap, Mandrill, Postal, Postmark, Resend, SendGrid, Amazon SES,
  SparkPost and UniSender Go; and what journalctl printed (export, json). Rotated logs are read
  in the order of time, logs also packed with xz and bzip2; nothing counts twice. Lines that look like deliveries and
  were not understood are counted and shown, and make the exit code 1.

  Each line is one recipient. A terminal shows kind, cause, recipient and words, as far as
  its window is wide; a file or a pipe gets kind, cause, who must act, recipient, codes,
  place and words, parted by tabs. In a folder, files that are no mail are passed over.
  A summary follows on standard error: causes by recipients harmed, who must act and
  what to do first, then what was read and what could not be.

OPTIONS
  --all               Also messages that are no notices, as kind other
  --header NAME       Keep this header of the returned message (X-Campaign-Id) in the JSON
                      lines; repeatable, needs --json
  --format FORMAT     It is a log of this kind (postfix, exim, sendgrid, …; several parted by
                      commas), where it is not recognised
  --map FIELD=COLUMN,…
                      It is CSV with a header, or JSON lines: recipient=rcpt,text=diag,time=ts
  --journal[=UNIT]    Read the system's journal: the mail servers' units, or UNIT
  --summary           Print only the summary, on standard output
  -q, --quiet         No summary
${common}

MAILBOXES (IMAP)
  The password comes from WHYBOUNCE_IMAP_PASSWORD or a file, an OAuth token from
  WHYBOUNCE_IMAP_TOKEN, never from the command line.
  Nothing is ever deleted, and nothing marked as read, unless you ask for a mark.
  --unread            Only unread messages (otherwise all)
  --checkpoint FILE   Remember what was read, and go on there next time
  --mark FLAG         Mark the notices, after their events were written: seen, flagged,
                      or a keyword
  --move-to MAILBOX   Move the notices there, after their events were written.
                      Letters stay unmarked where they are, unless --all asks for them too;
                      what could not be read always stays
  --password-file F   Read the password from the first line of F
  --tls-ca FILE       Trust this certificate (PEM) too
  --insecure          Accept any certificate, and no encryption at all

JSON
  With --json each line is an object with at least: file, offset, kind, direction, outcome,
  recipient, originalRecipient, sender, messageId, subject, reportingMta, remoteMta,
  localIp, queueId, stage, replyCode, status, dsnAction, diagnosticCode, cause, detail,
  group, permanence, party, provider, software, confidence, rule, time; null where absent.
  kind is one of: delivered, delayed, failed, relayed, expanded, complaint, unsubscribe,
  not-spam, auth-report, address-changed, auto-reply, challenge, suppressed, other.
  outcome is delivered, failed, expired (the queue gave up), pending, or null.

EXAMPLES
  whybounce events ~/Maildir/.Bounces
  whybounce events bounces.mbox.gz --json | jq -r 'select(.action == "suppress").recipient'
  WHYBOUNCE_IMAP_PASSWORD=… whybounce events imaps://bounces@mail.example.com/INBOX \\
    --checkpoint bounces.json --move-to Processed --json >> events.jsonl

EXIT CODES
  0 done, 1 something could not be read, or not all of it, 2 usage,
  3 failures (delays do not count), and none of them tells its cause
`,
  codes: `whybounce codes: what a code means, and what it does not

USAGE
  whybounce codes [OPTIONS]           List codes
  whybounce codes [OPTIONS] CODE      One code: 550, 5.7.26, 447, 111, EAUTH, 0x800CCC0F
  whybounce codes [OPTIONS] WORDS     Search

OPTIONS
  --frequency F       Common, Frequent or Rare (as the common list of codes has it)
  --importance I      High, Medium or Low
  --type T            Connectivity, Authentication, "Email Validity", "Spam Mark", …
  --kind K            What it really is: reply, status, dots-lost, product, errno,
                      unregistered, error
  --search WORDS      Codes whose entry has these words
${common}
`,
  causes: `whybounce causes: the causes of failed mail, with fixes for every role

USAGE
  whybounce causes [OPTIONS]
  whybounce causes [OPTIONS] CAUSE[/DETAIL]     mailbox-full, tls-failure/certificate

OPTIONS
  --search WORDS      Causes whose entry has these words
${common}
`,
  providers: `whybounce providers: providers, servers and filters, with the texts known of each

USAGE
  whybounce providers [OPTIONS]
  whybounce providers [OPTIONS] NAME      gmail, outlook, postfix, spamhaus, gmail.com

OPTIONS
  --kind KIND         provider, mta, filter, esp, blocklist, client
  --search WORDS      Entries with these words
${common}
`,
  troubleshoot: `whybounce troubleshoot: find the cause without an error text

USAGE
  whybounce troubleshoot              Answer some questions
  whybounce troubleshoot 1 3 2        Give the answers at once
  whybounce troubleshoot --json       The whole tree of questions

OPTIONS
${common}
`,
  'see-more': `whybounce see-more: switch on the debug output of a library, client or server

USAGE
  whybounce see-more                  List what is known
  whybounce see-more NAME             nodemailer, postfix, phpmailer, outlook …

OPTIONS
${common}
`,
  redact: `whybounce redact: take passwords, AUTH exchanges, tokens and addresses out of a text

USAGE
  whybounce redact [FILE | -]

  Domains and IP addresses stay, since they tell the provider and the blocklisting;
  local parts, passwords and tokens do not. The result explains the same as the input.

OPTIONS
  -h, --help          Show this help
`,
  completion: `whybounce completion: shell completion

USAGE
  whybounce completion bash >> ~/.bashrc
  whybounce completion zsh > "\${fpath[1]}/_whybounce"
  whybounce completion fish > ~/.config/fish/completions/whybounce.fish
`
}
