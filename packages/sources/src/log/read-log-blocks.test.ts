import { appendFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type LogBlock, readLogBlocks, unpackedBlocks } from './read-log-blocks.ts'
import { headOf, linesOf } from './read-log-lines.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'whybounce-blocks-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const gather = async (blocks: AsyncIterable<LogBlock>): Promise<{ bytes: Buffer; problem: string | undefined }> => {
  const parts: Buffer[] = []
  let problem: string | undefined
  for await (const block of blocks) {
    parts.push(Buffer.from(block.bytes))
    problem = block.problem
  }
  return { bytes: Buffer.concat(parts), problem }
}
const big = Buffer.from(Array.from({ length: 200_000 }, (_, index) => `line ${index} of many\n`).join(''))

test('a large file comes whole, though its blocks are written over', async () => {
  const path = join(folder, 'big')
  writeFileSync(path, big)
  const { bytes, problem } = await gather(readLogBlocks(path))
  expect(bytes.equals(big)).toBe(true)
  expect(problem).toBeUndefined()
})

for (const [name, content] of [
  ['of several gzips', Buffer.concat([gzipSync(big), gzipSync('more\n')])],
  ['of several zstd frames', Buffer.concat([zstdCompressSync(big), zstdCompressSync('more\n')])]
] as const)
  test(`a file ${name} comes whole`, async () => {
    expect((await gather(unpackedBlocks([content]))).bytes.equals(Buffer.concat([big, Buffer.from('more\n')]))).toBe(true)
  })

test('a file that grows is read as far as it is there, and one that shrinks is a problem', async () => {
  const path = join(folder, 'changing')
  writeFileSync(path, big)
  const growing: Buffer[] = []
  for await (const { bytes } of readLogBlocks(path)) {
    if (growing.length === 0) appendFileSync(path, 'more\n')
    growing.push(Buffer.from(bytes))
  }
  expect(Buffer.concat(growing).subarray(0, big.length).equals(big)).toBe(true)
  let problem: string | undefined
  let first = true
  for await (const block of readLogBlocks(path)) {
    if (first) truncateSync(path, 10)
    first = false
    problem = block.problem
  }
  expect(problem).toContain('it became shorter while it was read')
})

test('a folder, a part of a path that is a file, and a name that is too long are problems', async () => {
  expect((await gather(readLogBlocks(folder))).problem).toBe('It is a folder where a file was expected.')
  writeFileSync(join(folder, 'file'), 'x')
  expect((await gather(readLogBlocks(join(folder, 'file', 'x')))).problem).toBe('A part of its path is a file, not a folder.')
  expect((await gather(readLogBlocks(join(folder, 'x'.repeat(300))))).problem).toBe('Its name is longer than the system allows.')
})

test('who stops reading leaves nothing open', async () => {
  const path = join(folder, 'big')
  writeFileSync(path, big)
  for (let round = 0; round < 50; round++) for await (const _block of readLogBlocks(path)) break
  const { bytes } = await gather(readLogBlocks(path))
  expect(bytes.length).toBe(big.length)
})

test('a line without an end is cut and counted, however long it is', async () => {
  const block = new Uint8Array(1_048_576).fill(0x78)
  const endless = async function* (): AsyncGenerator<LogBlock> {
    for (let round = 0; round < 300; round++) yield { bytes: block }
    yield { bytes: Buffer.from('\nnext\n') }
  }
  const lengths: number[] = []
  let cut = 0
  for await (const batch of linesOf(endless())) {
    lengths.push(...batch.lines.map(({ length }) => length))
    cut = batch.cut
  }
  expect(lengths).toEqual([1_048_576, 4])
  expect(cut).toBe(1)
  expect((await headOf(endless())).lines[0]?.length).toBe(4 * 1_048_576)
})

test('lines do not depend on how the pieces are cut, nor do those that are too long', async () => {
  const words = fc.array(fc.constantFrom('a', 'ä', '€', '\r', '\n', 'bcd', '\n\n', 'x'.repeat(30)), { maxLength: 40 })
  await fc.assert(
    fc.asyncProperty(words, fc.integer({ min: 1, max: 50 }), async (parts, size) => {
      const whole = Buffer.from(parts.join(''))
      const pieces = async function* (): AsyncGenerator<LogBlock> {
        const piece = Buffer.alloc(size)
        for (let at = 0; at < whole.length; at += size) {
          const length = whole.copy(piece, 0, at)
          yield { bytes: piece.subarray(0, length) }
        }
      }
      const lines: string[] = []
      for await (const batch of linesOf(pieces())) lines.push(...batch.lines)
      const expected = whole
        .toString('utf8')
        .split('\n')
        .map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line))
      if (parts.length === 0 || whole.at(-1) === 0x0a) expected.pop()
      expect(lines).toEqual(expected)
    })
  )
})

test('of a packed file that is damaged, what stands before the damage is read', async () => {
  const random = Buffer.from(Array.from({ length: 20_000 }, (_, at) => `line ${at} ${(at * 2_654_435_761) % 4_294_967_296}\n`).join(''))
  const packed = gzipSync(random)
  const middle = Math.floor(packed.length / 2)
  packed.fill(0xff, middle, middle + 64)
  const { bytes, problem } = await gather(unpackedBlocks([packed]))
  expect(problem).toContain('damaged or cut off')
  expect(bytes.subarray(0, random.length / 4).equals(random.subarray(0, random.length / 4))).toBe(true)
})

test('a small packed file with something else behind it gives nearly all that it holds', async () => {
  const { bytes, problem } = await gather(
    unpackedBlocks([Buffer.concat([gzipSync(big.subarray(0, 100_000)), Buffer.from('something else')])])
  )
  expect(problem).toContain('damaged or cut off')
  expect(bytes.length).toBeGreaterThan(50_000)
})
