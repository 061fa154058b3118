import { setFlagsFromString } from 'node:v8'
import { openByteEntries, openMixed, openPostfixBytes, postfix } from '@whybounce/core/log'
import type { Tally } from '@whybounce/core/report'
import { openLineCounts } from './line-counts.ts'
import type { LogInput } from './log-input.ts'
import type { Read } from './read-lines.ts'
import type { TallyInputOptions } from './tally-input.ts'

/** Lines of other programs whose numbers are remembered, for when it turns out what they are. */
const maxNumbers = 65_536

/** What is known of the messages of a log that has several files. */
export type BytesMemory = ReturnType<typeof openByteEntries>
export const openBytesMemory = (): BytesMemory => openByteEntries(undefined, openDecoder())

/** Reads UTF-8 out of the same few pieces of memory again and again: a Buffer over each is made once. */
const openDecoder = (): ((bytes: Uint8Array, from: number, to: number) => string) => {
  const buffers = new WeakMap<ArrayBufferLike, Buffer>()
  return (bytes, from, to) => {
    let buffer = buffers.get(bytes.buffer)
    if (buffer === undefined) {
      buffer = Buffer.from(bytes.buffer)
      buffers.set(bytes.buffer, buffer)
    }
    return buffer.toString('utf8', bytes.byteOffset + from, bytes.byteOffset + to)
  }
}

/**
 * What a log makes is garbage at once, and Node lets it lie until there is much of it: 327 MB for a report over 1 GB of log, and 191 with these,
 * for a sixth more time. Both are asked for each time that a generation would grow, so that they may be set late.
 */
const keepGarbageSmall = (): void => {
  setFlagsFromString('--semi-space-growth-factor=1')
  setFlagsFromString('--heap-growing-percent=20')
}

/** A log that is Postfix's first of all: its lines as bytes, those of other programs as lines, so that nothing is lost. */
export const tallyBytes = async (
  input: LogInput,
  tally: Tally,
  memory: BytesMemory,
  { now, zone, progress }: TallyInputOptions
): Promise<Read> => {
  keepGarbageSmall()
  const { file, only = false } = input
  const options = { now, ...(zone === undefined ? {} : { zone }) }
  const others = input.formats.filter((format) => format !== postfix)
  const lineCounts = openLineCounts()
  const { counts } = lineCounts
  // Half a megabyte, and a folder has thousands of files.
  let numbers: Float64Array | undefined
  let passed = 0
  let events = 0
  const rest = openMixed(
    others,
    (event) => {
      events++
      tally.event(event, file, lineCounts.current())
    },
    options,
    { only, reread: lineCounts.rereadBy((back) => (back < maxNumbers ? (numbers?.[(passed - back) % maxNumbers] ?? 0) : 0)) }
  )
  const reader = openPostfixBytes(
    {
      delivered: tally.delivered,
      harmed: tally.harmed,
      event: (event, line) => tally.event(event, file, line),
      unread: lineCounts.addSample,
      ...(only && others.length === 0
        ? {}
        : {
            rest: (text: string, line: number) => {
              numbers ??= new Float64Array(maxNumbers)
              numbers[++passed % maxNumbers] = line
              lineCounts.setCurrent(line)
              return rest.line(text)
            }
          })
    },
    { ...options, memory, decode: openDecoder() }
  )
  const problems: string[] = []
  let bytes = 0
  for await (const block of input.blocks()) {
    reader.write(block.bytes)
    bytes += block.bytes.length
    if (block.problem !== undefined) problems.push(block.problem)
    progress?.(bytes)
  }
  reader.end()
  rest.end()
  const { lines, ignored, unread } = reader.counts
  return {
    lines,
    bytes,
    events: reader.counts.events + events,
    ignored: ignored + counts.ignored,
    unread: unread + counts.unread,
    samples: lineCounts.samples(),
    cut: reader.counts.cut,
    problems
  }
}
