import type { CauseRow, Counts, Report } from '@whybounce/core/report'

/** A report as a middling day gives it: four causes at two providers, something that passes, something refused, something unknown. */
export const noCounts: Counts = { delivered: 0, deferred: 0, bounced: 0, expired: 0, complained: 0, suppressed: 0 }

const day = '2026-11-25T'
const steps = 24

export const causeRow = (told: Partial<CauseRow>): CauseRow => {
  const row = rowOf(told)
  const { messages, lost, waiting, recovered } = row
  return { ...row, once: told.once ?? { messages, lost, waiting, recovered } }
}

const rowOf = (told: Partial<CauseRow>): Omit<CauseRow, 'once'> => ({
  cause: 'user-unknown',
  detail: null,
  title: 'The mailbox does not exist',
  provider: 'gmail',
  providerName: 'Gmail',
  senderIp: '192.0.2.3',
  service: null,
  messages: 1_204,
  attempts: 1_204,
  lost: 1_204,
  waiting: 0,
  recovered: 0,
  permanence: 'permanent',
  action: 'suppress',
  party: 'list-owner',
  partyTitle: 'The owner of the list',
  fix: 'Remove the address from the list.',
  needs: 'fix',
  firstSeen: `${day}00:03:00Z`,
  lastSeen: `${day}22:59:30Z`,
  isNew: false,
  example: {
    text: 'host mx.example.net[192.0.2.25] said: 550 5.1.1 <ada@example.net>: Recipient address rejected: User unknown (in reply to RCPT TO command)',
    spans: [[95, 107]],
    time: `${day}09:00:00Z`,
    recipient: 'ada@example.net',
    queueId: '4bX1234567zABC',
    file: '/var/log/mail.log',
    line: 4_711
  },
  rule: 'postfix.user-unknown',
  domains: [
    { domain: 'gmail.com', messages: 1_100 },
    { domain: 'example.net', messages: 104 }
  ],
  series: Array.from({ length: steps }, () => 50),
  ...told
})

const spf: Partial<CauseRow> = {
  cause: 'authentication-failed',
  detail: 'spf',
  title: 'The sending server is not allowed by SPF',
  party: 'sender-admin',
  partyTitle: "The sending side's administrator",
  fix: "Keep one TXT record with v=spf1 at the domain, and add the sending service's include or ip4 entry to it, before ~all or -all.",
  action: 'stop-and-fix',
  messages: 300,
  attempts: 300,
  lost: 300
}

export const causeRows: readonly CauseRow[] = [
  causeRow({}),
  causeRow({ provider: null, providerName: null, senderIp: '192.0.2.4', messages: 400, attempts: 400, lost: 400 }),
  causeRow({ ...spf, isNew: true }),
  causeRow({
    ...spf,
    provider: 'outlook',
    providerName: 'Outlook.com',
    senderIp: null,
    service: 'smtp-out4',
    messages: 100,
    lost: 100,
    isNew: true
  }),
  causeRow({
    cause: 'rate-limited',
    title: 'You are sending too fast for this provider',
    messages: 2_000,
    attempts: 9_000,
    lost: 10,
    waiting: 90,
    recovered: 1_900,
    party: 'sender-admin',
    partyTitle: "The sending side's administrator",
    fix: 'Limit each destination: Postfix `smtp_destination_concurrency_limit = 5`.',
    action: 'retry-slower'
  }),
  causeRow({
    cause: 'greylisted',
    title: 'Asked to come back later (greylisting)',
    provider: null,
    providerName: null,
    messages: 3_000,
    attempts: 3_500,
    lost: 0,
    waiting: 20,
    recovered: 2_980,
    party: 'nobody',
    partyTitle: 'Nobody, for now',
    fix: 'Try again later',
    needs: 'nothing',
    action: 'retry'
  })
]

export const fixture: Report = {
  version: 1,
  period: { from: `${day}00:00:00Z`, to: `${day}23:00:00Z`, seconds: 82_800 },
  messages: { ...noCounts, delivered: 196_269, deferred: 110, bounced: 2_004, expired: 10, complained: 3 },
  attempts: { ...noCounts, delivered: 196_269, deferred: 12_500, bounced: 2_004, expired: 10, complained: 3 },
  inboundRefused: 7_492,
  unsubscribed: 2,
  handedOn: 0,
  undated: 0,
  outside: 12,
  other: 0,
  lines: { total: 1_204_611, events: 218_278, ignored: 400_000, unread: 0, samples: [] },
  causes: causeRows,
  inbound: [
    {
      cause: 'relay-denied',
      detail: null,
      title: 'This server does not pass on mail for you',
      refused: 7_492,
      clients: 10_000,
      firstSeen: `${day}00:00:10Z`,
      lastSeen: `${day}22:50:00Z`,
      example: { ...causeRow({}).example, spans: [] }
    }
  ],
  templates: ['alpha', 'beta', 'gamma', 'delta', 'epsilon'].map((word, at) => ({
    id: word,
    text: `550 ${word} … not today`,
    count: 50 - at,
    firstSeen: `${day}10:00:00Z`,
    lastSeen: `${day}11:00:00Z`,
    example: `550 ${word} 1 not today`
  })),
  step: 3_600,
  series: Array.from({ length: steps }, (_, at) => ({
    start: new Date(Date.UTC(2026, 10, 25, at)).toISOString(),
    ...noCounts,
    delivered: 8_000 + at * 10,
    bounced: at === 9 ? 900 : 48,
    inboundRefused: 312
  })),
  groups: {
    provider: [
      {
        key: 'Gmail',
        messages: { ...noCounts, delivered: 100_000, bounced: 1_604 },
        attempts: { ...noCounts, delivered: 100_000, bounced: 1_604 },
        topCause: { cause: 'user-unknown', detail: null, title: 'The mailbox does not exist', messages: 1_204 }
      },
      {
        key: null,
        messages: { ...noCounts, delivered: 96_269, bounced: 400 },
        attempts: { ...noCounts, delivered: 96_269, bounced: 400 },
        topCause: null
      }
    ],
    'sender-ip': []
  },
  files: [{ file: '/var/log/mail.log', format: 'postfix', lines: 1_204_611, bytes: 200_000_000, problem: null }],
  limits: [],
  notes: []
}
