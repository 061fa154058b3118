import { writeSync } from 'node:fs'
import { postfix } from '../packages/core/dist/log.js'
import { readLogLines } from '../packages/sources/dist/index.js'

/**
 * `node bench/logs-child.ts report|events|lines PATH`: what `bench/logs.ts` measures in a process of its own. Writes its figures to descriptor 3:
 * milliseconds of work, milliseconds of the processor and bytes of memory of the whole process.
 */
const [, , what = 'report', path = '-'] = process.argv
const start = performance.now()

process.on('exit', () => {
  const { user, system } = process.cpuUsage()
  const figures = { time: performance.now() - start, processor: (user + system) / 1_000, memory: process.resourceUsage().maxRSS * 1_024 }
  writeSync(3, JSON.stringify(figures))
})

if (what === 'lines') {
  let events = 0
  const reader = postfix.open(() => events++, { now: Date.now() })
  for await (const { lines } of readLogLines(path)) for (const line of lines) reader.line(line)
  reader.end()
  process.stdout.write(`${JSON.stringify({ events })}\n`)
} else {
  const { run } = await import('../packages/cli/dist/main.js')
  await run([what, ...(what === 'events' ? ['--summary', '--quiet'] : ['--json', '--quiet']), path])
}
