import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { openLineSplitter } from './line-splitter.ts'
import type { FollowBatch, Follower, FollowNotice } from './notice.ts'

export type FollowJournalOptions = {
  /** `journal`, or the unit that was named. */
  readonly file: string
  /** Units, or patterns of their names (`postfix*`). */
  readonly units: readonly string[]
  /** Fields that `lineOf` needs. */
  readonly fields: readonly string[]
  /** An entry, out of JSON, as the line that syslog would have written; undefined: it has none. */
  readonly lineOf: (entry: unknown) => string | undefined
  readonly position?: unknown
  readonly fromStart?: boolean
}

/** Milliseconds until journalctl is started again after it ended by itself. */
const restartAfter = 5_000
/** Entries before the beginning are counted in lines: the journal does not tell bytes. An entry of a mail log has some 200. */
const bytesPerEntry = 200
const maxError = 500
/** Of systemd; looked for in PATH. */
const program = 'journalctl'
/** Bytes that are read ahead. */
const mostWaiting = 1_048_576

type JournalPosition = { readonly cursor: string; readonly time: string }

/** Of an entry (`__CURSOR`, `__REALTIME_TIMESTAMP`: https://systemd.io/JOURNAL_EXPORT_FORMATS/), or as a checkpoint has it. Time: microseconds since 1970, in digits. */
const positionIn = (value: unknown, cursorName: string, timeName: string): JournalPosition | undefined => {
  if (typeof value !== 'object' || value === null) return undefined
  const fields: Record<string, unknown> = { ...value }
  const cursor = fields[cursorName]
  const time = fields[timeName]
  return typeof cursor === 'string' && cursor !== '' && typeof time === 'string' && /^\d{1,17}$/.test(time) ? { cursor, time } : undefined
}

const parse = (json: string): unknown => {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

/**
 * Follows systemd's journal through `journalctl --follow --output=json`, which names the place of each entry (its cursor): a checkpoint goes on behind
 * it (`--after-cursor`), whatever was rotated. journalctl(1): https://www.freedesktop.org/software/systemd/man/latest/journalctl.html
 */
export const openJournalFollower = ({ file, units, fields, lineOf, position, fromStart }: FollowJournalOptions): Follower => {
  // --all: fields of more than 4096 bytes are left out otherwise.
  const usual = [
    '--output=json',
    '--all',
    '--no-pager',
    '--quiet',
    `--output-fields=${fields.join(',')}`,
    ...units.map((unit) => `--unit=${unit}`)
  ]
  const entryOf = (json: string): { readonly line: string | undefined; readonly position: JournalPosition | undefined } => {
    const entry = parse(json)
    return { line: lineOf(entry), position: positionIn(entry, '__CURSOR', '__REALTIME_TIMESTAMP') }
  }
  let at = positionIn(position, 'cursor', 'time')
  let child: ChildProcess | undefined
  let waiting: Buffer[] = []
  let waitingBytes = 0
  let wake = (): void => undefined
  let splitter = openLineSplitter()
  let notices: FollowNotice[] = []
  let ended: { readonly at: number } | undefined
  let hasFailed = false
  let cutTold = 0

  const start = (): void => {
    const from = at !== undefined ? [`--after-cursor=${at.cursor}`, '--lines=all'] : fromStart === true ? ['--lines=all'] : ['--lines=0']
    let errors = ''
    const process = spawn(program, ['--follow', ...from, ...usual], { stdio: ['ignore', 'pipe', 'pipe'] })
    child = process
    splitter = openLineSplitter()
    cutTold = 0
    process.stdout.on('data', (piece: Buffer) => {
      waiting.push(piece)
      waitingBytes += piece.length
      if (waitingBytes >= mostWaiting) process.stdout.pause()
      wake()
    })
    process.stderr.on('data', (piece: Buffer) => {
      if (errors.length < maxError) errors += piece.toString('utf8').slice(0, maxError)
    })
    process.on('error', (error) => {
      hasFailed = true
      notices.push({ code: 'journal-failed', problem: `journalctl does not start (${error.message}).` })
    })
    process.on('close', () => {
      if (child !== process || hasFailed) return
      child = undefined
      ended = { at: Date.now() }
      notices.push({ code: 'journal-ended', problem: errors.trim().replaceAll(/\s+/g, ' ') })
    })
  }

  const take = (pieces: readonly Buffer[]): string[] => {
    const lines: string[] = []
    for (const json of pieces.flatMap((piece) => splitter.write(piece))) {
      const entry = entryOf(json)
      // What is no entry is a line all the same: it is counted, as ignored or unread.
      lines.push(entry.line ?? json)
      at = entry.position ?? at
    }
    return lines
  }

  return {
    file,
    next: async (): Promise<FollowBatch | undefined> => {
      if (child === undefined && !hasFailed && (ended === undefined || Date.now() - ended.at >= restartAfter)) {
        if (ended !== undefined) notices.push({ code: 'restarted' })
        ended = undefined
        start()
      }
      const pieces = waiting
      waiting = []
      waitingBytes = 0
      child?.stdout?.resume()
      const lines = take(pieces)
      if (splitter.cut() > cutTold) {
        notices.push({ code: 'cut', lines: splitter.cut() - cutTold })
        cutTold = splitter.cut()
      }
      const told = notices
      notices = []
      return lines.length === 0 && told.length === 0 ? undefined : { lines, notices: told }
    },
    position: () => (at === undefined ? undefined : { ...at }),
    before: async function* (bytes) {
      // --until knows seconds (systemd.time(7)); the cursor tells where exactly to stop.
      const until = at === undefined ? [] : [`--until=@${Math.floor(Number(at.time) / 1_000_000) + 1}`]
      const process = spawn(program, [`--lines=${Math.floor(bytes / bytesPerEntry)}`, ...until, ...usual], {
        stdio: ['ignore', 'pipe', 'ignore']
      })
      const failed = once(process, 'error').then(
        () => true,
        () => true
      )
      const split = openLineSplitter()
      const stop = at?.cursor
      try {
        if (
          await Promise.race([
            failed,
            once(process, 'spawn').then(
              () => false,
              () => true
            )
          ])
        )
          return
        for await (const piece of process.stdout) {
          const lines: string[] = []
          for (const json of split.write(piece)) {
            const { line, position: place } = entryOf(json)
            if (line !== undefined) lines.push(line)
            if (stop !== undefined && place?.cursor === stop) {
              yield lines
              return
            }
            // Without a checkpoint, following begins behind what was there.
            if (stop === undefined) at = place ?? at
          }
          if (lines.length > 0) yield lines
        }
      } finally {
        process.kill()
      }
    },
    onData: (call) => {
      wake = call
    },
    behind: () => waitingBytes,
    hasEnded: () => hasFailed && notices.length === 0,
    close: async () => {
      const process = child
      child = undefined
      process?.kill()
    }
  }
}
