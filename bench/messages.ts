import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import PostalMime from 'postal-mime'
import { readMessage } from '../packages/core/dist/index.js'
import { hostile, largeMails, readCorpus, writeFolder, writeMaildir, writeMbox } from './message-corpus.ts'
import { measurePeer, peers, runForJson } from './message-peers.ts'

/**
 * `npm run bench:messages`: how fast whole messages are read, from memory and from disk, beside the floor (their bytes read once), a MIME
 * parser alone and other readers of bounces, in the same run on one core. `--seconds N` for each row (5), `--count N` messages on disk
 * (50,000), `--only PART` (memory, disk, peers, large, hostile).
 */
const optionAfter = (name: string): string | undefined =>
  process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : undefined
const seconds = Number(optionAfter('--seconds') ?? 5)
const count = Number(optionAfter('--count') ?? 50_000)
const only = optionAfter('--only')
const wants = (part: string): boolean => only === undefined || only === part

const { from, mails } = readCorpus()
const bytes = mails.reduce((sum, mail) => sum + mail.bytes.length, 0)

const row = (name: string, figure: string, note = ''): void => console.log(`${name.padEnd(44)}${figure}  ${note}`.trimEnd())
const perSecond = (messages: number, size: number, time: number): string =>
  `${Math.round((messages / time) * 1_000)
    .toLocaleString('en')
    .padStart(11)} /s ${(size / time / 1_000).toFixed(1).padStart(8)} MB/s`
const inMilliseconds = (time: number): string => `${time.toFixed(time < 10 ? 2 : 0).padStart(11)} ms`
/** The middle of the rounds: what else the machine did for a while does not count. */
const middle = (times: readonly number[]): number => [...times].sort((a, b) => a - b)[times.length >> 1] ?? Number.NaN

/** Rounds over the corpus for so many seconds, after one that warms up. */
const rounds = async (work: () => void | Promise<void>): Promise<number[]> => {
  await work()
  const times: number[] = []
  const end = performance.now() + seconds * 1_000
  do {
    const start = performance.now()
    await work()
    times.push(performance.now() - start)
  } while (performance.now() < end)
  return times
}
const milliseconds = async (work: () => unknown, times: number): Promise<number> => {
  const all: number[] = []
  for (let index = 0; index < times; index++) {
    const start = performance.now()
    await work()
    all.push(performance.now() - start)
  }
  return middle(all)
}

console.log(
  `${mails.length} messages of ${(bytes / mails.length / 1_000).toFixed(1)} kB (${from}), one core, Node ${process.versions.node}, the middle of the rounds in ${seconds} s\n`
)
let sink = 0

const readOnce = (mail: Uint8Array): number => {
  let sum = 0
  for (let index = 0; index < mail.length; index++) sum += mail[index] ?? 0
  return sum
}
const splitHeaders = (mail: Buffer): number => {
  const text = mail.toString('latin1')
  const end = text.search(/\r?\n\r?\n/)
  return text.slice(0, end < 0 ? text.length : end).split(/\r?\n(?![ \t])/).length
}

if (wants('memory')) {
  const floor = middle(
    await rounds(() => {
      for (const mail of mails) sink += readOnce(mail.bytes)
    })
  )
  row('floor: each byte once', perSecond(mails.length, bytes, floor))
  const headers = middle(
    await rounds(() => {
      for (const mail of mails) sink += splitHeaders(mail.bytes)
    })
  )
  row('floor: as latin1, headers split', perSecond(mails.length, bytes, headers))
}
if (wants('memory') || wants('peers')) {
  const own = middle(
    await rounds(() => {
      for (const mail of mails) sink += readMessage(mail.bytes).events.length
    })
  )
  const readings = mails.map((mail) => readMessage(mail.bytes).events)
  const named = readings.filter((events) => events.some(({ recipient }) => recipient !== undefined)).length
  const isFailure = ({ kind, recipient }: { kind: string; recipient?: string }): boolean =>
    (kind === 'failed' || kind === 'delayed') && recipient !== undefined
  const failed = readings.filter((events) => events.some(isFailure)).length
  row('ours: readMessage', perSecond(mails.length, bytes, own), `a recipient in ${named}, in ${failed} as failed or delayed`)
}
if (wants('memory')) {
  const each = mails.map((): number[] => [])
  await rounds(() => {
    for (const [index, mail] of mails.entries()) {
      const start = performance.now()
      sink += readMessage(mail.bytes).events.length
      each[index]?.push(performance.now() - start)
    }
  })
  const all = each.flat().sort((a, b) => a - b)
  const at = (share: number): string => inMilliseconds(all[Math.floor((all.length - 1) * share)] ?? Number.NaN).trim()
  row('  one message', ` p50 ${at(0.5)}, p99 ${at(0.99)}, slowest ${at(1)}`, 'with whatever else the machine did')
  const [slowest] = mails.map(({ name }, index) => ({ name, time: middle(each[index] ?? []) })).sort((a, b) => b.time - a.time)
  row('  the slowest message, the middle of its times', inMilliseconds(slowest?.time ?? Number.NaN), slowest?.name)
}

