import fc from 'fast-check'
import { expect, test } from 'vitest'
import { plainBlocks } from './plain-blocks.ts'
import type { LogBlock } from './read-log-blocks.ts'

const plain = async (pieces: readonly Uint8Array[], problem?: string): Promise<{ text: string; problem: string | undefined }> => {
  const blocks = async function* (): AsyncGenerator<LogBlock> {
    for (const [at, bytes] of pieces.entries()) yield at === pieces.length - 1 && problem !== undefined ? { bytes, problem } : { bytes }
  }
  const parts: Buffer[] = []
  let told: string | undefined
  for await (const block of plainBlocks(blocks())) {
    parts.push(Buffer.from(block.bytes))
    told = block.problem
  }
  return { text: Buffer.concat(parts).toString('utf8'), problem: told }
}
const hole = '\0'.repeat(4_096)

for (const [name, text, expected] of [
  ['a hole between lines is no line', `one\n${hole}two\n`, 'one\ntwo\n'],
  ['a hole at the front is no line', `${hole}one\n`, 'one\n'],
  ['a hole in a line ends it', `one\nbroken${hole}two\n`, 'one\nbroken\ntwo\n'],
  ['a hole at the end is nothing', `one\n${hole}`, 'one\n'],
  ['UTF-16 is read as far as it is ASCII', Buffer.from('\ufeffone\r\ntwo\r\n', 'utf16le').toString('latin1'), 'one\r\ntwo\r\n'],
  ['so it is with the big end first', Buffer.from('\ufeffone\n', 'utf16le').swap16().toString('latin1'), 'one\n'],
  ['a byte-order mark is left out', '\u00ef\u00bb\u00bfone\n', 'one\n']
] as const)
  test(`${name}, in whatever pieces it comes`, async () => {
    const bytes = Buffer.from(text, 'latin1')
    expect((await plain([bytes], 'cut off')).problem).toBe('cut off')
    for (const size of [7, 100, 4_096, bytes.length]) {
      const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) => bytes.subarray(at * size, (at + 1) * size))
      expect((await plain(pieces)).text).toBe(expected)
    }
  })

test('what has no NUL passes as it is', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ min: 1, minLength: 4, max: 0xee })), async (pieces) => {
      const whole = Buffer.concat(pieces)
      expect((await plain(pieces)).text).toBe(whole.toString('utf8'))
    })
  )
})
