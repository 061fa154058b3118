import { adviseOn, defaultDiagnoser } from '../packages/core/src/index.ts'
import type { CauseRow, Counts, GroupRow, Report } from '../packages/core/src/report/report.ts'

/** A report as a busy day gives it, for tests of how reports are shown: 240,000 messages, made from a few texts and a fixed seed. */

const steps = 96
const day = Date.UTC(2026, 2, 2)
const at = (share: number): string => new Date(day + Math.min(0.9999, share) * 86_400_000).toISOString()

const openRandom = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 0x1_0000_0000
  }
}

const providers: readonly (readonly [id: string | null, name: string | null, domain: string])[] = [
  ['gmail', 'Gmail', 'gmail.example'],
  ['outlook', 'Outlook.com', 'outlook.example'],
  ['yahoo', 'Yahoo Mail', 'yahoo.example'],
  ['microsoft-365', 'Microsoft 365', 'company.example'],
  ['gmx', 'GMX and WEB.DE', 'gmx.example'],
  ['t-online', 'Telekom (t-online.de)', 't-online.example'],
  ['apple', 'Apple iCloud Mail', 'icloud.example'],
  ['orange', 'Orange', 'orange.example'],
  ['libero-it', 'Libero', 'libero.example'],
  ['mail-ru', 'Mail.ru', 'mail-ru.example'],
  [null, null, 'example.org']
]
const addresses = ['192.0.2.3', '192.0.2.4', '198.51.100.7'] as const

type Kind = {
  readonly text: string
  readonly messages: number
  readonly at: readonly number[]
  readonly lost: number
  readonly recovered: number
  /** From where to where of the day. */
  readonly when?: readonly [number, number]
  readonly isNew?: boolean
}

const kinds: readonly Kind[] = [
  {
    text: '550-5.7.26 This mail has been blocked because the sender is unauthenticated. 550-5.7.26 Gmail requires all senders to authenticate with either SPF or DKIM. 550-5.7.26 Authentication results: DKIM = did not pass, SPF [example.com] with ip: [198.51.100.7] = did not pass - gsmtp',
    messages: 3_912,
    at: [0],
    lost: 1,
    recovered: 0,
    when: [0.55, 1],
    isNew: true
  },
  {
    text: '550 5.1.1 <anna@example.org>: Recipient address rejected: User unknown in virtual mailbox table',
    messages: 2_860,
    at: [10, 4, 5, 7, 8, 9],
    lost: 1,
    recovered: 0
  },
  {
    text: "550-5.1.1 The email account that you tried to reach does not exist. Please try 550-5.1.1 double-checking the recipient's email address for typos or 550-5.1.1 unnecessary spaces. For more information, go to 550 5.1.1  https://support.google.com/mail/?p=NoSuchUser - gsmtp",
    messages: 1_450,
    at: [0],
    lost: 1,
    recovered: 0
  },
  {
    text: '421-4.7.28 Our system has detected an unusual rate of mail originating from your IP address. To protect our users, mail sent from your IP address has been temporarily rate limited. - gsmtp',
    messages: 2_204,
    at: [0],
    lost: 0.02,
    recovered: 0.9,
    when: [0.3, 0.5]
  },
  {
    text: '550 5.7.1 Service unavailable; Client host [192.0.2.4] blocked using Spamhaus. To request removal from this list see https://www.spamhaus.org/query/ip/192.0.2.4',
    messages: 610,
    at: [3, 1, 10],
    lost: 1,
    recovered: 0,
    when: [0.7, 1],
    isNew: true
  },
  {
    text: '421 4.7.0 [TSS04] Messages from 192.0.2.3 temporarily deferred due to unexpected volume or user complaints - 4.16.55.1; see https://postmaster.yahooinc.com/error-codes',
    messages: 1_322,
    at: [2],
    lost: 0.05,
    recovered: 0.8
  },
  {
    text: '552 5.2.2 The email account that you tried to reach is over quota and inactive.',
    messages: 240,
    at: [0],
    lost: 1,
    recovered: 0
  },
  {
    text: '450 4.2.0 <ben@example.org>: Recipient address rejected: Greylisted, see http://postgrey.schweikert.ch/help/example.org.html',
    messages: 4_120,
    at: [10, 8],
    lost: 0,
    recovered: 0.98
  },
  { text: '452 4.2.2 The recipient mailbox is full', messages: 890, at: [10, 1, 6, 8], lost: 0.1, recovered: 0.2 },
  { text: 'connect to mx.example.org[203.0.113.9]:25: Connection timed out', messages: 512, at: [10], lost: 0.02, recovered: 0.5 },
  {
    text: 'Host or domain name not found. Name service error for name=exmaple.org type=MX: Host not found',
    messages: 333,
    at: [10],
    lost: 1,
    recovered: 0
  },
  {
    text: '554 5.7.1 Message rejected due to content: it looks like spam',
    messages: 148,
    at: [10, 5],
    lost: 1,
    recovered: 0,
    when: [0.4, 0.6]
  },
  { text: '552 5.3.4 Message size exceeds fixed maximum message size', messages: 96, at: [10, 3], lost: 1, recovered: 0 },
  {
    text: '550 5.7.25 The IP address sending this message does not have a PTR record setup, or the corresponding forward DNS entry does not match the sending IP.',
    messages: 77,
    at: [0],
    lost: 1,
    recovered: 0
  },
  { text: '454 4.7.5 Certificate verification failed: certificate has expired', messages: 41, at: [10], lost: 0.3, recovered: 0.3 },
  { text: '550 Rejected for policy reasons, case 81', messages: 35, at: [10, 9], lost: 1, recovered: 0 }
]

