import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readFixtures } from '../tests/message-fixtures.ts'
import { mutate, seeded } from '../tests/mutations.ts'
import { brokenLaw } from '../tests/reading-laws.ts'
import { buildReader, corpora } from './bounce-accuracy.ts'

/**
 * `npm run fuzz [-- --seconds 60 --seed 1]`: damaged messages, made out of real ones, until the time is up. Stops at the first
 * that breaks a law or takes longer than a second, and keeps it in a file.
 */
const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '60' }, seed: { type: 'string', default: String(Date.now() % 1_000_000) } }
})
const seconds = Number(values.seconds)
const seed = Number(values.seed)
if (!(seconds > 0) || !Number.isInteger(seed)) throw new RangeError('--seconds takes a number above 0, --seed a whole number')

/** No message of a megabyte may take longer. */
const maxMilliseconds = 1_000

const folder = join(corpora, 'bounces', 'maildir', 'bsd')
const seeds = [
  ...readFixtures().map(({ bytes }) => bytes),
  ...(existsSync(folder) ? readdirSync(folder).map((name) => readFileSync(join(folder, name))) : [])
]
const read = buildReader()
const end = Date.now() + seconds * 1_000
let count = 0
let bytesRead = 0
let slowest = 0
const random = seeded(seed)

const keep = (bytes: Uint8Array, why: string): never => {
  const kept = join(import.meta.dirname, '..', 'node_modules', '.cache', `fuzz-${seed}-${count}.eml`)
  mkdirSync(join(kept, '..'), { recursive: true })
  writeFileSync(kept, bytes)
  console.error(`${why}: seed ${seed}, message ${count}, kept as ${kept}`)
  process.exit(1)
}

console.log(`${seeds.length} messages as seeds, seed ${seed}, ${seconds} s`)
while (Date.now() < end) {
  const bytes = mutate(random, seeds)
  const start = performance.now()
  try {
    const broken = brokenLaw(read(bytes))
    if (broken !== undefined) keep(bytes, broken)
  } catch (error) {
    keep(bytes, error instanceof Error ? (error.stack ?? error.message) : String(error))
  }
  const time = performance.now() - start
  if (time > slowest) slowest = time
  if (time > maxMilliseconds) keep(bytes, `took ${time.toFixed(0)} ms`)
  count++
  bytesRead += bytes.length
}
console.log(
  `${count.toLocaleString('en')} messages, ${(bytesRead / 1e6).toFixed(0)} MB, none broke a law; the slowest took ${slowest.toFixed(0)} ms, ${(process.memoryUsage.rss() / 1e6).toFixed(0)} MB resident`
)
