import type { LogBlock } from './read-log-blocks.ts'

/**
 * The bytes of a text log, of what is no text freed:
 * - a hole of NULs is where a machine lost its power, or where a log was emptied under a writer that went on at its old place (logrotate's
 *   copytruncate): it ends a line, so that the one behind it is read for itself;
 * - a NUL by itself is half of a letter in UTF-16, which Windows' PowerShell writes where output is sent into a file
 *   (https://learn.microsoft.com/en-us/powershell/module/microsoft.powershell.core/about/about_character_encoding): what is ASCII in it is read;
 * - a byte-order mark at the front is left out.
 * Blocks without any of these, which are nearly all, pass as they are.
 */
export async function* plainBlocks(blocks: AsyncIterable<LogBlock>): AsyncGenerator<LogBlock, void, void> {
  let isFirst = true
  let run = 0
  let last = lineFeed
  for await (const block of blocks) {
    const { bytes: whole, problem } = block
    const bytes = isFirst ? withoutMark(whole) : whole
    if (whole.length > 0) isFirst = false
    if (run === 0 && !Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(0)) {
      last = bytes.at(-1) ?? last
      yield bytes === whole ? block : { bytes, ...(problem === undefined ? {} : { problem }) }
      continue
    }
    // A line feed may take the place of a run that began in the block before.
    const kept = new Uint8Array(bytes.length + 1)
    let length = 0
    for (const byte of bytes) {
      if (byte === 0) {
        run++
        continue
      }
      if (run > 1 && last !== lineFeed) kept[length++] = lineFeed
      run = 0
      last = byte
      kept[length++] = byte
    }
    yield { bytes: kept.subarray(0, length), ...(problem === undefined ? {} : { problem }) }
  }
}

const lineFeed = 0x0a

/** UTF-8, UTF-16 little and big end first (Unicode §23.8). */
const marks: readonly (readonly number[])[] = [
  [0xef, 0xbb, 0xbf],
  [0xff, 0xfe],
  [0xfe, 0xff]
]

const withoutMark = (bytes: Uint8Array): Uint8Array => {
  const mark = marks.find((each) => each.every((byte, at) => bytes[at] === byte))
  return mark === undefined ? bytes : bytes.subarray(mark.length)
}
