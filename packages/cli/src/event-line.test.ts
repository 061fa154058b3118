import { type DeliveryEvent, diagnose } from '@whybounce/core'
import { expect, test } from 'vitest'
import { eventLine } from './event-line.ts'
import { columnsOf, type Terminal } from './terminal.ts'

const event: DeliveryEvent = {
  kind: 'failed',
  direction: 'outbound',
  recipient: `${'somebody.with.a.long.name'.repeat(3)}@example.com`,
  replyCode: 550,
  status: '5.7.1',
  diagnosticCode: `550 5.7.1 Sie dürfen dieser Gruppe nicht schreiben ${'邮件被拒绝'.repeat(40)}`,
  diagnosis: { ...diagnose('550 5.1.1 User unknown'), cause: 'recipient-refused', detail: 'sender-not-allowed' }
}

const terminal = (fullWidth: number): Terminal => ({ width: 80, fullWidth, isTerminal: true, paint: (_, text) => text })

test.each([24, 30, 40, 59, 60, 72, 80, 99, 100, 109, 110, 130, 200])('no line is wider than a terminal of %i columns', (columns) => {
  for (const each of [event, { ...event, kind: 'address-changed' } as const, { ...event, recipient: '收件人@例子.中国' }]) {
    const line = eventLine(terminal(columns), 'box', 0, each)
    expect(columnsOf(line)).toBeLessThanOrEqual(columns)
    expect(columnsOf(line)).toBeGreaterThan(columns - (columns < 60 && each.recipient !== event.recipient ? 20 : 3))
  }
})

test('80 columns show kind, cause, recipient and words, and 50 leave the words out', () => {
  const short = {
    ...event,
    recipient: 'u@example.com',
    diagnosticCode: '550 5.1.1 User unknown',
    diagnosis: diagnose('550 5.1.1 User unknown')
  }
  expect(eventLine(terminal(80), 'box', 0, short)).toMatch(/^failed {6}user-unknown +u@example\.com +550 5\.1\.1/)
  expect(eventLine(terminal(50), 'box', 0, short)).toMatch(/^failed {6}user-unknown +u@example\.com$/)
})

test('elsewhere all is there, whole, parted by tabs', () =>
  expect(eventLine({ ...terminal(40), isTerminal: false }, 'box', 7, event).split('\t')).toEqual([
    'failed',
    'recipient-refused/sender-not-allowed',
    'list-owner',
    event.recipient,
    '550 5.7.1',
    'box:7',
    event.diagnosticCode
  ]))
