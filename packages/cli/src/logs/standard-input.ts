import { standardInput, unpackedBlocks } from '@whybounce/sources'
import type { LogBlock } from './log-input.ts'
import { type NotRecognised, type Recognised, recogniseInput } from './recognise-log.ts'

/** So much of standard input is looked at, or 100 lines, or what there is: a program that writes a line a minute must not be waited for. */
const lookBytes = 65_536
const lookLines = 100

export type LookedInto = {
  readonly told: Recognised | NotRecognised
  /** As a log: unpacked, as its formats read it. */
  readonly blocks: () => AsyncGenerator<LogBlock, void, void>
  /** All of it as it comes. Either this or `blocks`, once. */
  readonly pieces: AsyncGenerator<Buffer, void, void>
}

/** What comes in by standard input, which can be read once only. */
export const lookIntoStandardInput = async (): Promise<LookedInto> => {
  const rest = standardInput()
  const head: Buffer[] = []
  let bytes = 0
  let lines = 0
  while (bytes < lookBytes && lines < lookLines) {
    const next = await rest.next()
    if (next.done === true) break
    head.push(next.value)
    bytes += next.value.length
    for (const byte of next.value) if (byte === 0x0a) lines++
  }
  const pieces = all(head, rest)
  let isLooking = true
  const told = await recogniseInput(() => unpackedBlocks(isLooking ? [...head] : pieces), false)
  isLooking = false
  return { told, pieces, blocks: told.formats === undefined ? () => unpackedBlocks(pieces) : told.blocks }
}

async function* all(head: readonly Buffer[], rest: AsyncGenerator<Buffer, void, void>): AsyncGenerator<Buffer, void, void> {
  yield* head
  yield* rest
}
