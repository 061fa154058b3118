export const planHelp = `whybounce plan: a sending plan for a list, receiver by receiver, over time

USAGE
  whybounce plan [OPTIONS] LIST               Show the schedule
  whybounce plan [OPTIONS] LIST -o FOLDER     Cut the list in files: batch-0001-gmail.csv, …
  whybounce plan [OPTIONS] LIST -o PLAN.csv   Write the schedule (.json: with all reasons)

  Cuts a list in small batches for each receiving provider, so that no hour holds more than
  the provider takes or you want to send, and a new sender warms up day by day. People who
  opened or clicked lately come first, risky addresses last; what whybounce verify calls
  undeliverable or suppressed is left out. Nothing is sent.
  LIST is CSV, TSV, JSON lines, plain text or .xlsx, packed or not; - is standard input.

HOW MUCH, WHEN
  --rate N/h           Messages an hour in all (also /m, /s); 2,000/h if not said
  --daily N            Messages in any 24 hours
  --sender NAME        Keep to the limits of the service that sends: gmail, google-workspace,
                       google-workspace-trial, google-workspace-relay, microsoft-365,
                       amazon-ses-sandbox
  --providers LIMITS   Your own numbers: gmail=5000/h,yahoo=3000/h,other=3000/h; domain=200/h
                       is for every single unknown domain. Repeatable
  --warm-up[=DAYS]     A new IP address or domain: 200 on the first day, then 1.4 times as many
                       each day; with DAYS as steep as it takes to be done by then
  --curve NAME         Another warm-up: sparkpost, sendgrid, braze-conservative, braze-moderate,
                       braze-aggressive, steady
  --warm-up-day N      The warm-up is at its day N already
  --start TIME         2026-11-26, 2026-11-26T08:00, 2026-11-26T08:00:00+01:00; the next full
                       hour if not said
  --hours FROM-TO      Send only between these hours of the day: 8-20
  --time-zone ZONE     Whose clock that is (Europe/Berlin); this machine's if not said
  --batch N            Recipients in a batch at most; 500 if not said

WHO FIRST
  Columns that are recognised: last_open, last_click, last_engaged … (dates as 2026-11-25);
  opens, clicks (counts); engaged (yes or no); and of whybounce verify: verdict, suppressed,
  mx_provider.
  --engaged-column C   This column tells who is engaged: a date, a yes, or a number
  --engaged-from N     … which is at least N
  --dns                Ask DNS who hosts each unknown domain, to keep to its numbers;
                       domains that take no mail are left out
  --dns-server IP      Ask this server. Repeatable

OUTPUT
  -o, --output PATH    A folder, or a file that ends in .csv or .json
  --format FORMAT      files, schedule or json
  -q, --quiet          No summary
  --json               Print JSON instead of text
  -h, --help           Show this help
  -V, --version        Show the version

  The schedule has batch, provider, tier, recipients, not_before, not_after (UTC and local),
  rate_per_hour, connections, messages_per_connection, limited_by, why, file. A batch goes out
  evenly between its two times. Rows stand in the files as they stand in the list; those that
  get no mail are in left-out.csv. Every number says where it comes from: a provider's page,
  a report of others, our own default, or you.

THE LIST
  --column C           The column with the addresses; found by itself if not said
  --list-format F      csv, tsv, jsonl, text, xlsx; told by the content if not said
  --encoding E  --separator S  --sheet S  --no-header

EXAMPLES
  whybounce plan customers.csv --rate 2000/h --hours 8-20
  whybounce verify customers.csv -o checked.csv && \\
    whybounce plan checked.csv --warm-up --hours 8-20 -o batches/
  whybounce plan members.csv --sender google-workspace --start 2026-11-30

EXIT CODES
  0 done, 1 rows that could not be read, 2 usage
`
