import { expect, test } from 'vitest'
import { readMessage } from '../packages/core/dist/index.js'
import { differencesOf, readFixtures } from './message-fixtures.ts'

/** Messages of servers, providers and people, each beside what must be read out of it; tests/messages/README.md says where they come from. */
const fixtures = readFixtures()

test('there are messages', () => expect(fixtures.length).toBeGreaterThan(200))

test.each(fixtures.map((fixture) => [fixture.name, fixture] as const))('%s', (_, { bytes, events }) => {
  const reading = readMessage(bytes)
  expect(reading.unreadable).toBeUndefined()
  expect(differencesOf(events, reading.events)).toEqual([])
})
