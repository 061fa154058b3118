import { type Context, type Diagnosis, defaultDiagnoser, defaultExplainer, labelOf, stages } from '@whybounce/core'
import { checkOptions, type ExplainOptions } from './explain.ts'
import { type Line, readLines } from './input.ts'
import { printable } from './terminal.ts'
import { exitCodes, UsageError } from './usage.ts'

/** `unread`: it looks like an object and is none, or has no text; it is explained as it stands, and counted. */
type Parsed = { readonly text: string; readonly context: Context; readonly unread?: true }

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/** A line that is a JSON string, or an object with `text` and what else is known about it; any other line is the text itself. */
const parseLine = (line: string): Parsed => {
  const first = line.charCodeAt(0)
  if (first !== 0x22 && first !== 0x7b) return { text: line, context: {} }
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return { text: line, context: {}, unread: true }
  }
  if (typeof value === 'string') return { text: value, context: {} }
  if (typeof value !== 'object' || value === null || !('text' in value) || typeof value.text !== 'string')
    return { text: line, context: {}, unread: true }
  const fields: Record<string, unknown> = { ...value }
  const provider = text(fields.provider)
  const replyCode = Number(fields.replyCode)
  return {
    text: value.text,
    context: {
      // A name that we have no file for is no knowledge: the rest of the line decides.
      provider: provider !== undefined && defaultDiagnoser().origins.byId(provider) >= 0 ? provider : undefined,
      stage: stages.find((stage) => stage === fields.stage),
      recipient: text(fields.recipient),
      remoteMta: text(fields.remoteMta),
      status: text(fields.status),
      replyCode: Number.isInteger(replyCode) && replyCode >= 200 && replyCode < 600 ? replyCode : undefined
    }
  }
}

const toJson = (input: string, diagnosis: Diagnosis, label: string | null | undefined): string =>
  JSON.stringify({
    input,
    cause: diagnosis.cause,
    detail: diagnosis.detail ?? null,
    group: diagnosis.group,
    permanence: diagnosis.permanence ?? null,
    party: diagnosis.party,
    also: diagnosis.also ?? null,
    action: diagnosis.action,
    provider: diagnosis.provider ?? null,
    software: diagnosis.software ?? null,
    stage: diagnosis.stage ?? null,
    confidence: diagnosis.confidence,
    replyCode: diagnosis.replyCode ?? null,
    status: diagnosis.status ?? null,
    rule: diagnosis.evidence[0]?.rule ?? null,
    retryAfter: diagnosis.retryAfter ?? null,
    link: diagnosis.link ?? null,
    ...(label === undefined ? {} : { label })
  })

const toText = (input: string, diagnosis: Diagnosis, label: string | null | undefined): string =>
  [
    ...(label === undefined ? [] : [label ?? '']),
    diagnosis.detail === undefined ? diagnosis.cause : `${diagnosis.cause}/${diagnosis.detail}`,
    diagnosis.permanence ?? '-',
    diagnosis.party,
    diagnosis.provider ?? '-',
    diagnosis.confidence,
    printable(input)
  ].join('\t')

const write = (chunk: string): Promise<void> | undefined =>
  process.stdout.write(chunk) ? undefined : new Promise((resolve) => process.stdout.once('drain', () => resolve()))

/** One input per line, one result per line, streaming: files of any length in constant memory, in the order of the input. */
export const runLines = async (files: readonly string[], options: ExplainOptions): Promise<number> => {
  const { stage, role } = checkOptions(options)
  if (role !== undefined) throw new UsageError('--role goes without --lines: a line has no steps.')
  const { diagnoseLine } = defaultExplainer()
  let known = 0
  let lines = 0
  let tooLong = 0
  let unread = 0
  const resultOf = (line: Line): string => {
    if ('tooLong' in line) {
      tooLong++
      return ''
    }
    lines++
    const parsed = parseLine(line.text)
    if (parsed.unread) unread++
    const given = Object.fromEntries(
      Object.entries({ provider: options.provider, stage, recipient: options.recipient }).filter(([, value]) => value !== undefined)
    )
    const diagnosis = diagnoseLine(parsed.text, { ...given, ...definedOf(parsed.context) })
    if (diagnosis.cause !== 'undetermined') known++
    const label = options.as === undefined ? undefined : (labelOf(defaultDiagnoser(), diagnosis, options.as) ?? null)
    return `${options.json ? toJson(parsed.text, diagnosis, label) : toText(parsed.text, diagnosis, label)}\n`
  }
  for (const file of files.length === 0 ? [options.file] : files) {
    for await (const batch of readLines(file)) await write(batch.map(resultOf).join(''))
  }
  if (tooLong > 0) {
    process.stderr.write(`${tooLong} lines were longer than 64 MB and were not read.\n`)
    return exitCodes.trouble
  }
  if (unread > 0) {
    process.stderr.write(`${unread} lines begin like JSON but are none, or have no "text"; they were explained as they stand.\n`)
    return exitCodes.trouble
  }
  return lines === 0 || known > 0 ? exitCodes.done : exitCodes.undetermined
}

const definedOf = (context: Context): Context => Object.fromEntries(Object.entries(context).filter(([, value]) => value !== undefined))