if (wants('memory') || wants('peers')) {
  const parse = async (options: { forceRfc822Attachments?: boolean }): Promise<string> => {
    const times = await rounds(async () => {
      for (const mail of mails) sink += (await PostalMime.parse(mail.bytes, options)).headers.length
    })
    return perSecond(mails.length, bytes, middle(times))
  }
  row('postal-mime alone', await parse({}), 'MIME only, no diagnosis')
  row('postal-mime, returned messages left whole', await parse({ forceRfc822Attachments: true }), 'forceRfc822Attachments')
}

const temporary = mkdtempSync(join(tmpdir(), 'whybounce-bench-'))
process.on('exit', () => rmSync(temporary, { recursive: true, force: true }))

if (wants('peers')) {
  const whole = writeFolder(
    join(temporary, 'messages'),
    mails.map((mail) => mail.bytes)
  )
  const texts = await Promise.all(mails.map(async (mail) => (await PostalMime.parse(mail.bytes)).text ?? ''))
  const words = writeFolder(join(temporary, 'texts'), texts)
  for (const peer of peers) {
    const figures = measurePeer(peer, peer.takesText === true ? words : whole, seconds)
    if (figures === undefined) row(peer.name, '', `not installed: ${peer.install}`)
    else {
      const threw = figures.failed === 0 ? '' : `, threw at ${figures.failed}`
      const told = `a recipient in ${figures.found}${threw}; ${figures.on}, ${peer.note}`
      row(peer.name, perSecond(mails.length, bytes, middle(figures.rounds)), told)
    }
  }
}

type DiskFigures = {
  readonly messages: number
  readonly bytes: number
  readonly problems: number
  readonly time: number
  readonly memory: number
}
const isDiskFigures = (value: unknown): value is DiskFigures => typeof value === 'object' && value !== null && 'memory' in value

if (wants('disk')) {
  console.log(`\nfrom disk (in the system's cache), ${count.toLocaleString('en')} messages, a new process each`)
  const script = join(import.meta.dirname, 'message-sources.ts')
  const alone = runForJson([process.execPath, script, writeMbox(join(temporary, 'one'), mails, 1), 'read'])
  if (isDiskFigures(alone)) row('  one message: what the process needs at least', '', `${Math.round(alone.memory / 1e6)} MB of memory`)
  for (const [name, write] of [
    ['Maildir', writeMaildir],
    ['mbox', writeMbox]
  ] as const) {
    const path = write(join(temporary, name), mails, count)
    for (const [what, args] of [
      ['readSources alone', []],
      ['readSources, readMessage', ['read']]
    ] as const) {
      const figures = runForJson([process.execPath, script, path, ...args])
      if (!isDiskFigures(figures)) row(`  ${name}: ${what}`, '', 'not built: npx tsc -b packages/sources')
      else {
        const { messages, problems, time, memory } = figures
        const missed = messages === count && problems === 0 ? '' : `; ${messages} messages, ${problems} problems`
        row(`  ${name}: ${what}`, perSecond(messages, figures.bytes, time), `at most ${Math.round(memory / 1e6)} MB of memory${missed}`)
      }
    }
    rmSync(path, { recursive: true })
  }
}

if (wants('large')) {
  console.log('\nlarge messages'.padEnd(45) + 'ours'.padStart(14) + 'postal-mime'.padStart(14))
  for (const { name, bytes: large } of largeMails()) {
    const own = await milliseconds(() => readMessage(large), 7)
    const peer = await milliseconds(() => PostalMime.parse(large), 3)
    row(`  ${name}, ${(large.length / 1e6).toFixed(1)} MB`, `${inMilliseconds(own)}${inMilliseconds(peer)}`)
  }
}

if (wants('hostile')) {
  console.log('\nhostile messages'.padEnd(45) + ['10 kB', '100 kB', '1 MB', '10 MB'].map((size) => size.padStart(14)).join(''))
  for (const [name, make] of Object.entries(hostile)) {
    const times: number[] = []
    for (const size of [10_000, 100_000, 1_000_000, 10_000_000]) {
      const mail = Buffer.from(make(size), 'latin1')
      // Once more ten times as long would take minutes where time grows with the square.
      if ((times.at(-1) ?? 0) < 5_000) times.push(await milliseconds(() => readMessage(mail), size > 1_000_000 ? 3 : 5))
    }
    const { partial, events } = readMessage(Buffer.from(make(1_000_000), 'latin1'))
    const found = `${events.length} ${events.length === 1 ? 'event' : 'events'}${partial === undefined ? '' : ', in part'}`
    const [million = 0, tenMillion = Number.POSITIVE_INFINITY] = times.slice(2)
    // Some milliseconds are noise.
    const grows = tenMillion > 50 && tenMillion > 15 * million
    row(`  ${name}`, times.map(inMilliseconds).join(''), grows ? `NOT LINEAR; ${found}` : found)
  }
}
if (sink === -1) console.log()