const none: Counts = { delivered: 0, deferred: 0, bounced: 0, expired: 0, complained: 0, suppressed: 0 }

/** Over the day as people write mail: little at night, most in the morning. */
const tide = (step: number): number => 0.25 + Math.max(0, Math.sin(((step / steps - 0.2) * Math.PI) / 0.7)) ** 2

const seriesOf = (attempts: number, [from, to]: readonly [number, number], random: () => number): number[] => {
  const weights = Array.from({ length: steps }, (_, step) =>
    step >= from * steps && step < to * steps ? tide(step) * (0.6 + random() * 0.8) : 0
  )
  const sum = weights.reduce((all, weight) => all + weight, 0)
  return weights.map((weight) => Math.round((attempts * weight) / sum))
}

const spread = (rows: readonly CauseRow[], name: 'lost' | 'waiting' | 'attempts' | 'messages'): number =>
  rows.reduce((sum, row) => sum + row[name], 0)

export type FixtureOptions = {
  /** Domains in a division by domain. */
  readonly domains?: number
  /** Senders' addresses of ours. */
  readonly senders?: number
}

export const reportFixture = ({ domains = 0, senders = 3 }: FixtureOptions = {}): Report => {
  const random = openRandom(7)
  const diagnoser = defaultDiagnoser()
  const senderIps = Array.from({ length: senders }, (_, number) => addresses[number] ?? `203.0.113.${number}`)
  const causes = kinds.flatMap((kind, number) =>
    kind.at.flatMap((place, order) => {
      const [provider, providerName, domain] = providers[place] ?? [null, null, 'example.org']
      const diagnosis = diagnoser.diagnose(kind.text, provider === null ? {} : { provider })
      const { title, party, action, first, fixes } = adviseOn(diagnoser, diagnosis)
      return senderIps.slice(0, number === 0 ? 1 : senders).map((ip, sender): CauseRow => {
        const messages = Math.max(1, Math.round((kind.messages / 2 ** (order + sender + 1)) * (0.9 + random() * 0.2)))
        const lost = Math.round(messages * kind.lost)
        const recovered = Math.round((messages - lost) * kind.recovered)
        // Some of what was delivered later had been tried from another of our addresses before.
        const again = sender === 0 ? 0 : Math.round(recovered * 0.1)
        const attempts = kind.lost === 1 ? messages : Math.round(messages * (1.5 + random() * 3))
        const [from, to] = kind.when ?? [0, 1]
        const span = diagnosis.evidence[0]?.span
        return {
          cause: diagnosis.cause,
          detail: diagnosis.detail ?? null,
          title,
          provider,
          providerName,
          senderIp: number === 0 ? '198.51.100.7' : ip,
          service: null,
          messages,
          attempts,
          lost,
          waiting: messages - lost - recovered,
          recovered,
          once: { messages: messages - again, lost, waiting: messages - lost - recovered, recovered: recovered - again },
          permanence: diagnosis.permanence ?? null,
          action: diagnosis.action,
          party: diagnosis.party,
          partyTitle: party.title,
          fix: diagnosis.party === 'nobody' ? action.title : (first ?? fixes[0]?.steps[0] ?? action.title),
          needs: diagnosis.party === 'nobody' || (diagnosis.action === 'retry' && kind.lost < 0.05) ? 'nothing' : 'fix',
          firstSeen: at(from + random() * 0.02),
          lastSeen: at(to - random() * 0.02),
          isNew: kind.isNew === true,
          example: {
            text: kind.text,
            spans: span === undefined ? [] : [span],
            time: at((from + to) / 2 + random() * 0.01),
            recipient: `${['anna', 'ben', 'carla', 'dmitri'][sender] ?? 'emil'}@${domain}`,
            queueId: `4X${(random() * 2 ** 40).toString(36).toUpperCase().slice(0, 8)}`,
            file: 'mail.log',
            line: Math.floor(random() * 900_000)
          },
          rule: diagnosis.evidence[0]?.rule ?? null,
          domains: [
            { domain, messages: Math.ceil(messages * 0.8) },
            { domain: `mail.${domain}`, messages: Math.floor(messages * 0.2) }
          ],
          series: seriesOf(attempts, [from, to], random)
        }
      })
    })
  )
  causes.sort((a, b) => Number(a.needs === 'nothing') - Number(b.needs === 'nothing') || b.messages - a.messages)

  const total = 240_000
  const lost = spread(causes, 'lost')
  const waiting = spread(causes, 'waiting')
  const expired = Math.round(lost * 0.04)
  const delivered = total - lost - waiting - 31
  const messages: Counts = { ...none, delivered, deferred: waiting, bounced: lost - expired, expired, complained: 31 }
  const deferrals = spread(causes, 'attempts') - lost
  const attempts: Counts = { ...none, delivered, deferred: deferrals, bounced: lost - expired, expired, complained: 31 }
  const deliveries = seriesOf(delivered, [0, 1], random)

  const groupOf = (key: string | null, rows: readonly CauseRow[], part: number): GroupRow => {
    const top = [...rows].sort((a, b) => b.messages - a.messages)[0]
    const own = spread(rows, 'lost')
    return {
      key,
      messages: { ...none, delivered: Math.round(delivered * part), deferred: spread(rows, 'waiting'), bounced: own },
      attempts: { ...none, delivered: Math.round(delivered * part), deferred: spread(rows, 'attempts') - own, bounced: own },
      topCause: top === undefined ? null : { cause: top.cause, detail: top.detail, title: top.title, messages: top.messages }
    }
  }
  const parts = [0.34, 0.14, 0.09, 0.12, 0.05, 0.04, 0.05, 0.03, 0.02, 0.02, 0.1]
  return {
    version: 1,
    period: { from: at(0), to: at(0.99998), seconds: 86_398 },
    messages,
    attempts,
    inboundRefused: 8_412,
    unsubscribed: 12,
    handedOn: 1_204,
    other: 0,
    undated: 0,
    outside: 0,
    lines: {
      total: 1_930_211,
      events: 262_644,
      ignored: 1_667_560,
      unread: 7,
      samples: [
        { file: 'mail.log', line: 88_120, text: 'Mar  2 03:14:07 mail postfix/smtp[1123]: 4XabcD12: to=<anna@exam' },
        { file: 'mail.log', line: 91_004, text: 'Mar  2 03:20:11 mail postfix/smtp[1127]: 4XabcE19: status=sent' }
      ]
    },
    causes,
    inbound: [
      ['relay-denied', 'This server does not pass on mail for you', 5_120, 812, '554 5.7.1 <spam@example.net>: Relay access denied'],
      [
        'ip-blocklisted',
        'Your sending IP address is on a blocklist',
        2_904,
        1_430,
        '554 5.7.1 Service unavailable; Client host [203.0.113.77] blocked using zen.spamhaus.org'
      ],
      [
        'user-unknown',
        'The mailbox does not exist',
        388,
        96,
        '550 5.1.1 <nobody@example.com>: Recipient address rejected: User unknown in local recipient table'
      ]
    ].map(([cause, title, refused, clients, text]) => ({
      cause: String(cause),
      detail: null,
      title: String(title),
      refused: Number(refused),
      clients: Number(clients),
      firstSeen: at(0.001),
      lastSeen: at(0.998),
      example: { text: String(text), spans: [], time: at(0.4), recipient: null, queueId: null, file: 'mail.log', line: 4_711 }
    })),
    templates: [
      {
        id: 't1',
        text: '550 Rejected for policy reasons, case …',
        count: 35,
        firstSeen: at(0.1),
        lastSeen: at(0.9),
        example: '550 Rejected for policy reasons, case 81'
      },
      { id: 't2', text: '554 no thanks … (…)', count: 4, firstSeen: at(0.2), lastSeen: at(0.3), example: '554 no thanks 192.0.2.3 (x81)' }
    ],
    step: 900,
    series: Array.from({ length: steps }, (_, step) => {
      const failed = causes.reduce((sum, row) => sum + (row.lost === row.messages ? (row.series[step] ?? 0) : 0), 0)
      const tried = causes.reduce((sum, row) => sum + (row.lost === row.messages ? 0 : (row.series[step] ?? 0)), 0)
      return {
        start: at(step / steps),
        ...none,
        delivered: deliveries[step] ?? 0,
        deferred: tried,
        bounced: failed,
        expired: step % 16 === 5 ? 9 : 0,
        inboundRefused: 88
      }
    }),
    groups: {
      provider: providers.map(([id, name], number) =>
        groupOf(
          name,
          causes.filter((row) => row.provider === id),
          parts[number] ?? 0
        )
      ),
      'sender-ip': senderIps.map((ip, number) =>
        groupOf(
          ip,
          causes.filter((row) => row.senderIp === ip),
          1 / 2 ** (number + 1)
        )
      ),
      ...(domains === 0
        ? {}
        : {
            domain: Array.from({ length: domains }, (_, number) =>
              groupOf(`d${number}.example`, causes.slice(number % 20, (number % 20) + 1), 1 / domains)
            )
          })
    },
    files: [
      { file: '/var/log/mail.log.1.gz', format: 'postfix', lines: 930_100, bytes: 24_100_221, problem: null },
      { file: '/var/log/mail.log', format: 'postfix', lines: 1_000_111, bytes: 221_804_020, problem: null }
    ],
    limits: [],
    notes: []
  }
}
