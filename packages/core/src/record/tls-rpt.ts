import { hasErrors, listProblems, type ProblemTable, type RecordProblem } from './problem.ts'
import { type ReportUri, readReportUris } from './report-uri.ts'
import { readTags, type TagListCode, tagListProblems } from './tag-list.ts'

type TlsRptCode = TagListCode | 'bad-version' | 'rua-missing' | 'no-mailto' | 'bad-report-uri' | 'too-many-report-uris'

const table: ProblemTable<TlsRptCode> = {
  ...tagListProblems,
  'not-a-tag': ['error', 'This is no name=value: {found}', 'RFC 8460 §3'],
  'bad-version': ['error', 'The record must begin with v=TLSRPTv1; in exactly these letters.', 'RFC 8460 §3'],
  'rua-missing': ['error', 'There is no address for reports (rua=).', 'RFC 8460 §3'],
  'no-mailto': ['error', 'mailto: is missing before an address: {found}', 'RFC 8460 §3'],
  'bad-report-uri': ['error', 'Reports go only to mailto: and https: addresses: {found}', 'RFC 8460 §3'],
  'too-many-report-uris': ['warning', 'There are more than 30 addresses for reports.', 'RFC 8460 §3']
}

export type TlsRptRecord = {
  readonly reports: readonly ReportUri[]
  /** Senders use it. */
  readonly valid: boolean
  readonly problems: readonly RecordProblem<TlsRptCode>[]
}

/** Thirty reporting addresses of 120 characters. */
const maxRecord = 4_096

/** Whether a TXT record of `_smtp._tls.` is meant for this; senders discard the others, and all where it is not one (RFC 8460 §3). */
export const isTlsRpt = (record: string): boolean => /^v=TLSRPTv1[ \t]{0,9}(?:;|$)/.test(record)

/** Reads the record of `_smtp._tls.<domain>` (RFC 8460 §3), the strings of the TXT record joined. Never throws. */
export const parseTlsRpt = (record: string): TlsRptRecord => {
  const { problems, add } = listProblems(table)
  const tags = readTags(record, ['v', 'rua'], maxRecord, add)
  if (!problems.some(({ code }) => code === 'too-long') && !/^v=TLSRPTv1[ \t]{0,9};/.test(record)) add('bad-version', 0)
  const rua = tags.get('rua')
  if (rua === undefined) add('rua-missing', Math.min(record.length, maxRecord))
  const reports =
    rua === undefined
      ? []
      : readReportUris(rua.value, (kind, at, found) =>
          add(kind === 'no-scheme' ? 'no-mailto' : kind === 'too-many' ? 'too-many-report-uris' : 'bad-report-uri', rua.valueAt + at, found)
        )
  for (const { scheme, at, uri } of reports)
    if (scheme !== 'mailto' && scheme !== 'https') add('bad-report-uri', (rua?.valueAt ?? 0) + at, uri)
  return { reports, valid: !hasErrors(problems), problems }
}

/** The record to publish instead of a broken one: with the addresses that it has, as far as they could be read. */
export const tlsRptText = (broken: string, domain: string): string => {
  const text = broken.slice(0, maxRecord).replace(/["“”\\]/g, '')
  const given = /(?:^|[;,\s])rua\s{0,9}[=:]\s{0,9}([^;\s]{1,1000})/i.exec(text)?.[1] ?? ''
  const items = given.split(',').map((item) => (/^[^:]+@/.test(item) ? `mailto:${item}` : item))
  const sound = readReportUris(items.join(','), () => {}).filter(({ scheme }) => scheme === 'mailto' || scheme === 'https')
  return `v=TLSRPTv1; rua=${sound.length === 0 ? `mailto:tls-reports@${domain}` : sound.map(({ uri }) => uri).join(',')}`
}
