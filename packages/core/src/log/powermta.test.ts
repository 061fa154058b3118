import { expect, test } from 'vitest'
import type { LogEvent } from './log-reader.ts'
import { powermta } from './powermta.ts'

const header =
  'type,timeLogged,timeQueued,orig,rcpt,orcpt,dsnAction,dsnStatus,dsnDiag,dsnMta,bounceCat,srcType,srcMta,dlvType,dlvSourceIp,dlvDestinationIp,dlvSize,vmta,jobId,header_Subject'

const read = (lines: readonly string[], head: readonly string[] = []): { events: LogEvent[]; verdicts: string[] } => {
  const events: LogEvent[] = []
  const reader = powermta.open((event) => events.push(event), { now: 0, header: head })
  const verdicts = lines.map(reader.line)
  reader.end()
  return { events, verdicts }
}

const bounce =
  'b,2026-03-01 12:00:10+0000,2026-03-01 12:00:00+0000,bounce@example.net,ann@example.com,,failed,5.1.1 (bad destination mailbox address),"smtp;550 5.1.1 <ann@example.com>, no such user",mx.example.com (198.51.100.7),bad-mailbox,api,app1,smtp,192.0.2.10,198.51.100.7,2048,vmta1,job-7,"Hello, you"'

test('a bounce has codes, hosts, addresses, delay and labels', () => {
  const { events, verdicts } = read([header, bounce])
  expect(verdicts).toEqual(['ignored', 'event'])
  expect(events).toEqual([
    {
      kind: 'failed',
      direction: 'outbound',
      outcome: 'failed',
      recipient: 'ann@example.com',
      sender: 'bounce@example.net',
      subject: 'Hello, you',
      time: '2026-03-01T12:00:10Z',
      status: '5.1.1',
      replyCode: 550,
      diagnosticCode: '550 5.1.1 <ann@example.com>, no such user',
      remoteMta: 'mx.example.com',
      localIp: '192.0.2.10',
      client: 'app1',
      size: 2048,
      delay: 10,
      program: 'pmta',
      labels: { jobid: 'job-7', vmta: 'vmta1', bouncecat: 'bad-mailbox', srctype: 'api', dlvtype: 'smtp', subject: 'Hello, you' }
    }
  ])
})

const types: readonly (readonly [string, string, Partial<LogEvent> | undefined])[] = [
  [
    'd,1178807903,,a@example.net,b@example.com,,relayed,2.0.0 (success),smtp;250 2.0.0 OK',
    'event',
    { kind: 'delivered', outcome: 'delivered', time: '2007-05-10T14:38:23Z', replyCode: 250 }
  ],
  [
    't,1178807903,,a@example.net,b@example.com,,delayed,4.7.0,"smtp;421 4.7.0 slow down"',
    'event',
    { kind: 'delayed', outcome: 'pending', status: '4.7.0' }
  ],
  [
    'b,1178807903,,a@example.net,b@example.com,,failed,4.4.7 (delivery time expired),,,message-expired',
    'event',
    { kind: 'failed', outcome: 'expired' }
  ],
  [
    'rb,1178807903,,a@example.net,b@example.com,,failed,5.2.2 (mailbox full),smtp;552 full',
    'event',
    { kind: 'failed', outcome: 'failed', replyCode: 552 }
  ],
  ['rs,1178807903,,a@example.net,b@example.com,,delayed,4.2.2,', 'event', { kind: 'delayed' }],
  ['f,1178807903,,a@example.net,b@example.com', 'event', { kind: 'complaint', feedbackType: 'abuse' }],
  ['r,1178807903,,a@example.net,b@example.com', 'part', undefined],
  ['tq,1178807903,,,,,,,,', 'part', undefined],
  ['zz,1178807903,,a@example.net,b@example.com', 'unread', undefined],
  ['rs,1178807903,,a@example.net,b@example.com,,whatever', 'unread', undefined]
]

test.each(types)('%s', (line, verdict, event) => {
  const got = read([header, line])
  expect(got.verdicts[1]).toBe(verdict)
  if (event === undefined) expect(got.events).toEqual([])
  else expect(got.events[0]).toMatchObject(event)
})

test('a header in the middle changes the columns, and one that is passed serves a piece without', () => {
  const other = 'type,timeLogged,rcpt,dsnStatus'
  const got = read([header, bounce, other, 'b,1178807903,eve@example.com,5.2.1'])
  expect(got.events[1]).toMatchObject({ recipient: 'eve@example.com', status: '5.2.1' })
  expect(read(['b,1178807903,eve@example.com,5.2.1'], [other]).events).toHaveLength(1)
  expect(read(['b,1178807903,eve@example.com,5.2.1']).verdicts).toEqual(['unread'])
})

test('a text with a line end in it is one record, and a quote that never ends costs one', () => {
  const [first, second] = [bounce.replace('no such user', 'no such'), 'd,1178807903,,a@example.net,b@example.com,,,,,,,,,,,,,,,']
  const inTwo = first.split('no such')
  const joined = read([header, `${inTwo[0]}no such`, `user${inTwo[1]}`, second])
  expect(joined.verdicts).toEqual(['ignored', 'part', 'event', 'event'])
  expect(joined.events[0]?.diagnosticCode).toBe('550 5.1.1 <ann@example.com>, no such user')
  const broken = read([header, 'b,1178807903,,"a@example.net', second, second])
  expect(broken.verdicts).toEqual(['ignored', 'part', 'unread', 'event'])
  expect(broken.events).toHaveLength(2)
})

test('a log is recognised by its header', () => {
  expect(powermta.recognise([header, bounce])).toBe(1)
  expect(powermta.recognise(['type,name,age', 'a,b,c'])).toBe(0)
})
