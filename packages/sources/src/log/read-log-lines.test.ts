import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { firstLinesOf, readLogLines } from './read-log-lines.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'whybounce-log-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const write = (name: string, content: string | Buffer): string => {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}
const read = async (path: string): Promise<{ lines: string[]; problems: string[] }> => {
  const lines: string[] = []
  const problems: string[] = []
  for await (const batch of readLogLines(path)) {
    lines.push(...batch.lines)
    if (batch.problem !== undefined) problems.push(batch.problem)
  }
  return { lines, problems }
}
const many = Array.from({ length: 50_000 }, (_, index) => `line ${index} ${'ä'.repeat(index % 50)}`)
const text = `${many.join('\n')}\n`

for (const [name, content] of [
  ['plain', text],
  ['without an end', text.trimEnd()],
  ['with CR LF', text.replaceAll('\n', '\r\n')],
  ['with a byte-order mark', `\ufeff${text}`],
  ['gzip', gzipSync(text)],
  ['zstd', zstdCompressSync(text)]
] as const)
  test(`all lines of a log, ${name}`, async () => {
    const path = write(name, content)
    expect(await read(path)).toEqual({ lines: many, problems: [] })
    const first = await firstLinesOf(path)
    expect(first.slice(0, 50)).toEqual(many.slice(0, 50))
    expect(first.length).toBeLessThanOrEqual(100)
  })

test('a log that is cut off gives what there is, and says so', async () => {
  const whole = gzipSync(text)
  const { lines, problems } = await read(write('cut.gz', whole.subarray(0, whole.length - 2_000)))
  expect(lines.length).toBeGreaterThan(100)
  expect(lines.length).toBeLessThan(many.length + 1)
  expect(problems).toHaveLength(1)
})

test('a line without end is cut, and the next one is read', async () => {
  const { lines } = await read(write('long', `${'x'.repeat(5_000_000)}\nnext\n`))
  expect(lines.map(({ length }) => length)).toEqual([1_048_576, 4])
})

test('what is not there is a problem, and what is no text has no lines to tell it by', async () => {
  const { lines, problems } = await read(join(folder, 'nowhere'))
  expect(lines).toEqual([])
  expect(problems[0]).toContain('no such file')
  expect(await firstLinesOf(join(folder, 'nowhere'))).toEqual([])
  expect(await firstLinesOf(write('binary', Buffer.from([1, 0, 2, 10, 3])))).toEqual([])
  expect((await read(write('empty', ''))).lines).toEqual([])
})
