import { isJournalExport, isJournalJson, type LogFormat, recogniseLog } from '@whybounce/core/log'
import { queueLogFormats } from '@whybounce/core/queue'
import { openDocuments, webhookLines } from '@whybounce/core/webhook'
import { headOf, plainBlocks } from '@whybounce/sources'
import { readAsPayloads } from './find-formats.ts'
import { fromExport, fromJson } from './journal-blocks.ts'
import type { LogBlock } from './log-input.ts'

type Blocks = () => AsyncGenerator<LogBlock, void, void>

export type Recognised = {
  /** The likeliest first; none: not known yet, but it is a log. */
  readonly formats: readonly LogFormat[]
  /** The bytes as the formats read them. */
  readonly blocks: Blocks
  readonly maxLineBytes?: number
  readonly isJournal?: true
}

/** It is no log that we know; `problem` where it could not be read to the end of its beginning. */
export type NotRecognised = { readonly formats?: never; readonly problem?: string }

/** A queue listing has a head or a shape of its own; below this it may be any text. */
const sureOfQueue = 0.5
const sureOfWebhooks = 0.5

/** A log may begin with a day of other programs, and a document may have thousands of lines: so far is looked. */
const deepLines = 20_000
const deepBytes = 8 * 1_048_576
const windowLines = 100

/** An object, an array, a form; `data: {` of json-sse, and the record separator of json-seq. */
const isDocument = (line: string): boolean => line.charCodeAt(0) === 0x1e || /^\s*(?:[[{]|data: \{|[A-Za-z][\w.-]*=)/.test(line)

const documentsOf = (lines: readonly string[]): string[] => {
  const documents = openDocuments()
  return lines.flatMap((line) => [...documents.line(line).texts])
}

/** A document begins, and none is whole. */
const breaksOff = (lines: readonly string[]): boolean => {
  const documents = openDocuments()
  let broken = 0
  for (const line of lines) {
    const found = documents.line(line)
    if (found.texts.length > 0) return false
    broken += found.broken
  }
  return documents.isOpen() || broken > 0
}

/**
 * What a log is, by its first lines: the log of a mail server, a queue listing, payloads of webhooks, the journal. `isNamed`: a person or its
 * name says that it is a log, which is worth a look at more than the first 100 lines.
 */
export const recogniseInput = async (stored: Blocks, isNamed: boolean): Promise<Recognised | NotRecognised> => {
  // Its fields may be binary, with their lengths as bytes.
  const head = await headOf(stored())
  if (isJournalExport(head.lines)) return throughJournal(() => fromExport(stored()))
  const blocks = (): AsyncGenerator<LogBlock, void, void> => plainBlocks(stored())
  const { lines, problem } = head.isBinary ? await headOf(blocks()) : head
  const known = recogniseLog(lines)
  const first = lines.find((line) => line.trim() !== '') ?? ''
  const isData = isDocument(first)
  if (isData) {
    const documents = await recogniseDocuments(blocks, lines, known)
    if (documents !== undefined) return documents
  }
  if (known.length > 0) return { formats: known, blocks }
  const queues = queueLogFormats.filter((format) => format.recognise(lines) >= sureOfQueue)
  if (queues.length > 0) return { formats: queues, blocks }
  if (isData && lines.length > 0) {
    const more = await headOf(blocks(), { lines: deepLines, bytes: deepBytes })
    const documents = await recogniseDocuments(blocks, more.lines, [])
    if (documents !== undefined) return documents
    if (isNamed && breaksOff(more.lines)) return { problem: problem ?? 'It begins like JSON, and breaks off in its first document.' }
  }
  const later = isNamed ? await recogniseLater(blocks) : []
  return later.length > 0 ? { formats: later, blocks } : problem === undefined ? {} : { problem }
}

const throughJournal = async (blocks: Blocks): Promise<Recognised> => {
  const formats = recogniseLog((await headOf(blocks())).lines)
  return { formats, blocks, isJournal: true }
}

/** Some logs of mail servers are JSON as well: the surer one has it. SES writes the same records either way. */
const recogniseDocuments = async (
  blocks: Blocks,
  lines: readonly string[],
  known: readonly LogFormat[]
): Promise<Recognised | undefined> => {
  if (isJournalJson(documentsOf(lines))) return throughJournal(() => fromJson(blocks()))
  const sure = webhookLines.recognise(lines)
  const [best] = known
  if (sure < sureOfWebhooks || (best !== undefined && (best.id === 'ses' || best.recognise(lines) > sure))) return undefined
  return { formats: [webhookLines], ...readAsPayloads([webhookLines], blocks) }
}

const recogniseLater = async (blocks: Blocks): Promise<readonly LogFormat[]> => {
  const { lines } = await headOf(blocks(), { lines: deepLines, bytes: deepBytes })
  for (let from = 0; from < lines.length; from += windowLines) {
    const formats = recogniseLog(lines.slice(from, from + windowLines))
    if (formats.length > 0) return formats
  }
  return []
}
