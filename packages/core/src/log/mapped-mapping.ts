/**
 * Which column of a log holds what: `recipient=rcpt,text=diag,time=ts,label.campaign=job`. Columns of CSV by their name in the header
 * or their number from 1; fields of JSON lines by their path (`event.recipient.0`).
 */
export const mappedFields = [
  'recipient',
  'text',
  'time',
  'kind',
  'reply',
  'status',
  'sender',
  'originalRecipient',
  'messageId',
  'subject',
  'queueId',
  'remoteMta',
  'localIp',
  'host',
  'program',
  'client',
  'stage',
  'size',
  'delay'
] as const
export type MappedField = (typeof mappedFields)[number]

export type Mapping = {
  readonly columns: Readonly<Partial<Record<MappedField, string>>>
  /** Labels by name: what a report may be grouped by. */
  readonly labels: Readonly<Record<string, string>>
}

/** A problem is for whoever typed the mapping: `field` is not one of `mappedFields`, or stands there twice. */
export type MappingProblem = {
  readonly code: 'unknown-field' | 'no-column' | 'twice' | 'no-recipient' | 'too-long'
  readonly field: string
}

/** Longer than anyone types. */
const maxMapping = 4_096

const isField = (name: string): name is MappedField => mappedFields.some((field) => field === name)

/** Reads what a person typed; gives the mapping, or the first problem. */
export const parseMapping = (text: string): Mapping | MappingProblem => {
  if (text.length > maxMapping) return { code: 'too-long', field: '' }
  const columns: Partial<Record<MappedField, string>> = {}
  const labels = new Map<string, string>()
  for (const part of text.split(',')) {
    if (part.trim() === '') continue
    const equals = part.indexOf('=')
    const name = (equals < 0 ? part : part.slice(0, equals)).trim()
    const column = equals < 0 ? '' : part.slice(equals + 1).trim()
    if (column === '') return { code: 'no-column', field: name }
    if (name.startsWith('label.') && name.length > 6) {
      labels.set(name.slice(6).toLowerCase(), column)
      continue
    }
    if (!isField(name)) return { code: 'unknown-field', field: name }
    if (columns[name] !== undefined) return { code: 'twice', field: name }
    columns[name] = column
  }
  if (columns.recipient === undefined) return { code: 'no-recipient', field: 'recipient' }
  return { columns, labels: Object.fromEntries(labels) }
}

export const isMapping = (parsed: Mapping | MappingProblem): parsed is Mapping => !('code' in parsed)
