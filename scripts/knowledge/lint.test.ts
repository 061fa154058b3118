import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readLint } from './lint.ts'
import type { Problem } from './read.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'whybounce-knowledge-'))
  cpSync(join(import.meta.dirname, '..', '..', 'knowledge', 'lint'), join(root, 'lint'), { recursive: true })
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const problems = (): string[] => {
  const found: Problem[] = []
  readLint(root, found)
  return found.map(({ file, message }) => `${file.slice(root.length + 6)}: ${message}`)
}
const change = (name: string, from: string | RegExp, to: string): void => {
  const path = join(root, 'lint', name)
  const text = readFileSync(path, 'utf8')
  expect(text.search(from)).toBeGreaterThanOrEqual(0)
  writeFileSync(path, text.replace(from, to))
}

test('the files are read: limits from the smallest on, tags from the longest on', () => {
  const { limits, tags, lists } = readLint(root, [])
  expect(problems()).toEqual([])
  expect(limits.map(({ bytes }) => bytes)).toEqual(limits.map(({ bytes }) => bytes).sort((one, other) => one - other))
  expect(tags[0]?.tag.length).toBeGreaterThan(tags[tags.length - 1]?.tag.length ?? 0)
  expect(tags.every(({ tag }) => tag === tag.toLowerCase() && !/\s/.test(tag))).toBe(true)
  expect(lists.every(({ extensions }) => new Set(extensions).size === extensions.length)).toBe(true)
})

test.each<[string, string | RegExp, string, string]>([
  ['sizes.toml', /source {3}= .*/, '', 'source'],
  ['sizes.toml', /bytes {4}= \d+/, 'bytes = -1', 'bytes'],
  ['attachments.toml', /does {7}= "refuses"/, 'does = "dislikes"', 'does'],
  ['attachments.toml', '"exe"', '".exe"', 'extensions'],
  ['tags.toml', '[unsubscribe]', '[unsubscribing]', 'unsubscribe'],
  ['shorteners.toml', '"bit.ly"', '"https://bit.ly/"', 'domains']
])('%s with %s changed is a problem', (name, from, to, says) => {
  change(name, from, to)
  expect(problems().join('\n')).toMatch(new RegExp(`^${name}: .*${says}`, 'm'))
})

test('a file that nothing reads is a problem', () => {
  writeFileSync(join(root, 'lint', 'typo.toml'), 'x = 1\n')
  expect(problems()).toEqual(['typo.toml: nothing reads this file'])
})
