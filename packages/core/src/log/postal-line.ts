import { readLogTime } from './log-time.ts'
import type { LogZone } from './log-zone.ts'

/**
 * One line of Postal's log as its logger writes it: `2026-03-01 12:00:00 +0000 INFO   words key=value key=value `, perhaps behind the
 * prefix of syslog or a container, with or without colours. Sources: krystal/klogger lib/klogger/formatters/go.rb, lib/klogger/logger.rb
 * (`go` is the default); github.com/postalserver/postal/issues/3016 (a line behind syslog, with its tags).
 */
export type PostalLine = {
  readonly time: string | undefined
  readonly host: string | undefined
  readonly severity: string
  readonly message: string
  readonly tags: ReadonlyMap<string, string>
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with ESC.
const colour = /\u001b\[[\d;]{0,20}m/g
const head = /(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4}) (DEBUG|INFO|WARN|ERROR|FATAL) {1,8}/
const syslogHost = /^(?:[A-Z][a-z]{2} [ \d]\d [\d:]{8}|\S{20,35}) (\S{1,255}) \S{1,64}: /

const maxPrefix = 300
const maxTags = 50

/** Tags stand at the end, and words may hold `=`: read from the end as long as there are tags. */
const readTags = (text: string, tags: Map<string, string>): number => {
  let end = text.length
  while (tags.size < maxTags) {
    const start = text.lastIndexOf(' ', end - 1) + 1
    const tag = /^([a-z][a-z0-9_]{0,40})=(\S{0,2000})$/.exec(text.slice(start, Math.min(end, start + 2_100)))
    if (tag === null || tag[1] === undefined) return end
    if (!tags.has(tag[1])) tags.set(tag[1], tag[2] ?? '')
    end = Math.max(0, start - 1)
    // The sender's own tag is its first: what stands before it is another server's answer, which may hold such pairs.
    if (start === 0 || tag[1] === 'log_id') return end
  }
  return end
}

export const readPostalLine = (line: string, zone: LogZone | undefined): PostalLine | undefined => {
  const text = line.includes('\u001b') ? line.replace(colour, '') : line
  const match = head.exec(text.slice(0, maxPrefix))
  if (match === null) return undefined
  const [whole, time, severity = ''] = match
  const rest = text.slice(match.index + whole.length).trimEnd()
  const tags = new Map<string, string>()
  const end = readTags(rest, tags)
  return {
    time: readLogTime(time, zone),
    host: syslogHost.exec(text.slice(0, match.index))?.[1],
    severity,
    message: rest.slice(0, end).trim(),
    tags
  }
}
