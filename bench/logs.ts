import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * `npm run bench:logs`: how fast a Postfix log is read, joined, diagnosed and summed up, beside what counts its lines, what searches it and what
 * summarises it, in the same run on one core (`taskset -c 0` where there is one). `--size 200m,1g` (these where not given), `--size 10g` is
 * streamed from the generator, `--file LOG` a log of one's own; `--rounds N` (3): the best of them, since whatever else the machine does
 * only adds. The processor's own time is beside it: where others want the core as well, it is the truer figure.
 */
const optionAfter = (name: string): string | undefined =>
  process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : undefined
const rounds = Number(optionAfter('--rounds') ?? 3)
const own = optionAfter('--file')
/** Larger logs are streamed: they need not fit on the disk. */
const mostOnDisk = 2_000

const megabytesOf = (size: string): number => {
  const match = /^(\d+(?:\.\d+)?)([mg])$/i.exec(size.trim())
  if (match === null) throw new TypeError(`--size takes sizes such as 200m,1g, not "${size}"`)
  return Number(match[1]) * (match[2]?.toLowerCase() === 'g' ? 1_000 : 1)
}

const row = (name: string, figure: string, note = ''): void => console.log(`${name.padEnd(42)}${figure}  ${note}`.trimEnd())
const perSecond = (bytes: number, lines: number, time: number): string =>
  `${(bytes / time / 1_000).toFixed(0).padStart(6)} MB/s ${Math.round((lines / time) * 1_000)
    .toLocaleString('en')
    .padStart(11)} lines/s`

const isInstalled = (program: string): boolean => spawnSync('which', [program]).status === 0
const onOneCore: readonly string[] = isInstalled('taskset') ? ['taskset', '-c', '0'] : []

type Figures = { readonly time: number; readonly processor: number; readonly memory: number }
const isFigures = (value: unknown): value is Figures => typeof value === 'object' && value !== null && 'memory' in value

const best = (times: readonly number[]): number => Math.min(...times)

/** Another program over a file: milliseconds of the best round. */
const timeOf = (command: readonly string[]): number | undefined => {
  const [program = '', ...args] = [...onOneCore, ...command]
  const times: number[] = []
  for (let round = 0; round < rounds; round++) {
    const start = performance.now()
    // Not to /dev/null: grep knows it, and stops at the first line that it finds.
    const { status } = spawnSync(program, args, { stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 1e9 })
    if (status !== 0) return undefined
    times.push(performance.now() - start)
  }
  return best(times)
}

/** Figures of a process, at its end: written to descriptor 3, from within, since only the process itself knows them all. */
const telling = `
  import { writeSync } from 'node:fs'
  process.on('exit', () => {
    const { user, system } = process.cpuUsage()
    const time = performance.now()
    writeSync(3, JSON.stringify({ time, processor: (user + system) / 1_000, memory: process.resourceUsage().maxRSS * 1_024 }))
  })`
const distOf = (path: string): string => join(import.meta.dirname, '..', 'packages', path)
const readingLines = (path: string): string => `
  import { postfix } from ${JSON.stringify(distOf('core/dist/log.js'))}
  import { readLogLines } from ${JSON.stringify(distOf('sources/dist/index.js'))}
  const reader = postfix.open(() => undefined, { now: Date.now() })
  for await (const { lines } of readLogLines(${JSON.stringify(path)})) for (const line of lines) reader.line(line)
  reader.end()`
const whybounce = distOf('cli/bin/whybounce.mjs')
const argumentsOf = (what: 'report' | 'events' | 'lines', path: string): readonly string[] => {
  if (what === 'lines') return ['--input-type=module', '--eval', readingLines(path)]
  return [whybounce, what, ...(what === 'events' ? ['--summary'] : ['--json']), '--quiet', path]
}
const generator = join(import.meta.dirname, 'postfix-log.ts')

type Ran = { readonly figures: Figures; readonly output: string; readonly written: string }

/** Our own code over a file, or over what `source` gives, in a process of its own. */
const run = (what: 'report' | 'events' | 'lines', path: string, source?: readonly string[]): Promise<Ran> =>
  new Promise((resolve, reject) => {
    const [program = '', ...args] = [
      ...onOneCore,
      process.execPath,
      '--import',
      `data:text/javascript,${encodeURIComponent(telling)}`,
      ...argumentsOf(what, path)
    ]
    const feeding = source === undefined ? undefined : spawn(process.execPath, source, { stdio: ['ignore', 'pipe', 'pipe'] })
    const reading = spawn(program, args, { stdio: [feeding?.stdout ?? 'ignore', 'pipe', 'inherit', 'pipe'] })
    let output = ''
    let told = ''
    let written = ''
    reading.stdout?.on('data', (piece) => {
      output += String(piece)
    })
    reading.stdio[3]?.on('data', (piece) => {
      told += String(piece)
    })
    feeding?.stderr?.on('data', (piece) => {
      written += String(piece)
    })
    reading.on('error', reject)
    reading.on('close', () => {
      const figures: unknown = JSON.parse(told === '' ? 'null' : told)
      if (isFigures(figures)) resolve({ figures, output, written })
      else reject(new Error(`${what} told nothing: npx tsc -b`))
    })
  })

const inMegabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB of memory`
const ofProcessor = (bytes: number, { processor }: Figures): string => `${(bytes / processor / 1_000).toFixed(0)} MB/s of its own time`

type Truth = { readonly lines: number; readonly bytes: number; readonly sent: number; readonly deferred: number; readonly bounced: number }
type Told = { readonly attempts: { readonly delivered: number; readonly deferred: number; readonly bounced: number } }

/** Whether a report has the counts that the generator made. */
const compare = (output: string, truth: Truth | undefined): string => {
  if (truth === undefined) return ''
  const { attempts }: Told = JSON.parse(output)
  const same = attempts.delivered === truth.sent && attempts.deferred === truth.deferred && attempts.bounced === truth.bounced
  return same ? ', every count as made' : `, COUNTS DIFFER: ${JSON.stringify(attempts)}`
}

const measure = async (path: string, truth: Truth | undefined): Promise<void> => {
  const bytes = statSync(path).size
  // Reading it once also puts it into the system's cache.
  const counted = spawnSync('wc', ['-l', path], { encoding: 'utf8' }).stdout
  const lines = truth?.lines ?? Number.parseInt(counted, 10)
  console.log(`\n${(bytes / 1e6).toFixed(0)} MB, ${lines.toLocaleString('en')} lines`)
  const peers: readonly (readonly [string, readonly string[], string])[] = [
    ['wc -l', ['wc', '-l', path], 'counts lines'],
    ['grep -c status=', ['grep', '-c', 'status=', path], 'searches'],
    ['pflogsumm', ['pflogsumm', path], 'counts; no causes']
  ]
  for (const [name, command, note] of peers) {
    const time = isInstalled(command[0] ?? '') ? timeOf(command) : undefined
    row(name, time === undefined ? '' : perSecond(bytes, lines, time), time === undefined ? 'not installed' : note)
  }
  for (const [name, what] of [
    ['ours: report, the whole command', 'report'],
    ['ours: events --summary', 'events'],
    ['ours: the reader of lines alone', 'lines']
  ] as const) {
    const all: Ran[] = []
    for (let round = 0; round < rounds; round++) all.push(await run(what, path))
    const [first] = all.sort((one, other) => one.figures.time - other.figures.time)
    if (first === undefined) continue
    const { figures, output } = first
    const checked = what === 'report' ? compare(output, truth) : ''
    row(name, perSecond(bytes, lines, figures.time), `${ofProcessor(bytes, figures)}, ${inMegabytes(figures.memory)}${checked}`)
  }
}

const stream = async (megabytes: number): Promise<void> => {
  const { figures, output, written } = await run('report', '-', [generator, '--mb', String(megabytes), '--out', '-'])
  const truth: Truth = JSON.parse(written)
  console.log(
    `\n${(truth.bytes / 1e6).toFixed(0)} MB, ${truth.lines.toLocaleString('en')} lines, through standard input from the generator`
  )
  row(
    'ours: report -',
    perSecond(truth.bytes, truth.lines, figures.time),
    `${ofProcessor(truth.bytes, figures)}, ${inMegabytes(figures.memory)}${compare(output, truth)}`
  )
}

console.log(`one core of ${cpus()[0]?.model ?? 'an unknown processor'}, Node ${process.versions.node}, the best of ${rounds} rounds`)
if (own !== undefined) await measure(own, undefined)
else {
  const folder = mkdtempSync(join(tmpdir(), 'whybounce-bench-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  for (const size of (optionAfter('--size') ?? '200m,1g').split(',')) {
    const megabytes = megabytesOf(size)
    if (megabytes > mostOnDisk) {
      await stream(megabytes)
      continue
    }
    const path = join(folder, 'mail.log')
    spawnSync(process.execPath, [generator, '--mb', String(megabytes), '--out', path], { stdio: ['ignore', 'ignore', 'inherit'] })
    const told = `${path}.truth.json`
    const truth: Truth | undefined = existsSync(told) ? JSON.parse(readFileSync(told, 'utf8')) : undefined
    await measure(path, truth)
    rmSync(path)
  }
}
