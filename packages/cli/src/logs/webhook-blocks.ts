import type { LogBlock } from './log-input.ts'

/**
 * Passes blocks of JSON on, and says at their end where a document is not finished: the reader of lines, which held its beginning, cannot
 * tell any more. Counts brackets outside of strings, as RFC 8259 has them; a plain loop over bytes, since a payload is one line.
 */
export async function* withUnfinished(blocks: AsyncIterable<LogBlock>): AsyncGenerator<LogBlock, void, void> {
  let depth = 0
  let inString = false
  let escaped = false
  let problem: string | undefined
  for await (const block of blocks) {
    problem = block.problem ?? problem
    for (const byte of block.bytes) {
      // A string has no line feed: it broke off there, and what follows is another document.
      if (byte === 0x0a && inString) {
        inString = false
        depth = 0
      } else if (escaped) escaped = false
      else if (inString) {
        if (byte === 0x5c) escaped = true
        else if (byte === 0x22) inString = false
      } else if (byte === 0x22) inString = depth > 0
      else if (byte === 0x7b || byte === 0x5b) depth++
      else if ((byte === 0x7d || byte === 0x5d) && depth > 0) depth--
    }
    if (block.problem === undefined) yield block
    else if (block.bytes.length > 0) yield { bytes: block.bytes }
  }
  const unfinished = depth > 0 || inString ? 'The last payload is cut off, and was not read.' : undefined
  if (problem !== undefined || unfinished !== undefined)
    yield { bytes: new Uint8Array(0), problem: [problem, unfinished].filter((text) => text !== undefined).join(' ') }
}
