import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openList } from './open-list.ts'
import { openSplitWriter, type SplitFile } from './split-writer.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'whybounce-split-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const split = async (
  content: string,
  name: string,
  keys: readonly string[],
  columns: readonly string[] = ['v']
): Promise<readonly SplitFile[]> => {
  const list = await openList(Readable.from([Buffer.from(content)]))
  const writer = openSplitWriter(join(folder, name), list.info, { columns })
  for await (const rows of list.rows()) {
    for (const row of rows)
      writer.write(
        keys[row.number - 1] ?? '',
        row,
        columns.map(() => keys[row.number - 1] ?? '')
      )
    await writer.drain()
  }
  return writer.end()
}

const contents = (): Record<string, string> =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]))

test('each file has the header and its own rows, the last of the list with a line end where another follows', async () => {
  const files = await split('email,n\na@x.com,1\nb@x.com,2\nc@x.com,3', 'list.csv', ['deliverable', 'unknown', 'deliverable'])
  expect(files.map(({ key, rows }) => [key, rows])).toEqual([
    ['deliverable', 2],
    ['unknown', 1]
  ])
  expect(contents()).toEqual({
    'list.deliverable.csv': 'email,n,v\na@x.com,1,deliverable\nc@x.com,3,deliverable',
    'list.unknown.csv': 'email,n,v\nb@x.com,2,unknown\n'
  })
})

test('addresses that stood on one line stand on lines of their own', async () => {
  await split('a@x.com, b@x.com, c@x.com\n', 'list.txt', ['risky', 'unknown', 'risky'], [])
  expect(contents()).toEqual({ 'list.risky.txt': 'a@x.com\nc@x.com\n', 'list.unknown.txt': 'b@x.com\n' })
})

test.each([
  ['list', 'list.risky'],
  ['list.v2.csv', 'list.v2.risky.csv'],
  ['.csv', '.csv.risky']
])('%s becomes %s', async (name, expected) => {
  await split('a@x.com,1\n', name, ['risky'])
  expect(readdirSync(folder)).toEqual([expected])
})

test('a key that is no word names no file', async () => {
  for (const key of ['', '../x', 'a/b', 'A b']) await expect(split('a@x.com,1\n', 'list.csv', [key])).rejects.toThrow(TypeError)
})

test('given up, nothing stays', async () => {
  const list = await openList(Readable.from([Buffer.from('a@x.com,1\n')]))
  const writer = openSplitWriter(join(folder, 'list.csv'), list.info, { columns: [] })
  for await (const rows of list.rows()) for (const row of rows) writer.write('risky', row, [])
  await writer.discard()
  expect(readdirSync(folder)).toEqual([])
})
