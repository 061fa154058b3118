import { randomBytes } from 'node:crypto'
import { closeSync, createWriteStream, openSync, realpathSync, renameSync, rmSync, type Stats, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { pipeline, type Writable } from 'node:stream'
import { createGzip, createZstdCompress } from 'node:zlib'
import { ListError } from './list-error.ts'

/** Where bytes of a written list go. */
export type ListOutput = {
  readonly write: (bytes: Buffer) => void
  /** Resolves when memory has room again. Throws ListError where writing failed. */
  readonly drain: () => Promise<void>
  /** All bytes have gone out. */
  readonly finish: () => Promise<void>
  /** The finished file takes its name. */
  readonly commit: () => void
  /** Nothing of it stays; a file that was there before is as it was. */
  readonly discard: () => Promise<void>
}

/**
 * A file is written under a temporary name beside its place and takes its name when it is whole: a list may be written over itself, and a full disk leaves
 * what was there. It has the permissions of the file it replaces. `.gz` and `.zst` are packed. Devices and pipes are written at once. A stream
 * that the caller gives is written to and not ended.
 */
export const openListOutput = (target: string | Writable): ListOutput =>
  typeof target === 'string' ? openFile(target) : toStream(target, target)

const openFile = (path: string): ListOutput => {
  try {
    const before = lookAt(path)
    if (before !== undefined && !before.isFile()) {
      if (before.isDirectory()) throw new ListError('write-failed', `${path} is a folder. Name a file.`)
      const stream = createWriteStream(path)
      return toStream(stream, stream, { finish: () => ended(stream) })
    }
    // A link stays one: what it leads to is replaced.
    const place = before === undefined ? path : realpathSync(path)
    const temporary = join(dirname(place), `.${basename(place).slice(0, 200)}.${randomBytes(6).toString('hex')}.part`)
    const fd = openSync(temporary, 'wx', before === undefined ? 0o666 : before.mode & 0o777)
    return toFile(place, temporary, fd)
  } catch (error) {
    throw wordsForFailure(error, path)
  }
}

const toFile = (place: string, temporary: string, fd: number): ListOutput => {
  // `flush`: on the disk before it takes the name.
  const file = createWriteStream(temporary, { fd, flush: true })
  const packer = /\.gz$/i.test(place) ? createGzip() : /\.zst$/i.test(place) ? createZstdCompress() : undefined
  if (packer !== undefined) pipeline(packer, file, () => undefined)
  return toStream(packer ?? file, file, {
    finish: () => ended(file, packer ?? file),
    commit: () => {
      try {
        renameSync(temporary, place)
      } catch (error) {
        rmSync(temporary, { force: true })
        throw wordsForFailure(error, place)
      }
    },
    discard: async () => {
      const closed = new Promise<void>((resolve) => (file.closed ? resolve() : file.once('close', resolve)))
      packer?.destroy()
      file.destroy()
      await closed
      rmSync(temporary, { force: true })
      try {
        // A stream that is destroyed before it opened leaves the descriptor open.
        closeSync(fd)
      } catch {
        // Closed, as it should be.
      }
    },
    name: place
  })
}

type Ends = {
  readonly finish?: () => Promise<void>
  readonly commit?: () => void
  readonly discard?: () => Promise<void>
  readonly name?: string
}

/** `last` is where failures show: the file behind a packer. */
const toStream = (stream: Writable, last: Writable, ends: Ends = {}): ListOutput => {
  let failure: unknown
  const fail = (error: unknown): void => {
    failure ??= error
  }
  stream.on('error', fail)
  if (last !== stream) last.on('error', fail)
  const check = (): void => {
    if (failure !== undefined) throw wordsForFailure(failure, ends.name ?? 'the output')
    if (stream.destroyed && !stream.writableFinished)
      throw new ListError('reader-gone', 'The output was closed before the list was written.')
  }
  return {
    write: (bytes) => {
      if (failure === undefined && !stream.destroyed) stream.write(bytes)
    },
    drain: async () => {
      if (failure === undefined && !stream.destroyed && stream.writableNeedDrain) await oneOf(stream, ['drain', 'close', 'error'])
      check()
    },
    finish: async () => {
      check()
      try {
        await (ends.finish ?? (() => flushed(stream)))()
      } catch (error) {
        fail(error)
      }
      check()
    },
    commit: ends.commit ?? (() => undefined),
    discard: ends.discard ?? (async () => undefined)
  }
}

const oneOf = (stream: Writable, events: readonly string[]): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      for (const event of events) stream.off(event, done)
      resolve()
    }
    for (const event of events) stream.on(event, done)
  })

const ended = (last: Writable, first: Writable = last): Promise<void> =>
  new Promise((resolve, reject) => {
    last.once('error', reject)
    first.once('error', reject)
    last.once('close', resolve)
    first.end()
  })

const flushed = (stream: Writable): Promise<void> =>
  new Promise((resolve, reject) => {
    stream.write('', (error) => (error === undefined || error === null ? resolve() : reject(error)))
  })

const lookAt = (path: string): Stats | undefined => statSync(path, { throwIfNoEntry: false })

const wordsForFailure = (error: unknown, name: string): ListError => {
  if (error instanceof ListError) return error
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const told = (listCode: ListError['code'], words: string): ListError => new ListError(listCode, words, { cause: error })
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return told(
      'disk-full',
      `The disk is full: ${name} was not written, and what stood there before is unchanged. Make room, or write elsewhere.`
    )
  if (code === 'EFBIG')
    return told('disk-full', `${name} grew larger than the file system or a limit (ulimit -f) allows; it was not written.`)
  if (code === 'EPIPE') return told('reader-gone', 'Whoever reads the output has gone.')
  const why = byCode[code] ?? (error instanceof Error ? error.message : String(error))
  return told('write-failed', `${name} cannot be written: ${why}.`)
}

const byCode: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'a part of its path is a file, not a folder',
  EACCES: 'there is no permission to write there',
  EPERM: 'there is no permission to write there',
  EROFS: 'the file system is read-only',
  EMFILE: 'too many files are open at once (ulimit -n)',
  EIO: 'the disk could not write it'
}
