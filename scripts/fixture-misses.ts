import { differencesOf, readFixtures } from '../tests/message-fixtures.ts'
import { buildReader } from './bounce-accuracy.ts'

/** `node scripts/fixture-misses.ts [FAMILY]`: the messages of tests/messages that are read differently from what stands beside them. */
const read = buildReader()
const fixtures = readFixtures().filter(({ name }) => name.startsWith(process.argv[2] ?? ''))
let right = 0
for (const { name, bytes, events } of fixtures) {
  const reading = read(bytes)
  const found = reading.unreadable === undefined ? differencesOf(events, reading.events) : [reading.unreadable]
  if (found.length === 0) right++
  else
    console.log(
      `${name}\n${found.map((line) => `    ${line}`).join('\n')}\n    « ${reading.events.map(({ diagnosticCode }) => diagnosticCode?.slice(0, 160)).join(' | ')}`
    )
}
console.log(`${right} of ${fixtures.length} messages as expected`)
