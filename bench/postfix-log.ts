import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { parseArgs } from 'node:util'
import { generateLog, type LogOptions } from './postfix-log-generate.ts'
import type { LogTruth } from './postfix-log-truth.ts'

/**
 * `node bench/postfix-log.ts --mb 200 [--deliveries N] [--seed 1] [--short-ids] [--iso] [--retry-after SECONDS] [--attempts N] --out FILE`: a log of Postfix, made up, and what a reader
 * must find in it, in FILE.truth.json. The same options make the same log. With `--out -` the log goes to standard output, the counts to
 * standard error.
 */
const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    mb: { type: 'string' },
    deliveries: { type: 'string' },
    seed: { type: 'string' },
    'short-ids': { type: 'boolean' },
    iso: { type: 'boolean' },
    'retry-after': { type: 'string' },
    attempts: { type: 'string' }
  }
})

const numberOf = (name: 'mb' | 'deliveries' | 'seed' | 'retry-after' | 'attempts'): number | undefined => {
  const text = values[name]
  if (text === undefined) return undefined
  const number = Number(text)
  if (text.trim() === '' || !Number.isFinite(number) || number < 0) throw new RangeError(`--${name} takes a number, not "${text}"`)
  return number
}

const options: LogOptions = {
  megabytes: numberOf('mb'),
  deliveries: numberOf('deliveries'),
  seed: numberOf('seed'),
  shortIds: values['short-ids'],
  isoTimes: values.iso,
  retryAfter: numberOf('retry-after'),
  attempts: numberOf('attempts')
}

const isClosedPipe = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'EPIPE'

const stream = async (): Promise<LogTruth | undefined> => {
  let last: LogTruth | undefined
  const blocks = function* (): Generator<Buffer> {
    for (const { bytes, truth } of generateLog(options)) {
      last = truth
      yield bytes
    }
  }
  try {
    await pipeline(Readable.from(blocks(), { objectMode: false, highWaterMark: 1 << 20 }), process.stdout)
  } catch (error) {
    // Whoever reads may have enough.
    if (!isClosedPipe(error)) throw error
  }
  return last
}

const write = (path: string): LogTruth | undefined => {
  const file = openSync(path, 'w')
  let last: LogTruth | undefined
  for (const { bytes, truth } of generateLog(options)) {
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
    last = truth
  }
  closeSync(file)
  return last
}

const { out } = values
if (out === undefined) throw new TypeError('--out FILE, or --out - for standard output')
const truth = out === '-' ? await stream() : write(out)
const told = `${JSON.stringify(truth, null, 2)}\n`
if (out === '-') process.stderr.write(told)
else writeFileSync(`${out}.truth.json`, told)
