import { expect, test } from 'vitest'
import type { DeliveryEvent, EventKind } from '../event/delivery-event.ts'
import { whatWasRead } from './what-was-read.ts'

const eventsOf = (...list: readonly (readonly [EventKind, string?])[]): readonly DeliveryEvent[] =>
  list.map(([kind, recipient]) => ({ kind, direction: 'outbound', ...(recipient === undefined ? {} : { recipient }) }))

test.each([
  [eventsOf(['failed', 'a@example.com']), 'A bounce message about 1 recipient'],
  [eventsOf(['failed', 'a@example.com'], ['failed', 'b@example.com']), 'A bounce message about 2 recipients'],
  [eventsOf(['failed', 'a@example.com'], ['failed', 'A@example.com']), 'A bounce message about 1 recipient'],
  [eventsOf(['failed']), 'A bounce message that names no recipient'],
  [eventsOf(['relayed', 'a@example.com'], ['failed', 'b@example.com']), 'A bounce message about 2 recipients: 1 failed, 1 relayed'],
  [eventsOf(['delayed', 'a@example.com']), 'A delay warning about 1 recipient'],
  [eventsOf(['delivered', 'a@example.com']), 'A delivery notice about 1 recipient'],
  [eventsOf(['complaint', 'a@example.com']), 'A complaint'],
  [eventsOf(['not-spam']), 'A feedback report'],
  [eventsOf(['auto-reply', 'a@example.com']), 'An automatic answer'],
  [eventsOf(['address-changed', 'a@example.com']), 'A change of address'],
  [eventsOf(['other']), 'This message is no bounce, no complaint and no automatic answer']
])('%j is %s', (events, read) => {
  expect(whatWasRead({ events, texts: [] })).toEqual({ read })
})

test('says why not all was read, and nothing about what is no message', () => {
  expect(whatWasRead({ events: eventsOf(['complaint']), texts: [], partial: 'It is too long.' })?.partial).toBe('It is too long.')
  expect(whatWasRead({ events: [], texts: [], unreadable: 'It is empty.' })).toBeUndefined()
})
