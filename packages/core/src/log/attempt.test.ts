import { expect, test } from 'vitest'
import type { EventKind } from '../event/delivery-event.ts'
import { attemptEvent, bareAddress, clientName, hostName, labelsOf, type Told } from './attempt.ts'
import type { LogEvent } from './log-reader.ts'

const table: readonly (readonly [string, EventKind, Told, Partial<LogEvent>])[] = [
  [
    'codes are read off the head of the text',
    'failed',
    { diagnosticCode: 'smtp; 550-5.1.1  no\n such user' },
    { replyCode: 550, status: '5.1.1', diagnosticCode: '550-5.1.1 no such user', outcome: 'failed' }
  ],
  [
    'codes that are told win over the text',
    'failed',
    { diagnosticCode: '550 5.1.1 x', replyCode: 552, status: '5.2.2' },
    { replyCode: 552, status: '5.2.2' }
  ],
  ['a failure over a transient reply is an expiry', 'failed', { diagnosticCode: '451 4.7.1 later' }, { outcome: 'expired' }],
  ['5.4.7 is one too', 'failed', { status: '5.4.7' }, { outcome: 'expired' }],
  [
    'what was refused from others never expires',
    'failed',
    { direction: 'inbound', diagnosticCode: '451 4.7.1 later' },
    { direction: 'inbound', outcome: 'failed' }
  ],
  ['the sender loses SRS', 'delivered', { sender: '<SRS0=abcd=xy=example.net=bob@example.org>' }, { sender: 'bob@example.net' }],
  ['a complaint has no outcome', 'complaint', { recipient: '<ann@example.com>' }, { kind: 'complaint', recipient: 'ann@example.com' }]
]

test.each(table)('%s', (_name, kind, told, event) => expect(attemptEvent(kind, told)).toMatchObject(event))

test('what is empty is absent', () => {
  expect(attemptEvent('delivered', { recipient: '', sender: '<>', diagnosticCode: ' ', host: undefined, expired: true })).toEqual({
    kind: 'delivered',
    direction: 'outbound',
    outcome: 'delivered'
  })
})

test('names, addresses and labels', () => {
  expect([
    bareAddress(' <a@b> '),
    bareAddress('<>'),
    hostName('dns; mx.example.com. (192.0.2.1)'),
    hostName(' '),
    clientName('h', '192.0.2.1'),
    clientName('', '')
  ]).toEqual(['a@b', undefined, 'mx.example.com', undefined, 'h [192.0.2.1]', undefined])
  expect(
    labelsOf([
      ['A', ' x '],
      ['__proto__', 'y'],
      ['b', ' ']
    ])
  ).toEqual(JSON.parse('{"a":"x","__proto__":"y"}'))
  expect(Object.keys(labelsOf(Array.from({ length: 500 }, (_, index) => [`n${index}`, 'x'] as const)) ?? {})).toHaveLength(40)
})
