import { createReadStream } from 'node:fs'
import { standardInput, tellContent, unpackedBlocks } from '@whybounce/sources'
import { isMail } from './find-in-folder.ts'
import type { LogBlock } from './log-input.ts'
import { type NotRecognised, type Recognised, recogniseInput } from './recognise-log.ts'

type Most = { readonly bytes: number; readonly lines: number }
/** So much is looked at, or what there is. */
const firstLook: Most = { bytes: 65_536, lines: 100 }
/** A log may begin with a day of other programs: where it is no mail, so far is looked, as in a file. */
const secondLook: Most = { bytes: 8 * 1_048_576, lines: 20_000 }

/** What tells mail from other text. */
const headBytes = 4_096

export type LookedInto = {
  readonly told: Recognised | NotRecognised
  /** As a log: unpacked, as its formats read it. */
  readonly blocks: () => AsyncGenerator<LogBlock, void, void>
  /** All of it as it comes. Either this or `blocks`, once. */
  readonly pieces: AsyncGenerator<Buffer, void, void>
}

/** What comes in by standard input (`-`), or by a pipe with a name (`<(zcat mail.log.2.gz)`): both can be read once only. Rejects where it cannot be read. */
export const lookIntoPipe = async (path: string): Promise<LookedInto> => {
  const rest = path === '-' ? standardInput() : pipePieces(path)
  const head: Buffer[] = []
  let bytes = 0
  let lines = 0
  const read = async (most: Most): Promise<void> => {
    while (bytes < most.bytes && lines < most.lines) {
      const next = await rest.next()
      if (next.done === true) break
      head.push(next.value)
      bytes += next.value.length
      for (const byte of next.value) if (byte === 0x0a) lines++
    }
  }
  const pieces = all(head, rest)
  let isLooking = true
  const stored = (): AsyncGenerator<LogBlock, void, void> => unpackedBlocks(isLooking ? [...head] : pieces)
  await read(firstLook)
  let told = await recogniseInput(stored, false)
  const first = Buffer.concat(head)
  if (told.formats === undefined && first.length > 0 && !isMail({ kind: tellContent(first), head: first.subarray(0, headBytes) })) {
    await read(secondLook)
    told = await recogniseInput(stored, true)
  }
  isLooking = false
  return { told, pieces, blocks: told.formats === undefined ? () => unpackedBlocks(pieces) : told.blocks }
}

async function* pipePieces(path: string): AsyncGenerator<Buffer, void, void> {
  for await (const piece of createReadStream(path)) yield Buffer.isBuffer(piece) ? piece : Buffer.from(String(piece))
}

async function* all(head: readonly Buffer[], rest: AsyncGenerator<Buffer, void, void>): AsyncGenerator<Buffer, void, void> {
  yield* head
  yield* rest
}
