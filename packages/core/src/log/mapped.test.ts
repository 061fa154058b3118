import { expect, test } from 'vitest'
import type { LogEvent } from './log-reader.ts'
import { mappedFormat } from './mapped.ts'
import { isMapping, type Mapping, parseMapping } from './mapped-mapping.ts'

const mappingOf = (text: string): Mapping => {
  const parsed = parseMapping(text)
  if (!isMapping(parsed)) throw new Error(parsed.code)
  return parsed
}

const read = (mapping: string, lines: readonly string[], header: readonly string[] = []): { events: LogEvent[]; verdicts: string[] } => {
  const events: LogEvent[] = []
  const reader = mappedFormat(mappingOf(mapping)).open((event) => events.push(event), { now: 0, header, zone: 60 })
  const verdicts = lines.map(reader.line)
  reader.end()
  return { events, verdicts }
}

test('CSV by the names of its header, with labels', () => {
  const { events, verdicts } = read('recipient=rcpt,text=diag,time=ts,label.Campaign=job', [
    'ts,rcpt,diag,job',
    '2026-03-01 12:00:00,ann@example.com,"550 5.1.1 no, not here",spring'
  ])
  expect(verdicts).toEqual(['ignored', 'event'])
  expect(events).toEqual([
    {
      kind: 'failed',
      direction: 'outbound',
      outcome: 'failed',
      recipient: 'ann@example.com',
      time: '2026-03-01T11:00:00Z',
      replyCode: 550,
      status: '5.1.1',
      diagnosticCode: '550 5.1.1 no, not here',
      labels: { campaign: 'spring' }
    }
  ])
})

const kinds: readonly (readonly [string, string, string, Partial<LogEvent> | undefined])[] = [
  ['a reply of success', '250 OK,', 'event', { kind: 'delivered', outcome: 'delivered' }],
  ['a reply that is transient', '451 4.7.1 later,', 'event', { kind: 'delayed', outcome: 'pending' }],
  ['a status alone', 'mailbox full,5.2.2', 'event', { kind: 'failed', status: '5.2.2' }],
  ['a word', 'mailbox full,bounced', 'event', { kind: 'failed', outcome: 'failed' }],
  ['a word in two', 'mailbox full,Soft Bounce', 'event', { kind: 'delayed' }],
  ['a word that outweighs the code', '550 no,deferred', 'event', { kind: 'delayed', replyCode: 550 }],
  ['a reply code in the column of statuses', 'no such user,550', 'event', { kind: 'failed', replyCode: 550 }],
  ['an expiry', '451 later,expired', 'event', { kind: 'failed', outcome: 'expired' }],
  ['a complaint', ',spam_report', 'event', { kind: 'complaint' }],
  ['an open', ',opened', 'ignored', undefined],
  ['nothing that can be told', 'hello,', 'unread', undefined]
]

test.each(kinds)('kind by %s', (_name, row, verdict, event) => {
  const got = read('recipient=to,text=text,status=status', ['to,text,status', `ann@example.com,${row}`])
  expect(got.verdicts[1]).toBe(verdict)
  if (event === undefined) expect(got.events).toEqual([])
  else expect(got.events[0]).toMatchObject(event)
})

test('JSON lines by paths, through lists and names with dots', () => {
  const line = JSON.stringify({
    event: { to: [{ address: '<ann@example.com>' }] },
    'smtp.reply': '421 4.7.0 slow down',
    ts: 1757675281,
    ip: '192.0.2.1'
  })
  const { events } = read('recipient=event.to.0.address,text=smtp.reply,time=ts,localIp=ip', [line])
  expect(events[0]).toMatchObject({ kind: 'delayed', recipient: 'ann@example.com', time: '2025-09-12T11:08:01Z', localIp: '192.0.2.1' })
})

test('columns by number, without a header; other separators; a header that is passed', () => {
  expect(read('recipient=2,text=1', ['550 no,ann@example.com']).events[0]).toMatchObject({ recipient: 'ann@example.com', replyCode: 550 })
  expect(read('recipient=to,text=text', ['to;text', 'ann@example.com;550 no, never']).events[0]).toMatchObject({
    diagnosticCode: '550 no, never'
  })
  expect(read('recipient=to,text=text', ['ann@example.com\t550 no'], ['to\ttext']).events).toHaveLength(1)
})

test('a row without a recipient, and one of fewer columns, are unread', () => {
  expect(read('recipient=to,text=text', ['to,text', ',550 no', '550 no']).verdicts).toEqual(['ignored', 'unread', 'unread'])
})

test.each([
  ['recipient', 'no-column', 'recipient'],
  ['recipient=a,recipient=b', 'twice', 'recipient'],
  ['recipient=a,colour=b', 'unknown-field', 'colour'],
  ['text=a', 'no-recipient', 'recipient'],
  ['x'.repeat(5_000), 'too-long', '']
])('a mapping %s is refused', (text, code, field) => expect(parseMapping(text)).toEqual({ code, field }))

test('a header without the column that a mapping names for the recipient is unread, and shows what there is', () => {
  expect(read('recipient=address,text=text', ['to,text', 'a@example.com,550 no']).verdicts).toEqual(['unread', 'unread'])
})

test('an export of a spreadsheet: semicolons, its own times, words for what happened', () => {
  const { events } = read('recipient=Email,kind=Bounce Type,text=Reason,time=Date', [
    'Email;Bounce Type;Reason;Date',
    'ann@example.com;Hard;mailbox not found;24.11.2026 08:14',
    'bob@example.com;Soft;mailbox full;24.11.2026 08:15',
    'cid@example.com;Spam complaint;;24.11.2026'
  ])
  expect(events.map(({ kind, time }) => [kind, time])).toEqual([
    ['failed', '2026-11-24T07:14:00Z'],
    ['delayed', '2026-11-24T07:15:00Z'],
    ['complaint', '2026-11-23T23:00:00Z']
  ])
})
