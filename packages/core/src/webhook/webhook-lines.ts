import type { LineVerdict, LogEvent, LogFormat, LogReader, LogReaderOptions } from '../log/log-reader.ts'
import { openRepeatedEvents } from './repeated-events.ts'
import { openDocuments } from './webhook-documents.ts'
import { readForm } from './webhook-form.ts'
import { webhookFormatOf, webhookFormats } from './webhook-formats.ts'
import type { WebhookFormat } from './webhook-reader.ts'

/**
 * Payloads of webhooks that were kept in a file, as a log: JSON documents one a line, pretty printed, one behind the other or in an array
 * (its members one by one), and forms (`mandrill_events=…`, Mailgun's old ones), a line each. A document that is of no service and names an
 * address is unread; one without is somebody else's. A line of a document that goes on is `part`; its last line has the verdict. What a service
 * posts a second time is told once.
 */

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    // Not JSON, or nested deeper than the parser goes: undefined stands for both, as JSON has no undefined.
    return undefined
  }
}

const open = (
  only: WebhookFormat | undefined,
  emit: (event: LogEvent) => void,
  { isRepeated = openRepeatedEvents() }: LogReaderOptions
): LogReader => {
  const documents = openDocuments()

  const read = (payload: unknown, text: string): LineVerdict => {
    const format = only ?? webhookFormatOf(payload)
    if (payload === undefined || format === undefined) return text.includes('@') ? 'unread' : 'ignored'
    const { events, unread } = format.read(payload)
    let told = 0
    for (const event of events) {
      if (isRepeated(event)) continue
      told++
      emit(event)
    }
    return unread > 0 ? 'unread' : told > 0 ? 'event' : 'ignored'
  }

  return {
    line: (line) => {
      if (!documents.isOpen()) {
        const form = readForm(line)
        if (form !== undefined) return read(form, line)
      }
      const { texts, broken, isInside } = documents.line(line)
      let verdict: LineVerdict = broken > 0 ? 'unread' : isInside ? 'part' : 'ignored'
      for (const text of texts) {
        const told = read(parse(text), text)
        if (told === 'unread' || (told === 'event' && verdict !== 'unread')) verdict = told
      }
      return verdict
    },
    end: () => undefined
  }
}

/** Share of the documents in the first lines that a service is known to post. */
const recogniseBy = (isKnown: (payload: unknown) => boolean, firstLines: readonly string[]): number => {
  const documents = openDocuments()
  let all = 0
  let known = 0
  for (const line of firstLines) {
    const form = documents.isOpen() ? undefined : readForm(line)
    const payloads = form === undefined ? documents.line(line).texts.map(parse) : [form]
    all += payloads.length
    known += payloads.filter(isKnown).length
  }
  return all === 0 ? 0 : known / all
}

/** Payloads of any service, each told apart by itself. */
export const webhookLines: LogFormat = {
  id: 'webhooks',
  name: 'Webhook payloads',
  recognise: (firstLines) => recogniseBy((payload) => webhookFormatOf(payload) !== undefined, firstLines),
  open: (emit, options) => open(undefined, emit, options)
}

const asLogFormat = (format: WebhookFormat): LogFormat => ({
  id: format.id,
  name: `${format.name} webhooks`,
  recognise: (firstLines) => recogniseBy((payload) => format.recognise(payload) > 0, firstLines),
  open: (emit, options) => open(format, emit, options)
})

/** Payloads as formats of a log: of any service, and of each service by its id. */
export const webhookLogFormats: readonly LogFormat[] = [webhookLines, ...webhookFormats.map(asLogFormat)]
