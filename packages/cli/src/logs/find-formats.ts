import { isMapping, type LogFormat, logFormats, type MappingProblem, mappedFields, mappedFormat, parseMapping } from '@whybounce/core/log'
import { queueLogFormats } from '@whybounce/core/queue'
import { maxDocument, webhookLogFormats } from '@whybounce/core/webhook'
import { UsageError } from '../usage.ts'
import type { LogInput } from './log-input.ts'
import { withUnfinished } from './webhook-blocks.ts'

/** Payloads of SES are read as webhooks where somebody names them: lines, and documents over many lines. */
const allFormats: readonly LogFormat[] = [...logFormats.filter(({ id }) => id !== 'ses'), ...queueLogFormats, ...webhookLogFormats]

/** The formats that `--format` names: one, or several parted by commas. */
const formatsNamed = (names: string): readonly LogFormat[] =>
  names.split(',').map((name) => {
    const format = allFormats.find(({ id }) => id === name.trim().toLowerCase())
    if (format === undefined)
      throw new UsageError(`There is no log format "${name}". The formats are ${allFormats.map(({ id }) => id).join(', ')}.`)
    return format
  })

const mappingWords: Readonly<Record<MappingProblem['code'], string>> = {
  'unknown-field': 'is no field',
  'no-column': 'has no column: write FIELD=COLUMN',
  twice: 'stands twice',
  'no-recipient': 'is missing',
  'too-long': 'it is too long'
}

/** `--map recipient=rcpt,text=diag`: a log of one's own. */
const formatMapped = (text: string): LogFormat => {
  const mapping = parseMapping(text)
  if (isMapping(mapping)) return mappedFormat(mapping)
  throw new UsageError(
    `--map: ${mapping.field} ${mappingWords[mapping.code]}. The fields are ${mappedFields.join(', ')} and label.NAME.`.replace('  ', ' ')
  )
}

/** What `--format` or `--map` says; undefined: the content tells it. */
export const formatsAsked = ({
  format,
  map
}: {
  readonly format?: string | undefined
  readonly map?: string | undefined
}): readonly LogFormat[] | undefined => {
  if (format !== undefined && map !== undefined) throw new UsageError('--map is a format of its own: leave --format out.')
  return map !== undefined ? [formatMapped(map)] : format === undefined ? undefined : formatsNamed(format)
}

/** Payloads of webhooks are one line each, however long, and may be cut off. */
export const readAsPayloads = (formats: readonly LogFormat[], blocks: LogInput['blocks']): Pick<LogInput, 'blocks' | 'maxLineBytes'> =>
  formats.some((format) => webhookLogFormats.includes(format))
    ? { blocks: () => withUnfinished(blocks()), maxLineBytes: maxDocument }
    : { blocks }
