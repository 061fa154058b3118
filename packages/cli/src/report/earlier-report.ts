import { readFileSync, statSync } from 'node:fs'
import type { Counts, Report } from '@whybounce/core/report'
import { counted, fit, printable } from '../terminal.ts'
import { UsageError } from '../usage.ts'
import { otherServers } from './cause-entries.ts'
import { share } from './figures.ts'
import { paragraph, shortPath } from './layout.ts'
import type { Page } from './report-view.ts'
import { endedOf } from './volume-text.ts'

/** What is kept of an earlier report (`report --json`), to tell what has become new and what is gone. */
export type Earlier = {
  readonly file: string
  readonly messages: Counts
  /** Title and provider by `causeKey`, of causes that needed a fix. */
  readonly causes: ReadonlyMap<string, string>
  /** Of all causes: what the tally calls known. */
  readonly known: ReadonlySet<string>
}

type Told = Pick<Report['causes'][number], 'cause' | 'detail' | 'provider' | 'providerName' | 'title' | 'needs'>

/** `user-unknown//gmail`: cause, detail and provider; empty where there is none. */
const causeKey = ({ cause, detail, provider }: Pick<Told, 'cause' | 'detail' | 'provider'>): string =>
  `${cause}/${detail ?? ''}/${provider ?? ''}`

/** The report of a year at a busy host has some ten megabytes. */
const maxBytes = 256 * 1024 * 1024

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null)
const countOf = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : 0)

/** Reads a report that `whybounce report --json` wrote; a file that is none is a UsageError. */
export const readEarlier = (file: string): Earlier => {
  const fail = (why: string): never => {
    throw new UsageError(`--compare: ${printable(file)} ${why}. Make one with: whybounce report --json … > ${printable(file)}`)
  }
  let parsed: unknown
  try {
    if (statSync(file).size > maxBytes) return fail('is larger than 256 MB')
    parsed = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    if (error instanceof UsageError) throw error
    return fail(error instanceof SyntaxError ? 'is no JSON' : `cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
  if (!isObject(parsed) || parsed.version !== 1 || !Array.isArray(parsed.causes) || !isObject(parsed.messages)) return fail('is no report')
  const { messages } = parsed
  const causes = new Map<string, string>()
  const known = new Set<string>()
  for (const row of parsed.causes as readonly unknown[]) {
    if (!isObject(row) || typeof row.cause !== 'string') return fail('is no report')
    const key = causeKey({ cause: row.cause, detail: textOf(row.detail), provider: textOf(row.provider) })
    known.add(key)
    if (row.needs === 'fix')
      causes.set(key, `${textOf(row.title) ?? row.cause} (${textOf(row.providerName) ?? textOf(row.provider) ?? otherServers})`)
  }
  return {
    file,
    messages: {
      delivered: countOf(messages.delivered),
      deferred: countOf(messages.deferred),
      bounced: countOf(messages.bounced),
      expired: countOf(messages.expired),
      complained: countOf(messages.complained),
      suppressed: countOf(messages.suppressed)
    },
    causes,
    known
  }
}

const failedOf = ({ bounced, expired, suppressed }: Counts): number => bounced + expired + suppressed
const namedGone = 3
const maxGone = 60

/** What has changed since: the share that failed, what is new, what is gone. */
export const earlierLines = ({ file, messages, causes, known }: Earlier, report: Report, page: Page): readonly string[] => {
  const shareOf = (counts: Counts): string => share(failedOf(counts), endedOf(counts)) || 'nothing'
  const now = new Set(report.causes.map(causeKey))
  const fresh = new Set(report.causes.filter((row) => row.needs === 'fix' && !known.has(causeKey(row))).map(causeKey)).size
  const gone = [...causes].filter(([key]) => !now.has(key)).map(([, words]) => words)
  const shown = page.all || gone.length <= namedGone + 1 ? gone : gone.slice(0, namedGone)
  const more = gone.length - shown.length
  const goneText =
    gone.length === 0
      ? 'none is gone'
      : `gone: ${shown.map((words) => fit(printable(words), maxGone)).join(', ')}${more > 0 ? ` and ${counted(more, 'cause')} more (--all)` : ''}`
  return [
    paragraph(
      `Compared with ${shortPath(file, page.width)}: ${shareOf(report.messages)} of the messages failed, ${shareOf(messages)} then; ` +
        `${fresh === 0 ? 'no cause is new' : `${counted(fresh, 'cause')} at a provider ${fresh === 1 ? 'is' : 'are'} new`}, ${goneText}.`,
      page.width,
      '  ',
      ''
    )
  ]
}
