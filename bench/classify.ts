import { brotliCompressSync, gzipSync } from 'node:zlib'
import { buildRuleMatcher, noContext } from '../packages/core/dist/diagnose/rules.js'
import { defaultExplainer, table } from '../packages/core/dist/index.js'
import { reference } from '../packages/core/dist/reference.js'
import { makeTexts } from './texts.ts'

/**
 * `npm run bench`: how fast distinct reply texts are classified, beside a loop over regular expressions made of the same
 * phrases, and beside the floor (reading each text once), in the same run on one core.
 * `--count N` texts (a million where not given).
 */
const at = process.argv.indexOf('--count')
const count = at < 0 ? 1_000_000 : Number(process.argv[at + 1])

const milliseconds = (work: () => void): number => {
  const start = performance.now()
  work()
  return performance.now() - start
}
const rate = (texts: number, time: number): string =>
  `${Math.round((texts / time) * 1_000)
    .toLocaleString('en')
    .padStart(11)} /s`
const row = (name: string, figure: string, note = ''): void => console.log(`${name.padEnd(44)}${figure}  ${note}`)

const json = JSON.stringify(table)
const load = milliseconds(() => void JSON.parse(json))
let matcher = buildRuleMatcher(table)
const build = milliseconds(() => {
  matcher = buildRuleMatcher(table)
})

const ofReplies = table.rules.filter((rule) =>
  ['provider', 'mta', 'filter', 'esp', 'blocklist', 'general'].includes(table.origins[rule.origin]?.kind ?? '')
)
const examples = ofReplies.map((rule) => reference.examples[rule.id] ?? '').filter((example) => /^\s*[245]\d\d/.test(example))
const texts = makeTexts(examples, count)
const letters = texts.reduce((sum, text) => sum + text.length, 0)

const phrases = table.rules.reduce((sum, rule) => sum + (rule.says?.length ?? 0), 0)
console.log(
  `${table.rules.length} rules, ${phrases} phrases; ${count.toLocaleString('en')} distinct texts of ${(letters / count).toFixed(0)} characters, one core, Node ${process.versions.node}\n`
)

// Once through for the compiler, then measured.
const warm = texts.slice(0, 50_000)
let sink = 0
for (const text of warm) sink += matcher.match(text, 0, text.length, noContext).rule

const readOnce = (list: readonly string[]): number => {
  let sum = 0
  for (const text of list) for (let index = 0; index < text.length; index++) sum += text.charCodeAt(index)
  return sum
}
sink += readOnce(warm)
const floor = milliseconds(() => {
  sink += readOnce(texts)
})
row('floor: read each text once', rate(count, floor))

let matched = 0
const own = milliseconds(() => {
  for (const text of texts) if (matcher.match(text, 0, text.length, noContext).rule >= 0) matched++
})
row(
  'classify: codes, phrases, rule',
  rate(count, own),
  `${((own / floor) * 1).toFixed(1)} × the floor, ${((matched / count) * 100).toFixed(1)} % matched`
)

let slowest = 0
for (const text of texts) {
  const start = performance.now()
  sink += matcher.match(text, 0, text.length, noContext).rule
  const time = performance.now() - start
  if (time > slowest) slowest = time
}
row('slowest single text', `${slowest.toFixed(3).padStart(11)} ms`, 'with whatever else the machine did')

const { diagnoseLine, diagnoser } = defaultExplainer()
const some = texts.slice(0, Math.min(count, 200_000))
for (const text of some.slice(0, 20_000)) sink += diagnoseLine(text).cause.length
const lines = milliseconds(() => {
  for (const text of some) sink += diagnoseLine(text).cause.length
})
row('diagnose a line (as --lines does)', rate(some.length, lines))
for (const text of some.slice(0, 5_000)) sink += diagnoser.diagnose(text).cause.length
const full = milliseconds(() => {
  for (const text of some) sink += diagnoser.diagnose(text).cause.length
})
row('diagnose in full, with facts', rate(some.length, full))

const expressions = table.rules
  .flatMap((rule) => rule.says ?? [])
  .map((phrase) => {
    const parts = phrase.split('…').map((part) =>
      part
        .trim()
        .replace(/\*/g, '')
        .split(/\s+/)
        .map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
        .join('\\s+')
    )
    return new RegExp(parts.join('.{0,100}?'), 'is')
  })
const few = texts.slice(0, 400)
for (const text of few.slice(0, 20)) for (const expression of expressions) if (expression.test(text)) sink++
const peer = milliseconds(() => {
  for (const text of few) for (const expression of expressions) if (expression.test(text)) sink++
})
row('peer: a loop over the same phrases as RegExp', rate(few.length, peer), `measured on ${few.length} texts`)

console.log()
const { bytes, anchors, fullestAnchor } = matcher.finder.size
row('load the table (JSON.parse)', `${load.toFixed(1).padStart(11)} ms`)
row('build the matcher', `${build.toFixed(1).padStart(11)} ms`, `${anchors} anchors, at most ${fullestAnchor} phrases on one`)
row('matcher in memory', `${(bytes / 1024).toFixed(0).padStart(11)} kB`)
row(
  'table as JSON',
  `${(json.length / 1024).toFixed(0).padStart(11)} kB`,
  `gzip ${(gzipSync(json, { level: 9 }).length / 1024).toFixed(0)} kB, brotli ${(brotliCompressSync(json).length / 1024).toFixed(0)} kB`
)

// A hostile reply: the phrases of the fullest anchor, each broken off before its end, over and over.
console.log('\nhostile text against the fullest anchor')
const bait = matcher.finder.fullest.map((phrase) => phrase.split(/\s+/).slice(0, -1).join(' ')).join(' ')
for (const size of [1_000, 10_000, 100_000, 1_000_000]) {
  const hostile = `550 ${bait.repeat(Math.ceil(size / bait.length))}`.slice(0, size)
  const rounds = Math.max(1, Math.round(3_000_000 / size))
  const time = milliseconds(() => {
    for (let round = 0; round < rounds; round++) sink += matcher.match(hostile, 0, hostile.length, noContext).rule
  })
  row(
    `  ${(size / 1_000).toLocaleString('en')} kB`,
    `${((time / rounds) * 1_000).toFixed(1).padStart(11)} µs`,
    `${(((time / rounds) * 1e6) / size).toFixed(1)} ns a character`
  )
}
if (sink === -1) console.log()
