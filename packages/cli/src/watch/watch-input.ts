import { type LineVerdict, type LogEvent, type LogFormat, type LogReader, openMixed, recogniseLog } from '@whybounce/core/log'
import { webhookLines } from '@whybounce/core/webhook'
import { type Follower, firstLinesOf } from '@whybounce/sources'
import { localZone } from '../time-zone.ts'

/** One log that is followed, and the reader of its lines. */
export type WatchInput = {
  readonly follower: Follower
  /** What `--checkpoint` calls it. */
  readonly key: string
  /** Reads lines; events go where `take` says. */
  readonly read: (lines: readonly string[], verdict: (verdict: LineVerdict, line: string) => void) => void
  /** Whether any line was of a log that is known. */
  readonly isKnown: () => boolean
  /** The log came to its end: what was still to be told is told. */
  readonly end: () => void
  /** Milliseconds since 1970 of the last event; of several logs, the one that is behind is read on first. */
  lastTime: number
  /** Nothing new in this round. */
  isIdle: boolean
}

const windowLines = 100
const sureOfWebhooks = 0.5

/** A mail server's log, else payloads that a service posted, a line each. */
const formatsOf = (lines: readonly string[]): readonly LogFormat[] => {
  const logs = recogniseLog(lines)
  return logs.length === 0 && webhookLines.recognise(lines) >= sureOfWebhooks ? [webhookLines] : logs
}

/**
 * The format is told by the first lines of the file, else by the first hundred lines that a format knows: what comes before is of other programs.
 * Times without a zone are this machine's, whose log it is; times without a year are the last such ones before now, also next year.
 */
export const openWatchInput = async (
  follower: Follower,
  key: string,
  formats: readonly LogFormat[] | undefined,
  take: (event: LogEvent) => void
): Promise<WatchInput> => {
  const isFile = key.startsWith('file:')
  const head = isFile ? await firstLinesOf(follower.file).catch(() => []) : []
  let reader: LogReader | undefined
  const input: WatchInput = {
    follower,
    key,
    isKnown: () => reader !== undefined,
    end: () => reader?.end(),
    read: (lines, verdict) => {
      let from = 0
      while (reader === undefined && from < lines.length) {
        const found = formatsOf(lines.slice(from, from + windowLines))
        if (found.length > 0) open(found)
        else {
          for (const line of lines.slice(from, from + windowLines)) verdict('ignored', line)
          from += windowLines
        }
      }
      if (reader === undefined) return
      for (let at = from; at < lines.length; at++) {
        const line = lines[at] ?? ''
        verdict(reader.line(line), line)
      }
    },
    lastTime: Number.NEGATIVE_INFINITY,
    isIdle: false
  }
  const open = (found: readonly LogFormat[]): void => {
    reader = openMixed(
      found,
      (event) => {
        const time = event.time === undefined ? Number.NaN : Date.parse(event.time)
        if (time > input.lastTime) input.lastTime = time
        take(event)
      },
      {
        get now() {
          return Date.now()
        },
        zone: localZone().minutesEast,
        header: head
      }
    )
  }
  const known = formats ?? formatsOf(head)
  if (known.length > 0) open(known)
  return input
}
