import { ses } from '../webhook/ses.ts'
import { parseJsonLine, shareOfRecords } from './json-line.ts'
import type { LineVerdict, LogEvent, LogFormat, LogReader } from './log-reader.ts'

/**
 * Amazon SES events as they lie in a file or a bucket: a notification or a published event per line, with or without the envelope of SNS.
 * What a record means is told by the webhook reader, which names its sources. Firehose puts records behind each other without a line end
 * (docs.aws.amazon.com/firehose/latest/dev/create-transform.html; memory), so that a line may hold many.
 */

/** Objects of a line; more is no line of events but an attack on the reader's patience. */
const maxObjects = 10_000

/** The objects that stand behind each other in a line, or undefined where it holds something else. One pass over its letters. */
const splitObjects = (line: string): readonly string[] | undefined => {
  const objects: string[] = []
  let depth = 0
  let from = 0
  let quoted = false
  for (let at = 0; at < line.length; at++) {
    const unit = line.charCodeAt(at)
    if (quoted) {
      if (unit === 0x5c) at++
      else if (unit === 0x22) quoted = false
    } else if (unit === 0x22) quoted = true
    else if (unit === 0x7b) {
      if (depth++ === 0) from = at
    } else if (unit === 0x7d && --depth === 0) {
      objects.push(line.slice(from, at + 1))
      if (objects.length > maxObjects) return undefined
    }
    if (depth < 0) return undefined
  }
  return depth === 0 && !quoted && objects.length > 0 ? objects : undefined
}

const open = (emit: (event: LogEvent) => void): LogReader => ({
  line: (line): LineVerdict => {
    if (line.trim() === '') return 'ignored'
    const whole = parseJsonLine(line)
    const objects = whole === undefined ? splitObjects(line) : undefined
    if (whole === undefined && objects === undefined) return 'unread'
    let told = 0
    let unread = 0
    for (const payload of whole === undefined ? (objects ?? []).map(parseJsonLine) : [whole]) {
      if (payload === undefined || ses.recognise(payload) === 0) {
        unread++
        continue
      }
      const reading = ses.read(payload)
      unread += reading.unread
      told += reading.events.length
      for (const event of reading.events) emit(event)
    }
    return unread > 0 ? 'unread' : told > 0 ? 'event' : 'ignored'
  },
  end: () => {}
})

export const sesEvents: LogFormat = {
  id: 'ses',
  name: 'Amazon SES events',
  recognise: (lines) => {
    const first = lines.flatMap((line) => (parseJsonLine(line) === undefined ? (splitObjects(line)?.slice(0, 100) ?? [line]) : [line]))
    return shareOfRecords(first, (record) => ses.recognise(record) > 0.5)
  },
  open
}
