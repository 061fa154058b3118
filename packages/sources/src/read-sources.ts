import { createReadStream, statSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { type ContentOptions, isBesideMail, readContent, tellContent } from './content.ts'
import { type Block, type Files, openFiles } from './files.ts'
import { defaultMaxMessageBytes, type Emit, type Sink, type SourceItem, type SourceLimits } from './item.ts'
import { isMessageName } from './names.ts'
import { feed, unpackSmall } from './unpack.ts'
import { type Found, walk } from './walk.ts'

export type SourceProgress = {
  /** Bytes on disk: of what is packed, the packed size. */
  readonly bytesRead: number
  /** 0: not known, because there is a stream among the sources. */
  readonly bytesTotal: number
  readonly messages: number
  /** Files passed over knowingly: hidden ones, what mail programs keep beside mail, what is not finished, what is no mail in a folder. */
  readonly ignored: number
  readonly file: string
}

export type ReadSourcesOptions = SourceLimits & {
  /** Called after each batch. The total costs a look at every file before the first is read. */
  readonly progress?: (progress: SourceProgress) => void
  /** What stands for `-`, where somebody looked into standard input before. */
  readonly standardInput?: AsyncIterable<Buffer> | undefined
}

/** So much is handed over at once: enough that waiting for a batch costs nothing per message, little enough to stay in a processor's cache. */
const batchItems = 256
const batchBytes = 4 * 1024 * 1024

/**
 * Reads mail from files, folders and standard input (`-`), by what the files hold and not by their names:
 * single messages, Maildir, MH, mbox, MMDF, Apple Mail, Outlook .msg, tar, and gzip or zstd of any of these.
 * Items come in batches, in an order that is the same every time. What cannot be read is an item too; nothing throws but a caller's mistake.
 * Reading is synchronous within a batch and gives way to other work between batches (docs/adr/0004). Memory does not grow with the size of a
 * file; it does with the longest message, up to a few times `maxMessageBytes`.
 */
export async function* readSources(
  paths: readonly string[],
  options: ReadSourcesOptions = {}
): AsyncGenerator<readonly SourceItem[], void, void> {
  const { progress, maxMessageBytes = defaultMaxMessageBytes } = options
  if (!Number.isSafeInteger(maxMessageBytes) || maxMessageBytes < 1) throw new RangeError('maxMessageBytes must be a whole number above 0')
  const bytesTotal = progress === undefined ? 0 : await sizeOf(paths)
  const counts = { bytesRead: 0, messages: 0, ignored: 0 }
  const files = openFiles()
  let batch: SourceItem[] = []
  let bytes = 0

  const emitFor = (file: string, place: string | undefined): Emit => ({
    message: (message, offset) => {
      bytes += message.length
      counts.messages++
      batch.push(place === undefined ? { file, offset, bytes: message } : { file, offset, bytes: message, place })
    },
    problem: (problem, offset) => {
      batch.push(place === undefined ? { file, offset, problem } : { file, offset, problem, place })
    }
  })
  const passOver = (): void => {
    counts.ignored++
  }
  const sinkFor = (file: string, emit: Emit, mayPass: boolean): Sink => {
    const content: ContentOptions = {
      maxMessageBytes,
      isNamedMessage: isMessageName(file),
      inside: (name) => emitFor(file, name),
      ...(mayPass ? { passOver } : {})
    }
    return readContent(emit, content)
  }
  const take = (file: string): readonly SourceItem[] => {
    const taken = batch
    batch = []
    bytes = 0
    progress?.({ ...counts, bytesTotal, file })
    return taken
  }

  try {
    let file = ''
    for (const found of walk(paths)) {
      file = found.file
      if (found.kind === 'ignored') counts.ignored++
      else if (found.kind === 'problem') batch.push({ file, offset: 0, problem: found.problem })
      else {
        const emit = emitFor(file, found.kind === 'file' ? found.place : undefined)
        const first = found.kind === 'file' ? files.open(file) : undefined
        // In a Maildir all files are messages: what is none there was one.
        const mayPass = found.kind === 'file' && found.named !== true && found.place === undefined
        const sink = (): Sink => sinkFor(file, emit, mayPass)
        if (typeof first === 'string') emit.problem(first, 0)
        else if (first?.isWhole === true && readSmall(first.bytes, emit, sink, maxMessageBytes)) {
          counts.bytesRead += first.bytes.length
        } else {
          const read = first === undefined ? streamPieces(found, counts, options.standardInput) : filePieces(first, files, counts)
          for await (const fed of feed(read, sink())) {
            if (fed !== undefined) emit.problem(fed.problem, fed.offset)
            if (batch.length > 0) {
              yield take(file)
              await setImmediate()
            } else progress?.({ ...counts, bytesTotal, file })
          }
        }
      }
      if (batch.length >= batchItems || bytes >= batchBytes) {
        yield take(file)
        await setImmediate()
      }
    }
    if (batch.length > 0 || progress !== undefined) {
      const last = take(file)
      if (last.length > 0) yield last
    }
  } finally {
    files.close()
  }
}

/** A file that was read in one call. False: it must be streamed. */
const readSmall = (bytes: Buffer, emit: Emit, sink: () => Sink, maxMessageBytes: number): boolean => {
  // The usual case, without the ceremony: a Maildir has a hundred thousand of these.
  if (bytes.length <= maxMessageBytes && tellContent(bytes) === 'message' && !isBesideMail('message', bytes)) {
    emit.message(bytes, 0)
    return true
  }
  const unpacked = unpackSmall(bytes)
  if (unpacked === undefined) return false
  const into = sink()
  into.write(unpacked)
  into.end()
  return true
}

type Counts = { bytesRead: number }

function* filePieces(block: Block, files: Files, counts: Counts): Generator<Buffer, void, void> {
  counts.bytesRead += block.bytes.length
  yield block.bytes
  for (const piece of files.readOn(block)) {
    counts.bytesRead += piece.length
    yield piece
  }
}

async function* streamPieces(
  found: Found,
  counts: Counts,
  standardInput: AsyncIterable<Buffer> = process.stdin
): AsyncGenerator<Buffer, void, void> {
  const stream: AsyncIterable<unknown> =
    found.kind === 'stdin' ? standardInput : createReadStream(found.file, { highWaterMark: 1024 * 1024 })
  for await (const piece of stream) {
    const bytes = Buffer.isBuffer(piece) ? piece : Buffer.from(String(piece))
    counts.bytesRead += bytes.length
    yield bytes
  }
}

/** Bytes on disk under the paths; 0 where a stream is among them. */
const sizeOf = async (paths: readonly string[]): Promise<number> => {
  let total = 0
  let looks = 0
  for (const found of walk(paths)) {
    if (found.kind === 'stdin' || found.kind === 'stream') return 0
    if (found.kind === 'file') total += sizeOfFile(found.file)
    if (++looks % 1_000 === 0) await setImmediate()
  }
  return total
}

const sizeOfFile = (file: string): number => {
  try {
    return statSync(file).size
  } catch {
    return 0
  }
}
