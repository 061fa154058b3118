import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkAddress } from '../packages/core/dist/address.js'
import { type EventFields, type NewEntry, openSuppressions } from '../packages/store/dist/index.js'
import { openHasher } from '../packages/store/dist/mailbox-hash.js'

/**
 * `node bench/suppressions.ts [--entries N] [--checks N]`: how fast a suppression list is filled and asked, on one core, with the floors
 * under it: the syntax check and the keyed hash of the same addresses. Goals: 200,000 checks and 50,000 imported rows a second.
 */
const optionAfter = (name: string, otherwise: number): number =>
  process.argv.includes(name) ? Number(process.argv[process.argv.indexOf(name) + 1]) : otherwise
const entries = optionAfter('--entries', 1_000_000)
const checks = optionAfter('--checks', 1_000_000)
/** As the command line has it. */
const batchSize = 20_000

const folder = mkdtempSync(join(tmpdir(), 'whybounce-bench-'))
const file = join(folder, 'suppressions.sqlite')

const row = (name: string, count: number, work: () => void): void => {
  const start = performance.now()
  work()
  const time = performance.now() - start
  console.log(
    `${name.padEnd(52)}${Math.round((count / time) * 1_000)
      .toLocaleString('en')
      .padStart(11)} /s`
  )
}

/** Addresses of a list: half of them known where `step` is 2. */
const addressOf = (index: number): string => `person.${index.toString(36)}@list${index % 997}.example.com`
const batches = function* <T>(count: number, of: (index: number) => T): Generator<T[]> {
  for (let at = 0; at < count; at += batchSize) yield Array.from({ length: Math.min(batchSize, count - at) }, (_, index) => of(at + index))
}

try {
  console.log(`${entries.toLocaleString('en')} entries, ${checks.toLocaleString('en')} checks, one core, Node ${process.versions.node}\n`)
  const hash = openHasher(Buffer.alloc(32, 7))
  row('floor: syntax of the address', checks, () => {
    for (let index = 0; index < checks; index++) checkAddress(addressOf(index))
  })
  row('floor: HMAC-SHA-256 of the address', checks, () => {
    for (let index = 0; index < checks; index++) hash.bytes(addressOf(index))
  })
  const store = openSuppressions(file)
  const date = '2026-05-01T00:00:00Z'
  const entryOf = (index: number): NewEntry => ({
    address: addressOf(index * 2),
    reason: 'hard-bounce',
    detail: 'user-unknown',
    evidence: '550 5.1.1 User unknown',
    file: 'list.csv',
    offset: index,
    date
  })
  const work = store.openImport('bench')
  row('import, new entries', entries, () => {
    for (const batch of batches(entries, entryOf)) work.add(batch)
  })
  row('import again, nothing new', entries, () => {
    for (const batch of batches(entries, entryOf)) work.add(batch)
  })
  const events = Math.round(entries / 4)
  row('import, delivery events', events, () => {
    const eventOf = (index: number): EventFields => ({
      kind: 'failed',
      outcome: 'failed',
      recipient: addressOf(index * 2 + 1),
      cause: 'mailbox-full',
      action: 'retry',
      diagnosticCode: '552 5.2.2 full',
      time: date
    })
    for (const batch of batches(events, eventOf)) work.addEvents(batch)
  })
  work.finish()
  const ask = (of: (index: number) => string) => (): void => {
    let suppressed = 0
    for (const batch of batches(checks, of)) suppressed += store.check(batch).filter(({ verdict }) => verdict === 'suppressed').length
    if (suppressed > checks) throw new Error('more answers than questions')
  }
  row(
    'check, nobody suppressed',
    checks,
    ask((index) => addressOf(2 * entries + index * 2 + 1))
  )
  row(
    'check, one in ten suppressed',
    checks,
    ask((index) => (index % 10 === 0 ? addressOf((index % entries) * 2) : addressOf(index * 2 + 1)))
  )
  row(
    'check, all suppressed',
    checks,
    ask((index) => addressOf((index % entries) * 2))
  )
  row('export', entries, () => {
    for (const _ of store.export());
  })
  store.close()
  console.log(
    `\n${Math.round(statSync(file).size / entries)} bytes an entry, ${Math.round(process.memoryUsage.rss() / 1_000_000)} MB resident`
  )
} finally {
  rmSync(folder, { recursive: true, force: true })
}
