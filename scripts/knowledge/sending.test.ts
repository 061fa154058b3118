import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { table } from '../../packages/core/src/knowledge/table.generated.ts'
import type { Problem } from './read.ts'
import { readSending } from './sending.ts'

const knowledge = join(import.meta.dirname, '..', '..', 'knowledge')
const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** Problems of the real files with one text in one of them exchanged. */
const problemsWith = (file: string, old: string, changed: string): Problem[] => {
  const root = mkdtempSync(join(tmpdir(), 'whybounce-sending-'))
  folders.push(root)
  cpSync(join(knowledge, 'sending'), join(root, 'sending'), { recursive: true })
  const path = join(root, 'sending', file)
  const text = readFileSync(path, 'utf8')
  expect(text).toContain(old)
  writeFileSync(path, text.replace(old, changed))
  const problems: Problem[] = []
  readSending(root, table.origins, problems)
  return problems
}

test('the files that are there are right, and every number has its source', () => {
  const problems: Problem[] = []
  const { limits, senders, curves, defaults } = readSending(knowledge, table.origins, problems)
  expect(problems).toEqual([])
  expect(Math.min(limits.length, senders.length, curves.length, defaults.length)).toBeGreaterThan(3)
  expect(curves.filter(({ own }) => own).map(({ id }) => id)).toEqual(['steady'])
})

test.each([
  ['providers.toml', 'provider = "gmail"', 'provider = "gmial"', 'there is no providers/gmial.toml'],
  ['providers.toml', 'counts-as = "yahoo"', 'counts-as = "yaho"', 'there is no providers/yaho.toml'],
  ['providers.toml', 'provider = "orange"', 'provider = "laposte"', 'laposte stands here twice'],
  ['providers.toml', 'connections = 25', 'conections = 25', 'conections'],
  ['providers.toml', 'per-hour = 1000', 'per-hour = 0', 'perHour|per-hour'],
  ['senders.toml', 'per-day  = 2000', 'per-day  = "many"', 'per-day'],
  ['warm-up.toml', '200, 500, 1000', '200, 500, 100', 'a warm-up never falls'],
  ['warm-up.toml', 'growth   = 1.4', 'growth   = 0.4', 'growth'],
  ['defaults.toml', 'value = 2000', 'value = 0.5', 'value']
])('%s with %s as %s is told with its line', (file, old, changed, words) => {
  const [problem] = problemsWith(file, old, changed)
  expect(problem?.message).toMatch(new RegExp(words))
  expect(problem?.line).toBeGreaterThan(1)
  expect(problem?.file.endsWith(file)).toBe(true)
})

test.each([
  ['providers.toml', /^source .*$/m],
  ['senders.toml', /^source .*$/m],
  ['warm-up.toml', /^source .*$/m],
  ['defaults.toml', /^why .*$/m]
])('a number in %s without its reason fails the build', (file, line) => {
  const text = readFileSync(join(knowledge, 'sending', file), 'utf8')
  expect(problemsWith(file, line.exec(text)?.[0] ?? '?', '')).toHaveLength(1)
})
