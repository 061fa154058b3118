import { listProblems, type ProblemTable, type RecordProblem } from './problem.ts'
import { type ReportUri, readReportUris } from './report-uri.ts'
import { readTags, type Tag, type TagListCode, tagListProblems, trimBlanks } from './tag-list.ts'

/**
 * DMARC policy records (RFC 9989 §4.7, §4.8; before it RFC 7489 §6.3, §6.4). Errors are what makes receivers take the record for none, or
 * its policy for p=none; warnings are tags that do not do what they were meant to do.
 */
type DmarcCode =
  | TagListCode
  | 'version-missing'
  | 'version-not-first'
  | 'bad-version'
  | 'policy-missing'
  | 'bad-policy'
  | 'bad-subdomain-policy'
  | 'bad-alignment'
  | 'bad-percentage'
  | 'bad-failure-options'
  | 'bad-flag'
  | 'bad-interval'
  | 'bad-report-format'
  | 'no-mailto'
  | 'bad-report-uri'
  | 'too-many-report-uris'
  | 'unknown-tag'
  | 'tag-case'
  | 'policy-not-second'

const table: ProblemTable<DmarcCode> = {
  ...tagListProblems,
  'too-long': ['error', 'The record is longer than 4096 characters.', 'RFC 9989 §4.7'],
  'not-a-tag': ['warning', 'This is no name=value, so it is passed over: {found}', 'RFC 9989 §4.8'],
  'bad-tag-name': ['warning', 'This is no name of a tag, so it is passed over: {found}', 'RFC 9989 §4.8'],
  'bad-character': ['warning', 'This has a character that may not stand in the record: {found}', 'RFC 9989 §4.8'],
  'version-missing': ['error', 'The record must begin with v=DMARC1.', 'RFC 9989 §4.7'],
  'version-not-first': ['error', 'v=DMARC1 must be the first tag.', 'RFC 9989 §4.7'],
  'bad-version': ['error', 'The version must be DMARC1, in exactly these letters, with a semicolon after it: {found}', 'RFC 9989 §4.7'],
  'policy-missing': [
    'error',
    'There is no policy (p=); older receivers take the record for none, newer ones for p=none if rua is there.',
    'RFC 7489 §6.3'
  ],
  'bad-policy': ['error', 'The policy (p=) must be none, quarantine or reject: {found}', 'RFC 9989 §4.7'],
  'bad-subdomain-policy': ['error', 'The policy for subdomains (sp=, np=) must be none, quarantine or reject: {found}', 'RFC 9989 §4.7'],
  'bad-alignment': ['warning', 'adkim and aspf must be r or s: {found}', 'RFC 9989 §4.7'],
  'bad-percentage': ['warning', 'pct must be a whole number from 0 to 100: {found}', 'RFC 7489 §6.3'],
  'bad-failure-options': ['warning', 'fo must be one or more of 0, 1, d and s with colons between them: {found}', 'RFC 9989 §4.7'],
  'bad-flag': ['warning', 't must be y or n, psd must be y, n or u: {found}', 'RFC 9989 §4.7'],
  'bad-interval': ['warning', 'ri must be seconds in digits: {found}', 'RFC 7489 §6.3'],
  'bad-report-format': ['warning', 'rf must be afrf: {found}', 'RFC 7489 §6.3'],
  'no-mailto': ['warning', 'mailto: is missing before an address, so no reports go there: {found}', 'RFC 9989 §4.8'],
  'bad-report-uri': ['warning', 'No report can go there: {found}', 'RFC 9989 §4.8'],
  'too-many-report-uris': ['warning', 'There are more than 30 addresses for reports; receivers need heed only two.', 'RFC 7489 §6.2'],
  'unknown-tag': ['warning', 'No such tag is defined, so it is passed over: {found}', 'RFC 9989 §4.7'],
  'tag-case': ['warning', 'Names of tags are in lower case; some receivers pass this one over: {found}', 'RFC 6376 §3.2'],
  'policy-not-second': ['warning', 'Older receivers need p= right after v=DMARC1.', 'RFC 7489 §6.4']
}

const dmarcPolicies = ['none', 'quarantine', 'reject'] as const
export type DmarcPolicy = (typeof dmarcPolicies)[number]

export type DmarcRecord = {
  /** Absent where it is missing or none of the three words. */
  readonly policy?: DmarcPolicy
  readonly subdomainPolicy?: DmarcPolicy
  /** np: for subdomains that do not exist. */
  readonly nonexistentPolicy?: DmarcPolicy
  readonly strictDkim: boolean
  readonly strictSpf: boolean
  /** pct, 100 where nothing is said. RFC 9989 took it out; older receivers still go by it. */
  readonly percentage: number
  /** t=y: receivers act one step more mildly. */
  readonly trial: boolean
  readonly psd: 'y' | 'n' | 'u'
  readonly failureOptions: readonly string[]
  readonly aggregate: readonly ReportUri[]
  readonly failure: readonly ReportUri[]
  /**
   * What receivers after RFC 9989 §4.10.1 act by: the policy where p, sp and np are sound; none where they are not and reports are asked
   * for; absent where the record counts as none.
   */
  readonly effective?: DmarcPolicy
  readonly problems: readonly RecordProblem<DmarcCode>[]
}

const knownTags = ['v', 'p', 'sp', 'np', 'adkim', 'aspf', 'fo', 'rua', 'ruf', 'pct', 'rf', 'ri', 't', 'psd']
/** Thirty reporting addresses of 120 characters. */
const maxRecord = 4_096

/** Whether a TXT record is meant as a DMARC record, sound or not. Receivers pass over what does not begin with v=DMARC1 exactly. */
export const isDmarcRecord = (record: string): boolean => /^\s{0,9}["'“]?\s{0,9}v\s{0,9}=\s{0,9}DMARC/i.test(record)
/** The same of a record at a `_dmarc.` name, where a policy alone tells what is meant: `p=none; v=DMARC1`, `DMARC1; p=none`. */
export const isMeantAtDmarc = (record: string): boolean =>
  isDmarcRecord(record) ||
  /(?:^|[;,\s"'“])(?:p\s{0,9}=\s{0,9}(?:none|quarantine|reject)|v\s{0,9}[=:-]\s{0,9}DMARC1)(?:$|[;,\s"'”\\])/i.test(record)
/** Whether receivers count it (RFC 9989 §4.10). */
export const countsAsDmarc = (record: string): boolean => /^[vV][ \t]{0,9}=[ \t]{0,9}DMARC1[ \t]{0,9}(?:;|$)/.test(record)

const asPolicy = (tag: Tag | undefined): DmarcPolicy | undefined => dmarcPolicies.find((policy) => policy === tag?.value.toLowerCase())

/** Reads a DMARC record, the strings of the TXT record joined. Never throws. */
export const parseDmarc = (record: string): DmarcRecord => {
  const { problems, add } = listProblems(table)
  const raw = readTags(record, knownTags, maxRecord, add)
  const tags = new Map<string, Tag>()
  for (const tag of raw.values()) {
    const name = tag.name.toLowerCase()
    if (!knownTags.includes(name)) add('unknown-tag', tag.at, tag.name)
    else if (name !== tag.name && name !== 'v') add('tag-case', tag.at, tag.name)
    if (!tags.has(name)) tags.set(name, tag)
  }
  readVersion(record, tags, add)

  const policyTag = tags.get('p')
  const policy = asPolicy(policyTag)
  if (policyTag === undefined) {
    if (record.length <= maxRecord) add('policy-missing', record.length)
  } else if (policy === undefined) add('bad-policy', policyTag.valueAt, policyTag.value)
  else if ([...tags.keys()].indexOf('p') > 1 && tags.has('v')) add('policy-not-second', policyTag.at)
  const below = (name: 'sp' | 'np'): DmarcPolicy | undefined => {
    const tag = tags.get(name)
    const found = asPolicy(tag)
    if (tag !== undefined && found === undefined) add('bad-subdomain-policy', tag.valueAt, tag.value)
    return found
  }
  const subdomainPolicy = below('sp')
  const nonexistentPolicy = below('np')

  /** A value of a closed form; what is not of it counts as not there. */
  const checked = (name: string, form: RegExp, code: DmarcCode): string | undefined => {
    const tag = tags.get(name)
    if (tag === undefined) return undefined
    if (form.test(tag.value)) return tag.value.toLowerCase()
    add(code, tag.valueAt, tag.value)
    return undefined
  }
  const percentage = Number(checked('pct', /^(?:100|\d{1,2})$/, 'bad-percentage') ?? 100)
  const adkim = checked('adkim', /^[rs]$/i, 'bad-alignment')
  const aspf = checked('aspf', /^[rs]$/i, 'bad-alignment')
  const failureOptions = checked('fo', /^[01ds](?:\s{0,9}:\s{0,9}[01ds]){0,9}$/i, 'bad-failure-options')
  const trial = checked('t', /^[yn]$/i, 'bad-flag')
  const psd = checked('psd', /^[ynu]$/i, 'bad-flag')
  checked('ri', /^\d{1,10}$/, 'bad-interval')
  checked('rf', /^afrf$/i, 'bad-report-format')

  const uris = (name: 'rua' | 'ruf'): readonly ReportUri[] => {
    const tag = tags.get(name)
    if (tag === undefined) return []
    return readReportUris(tag.value, (kind, at, found) =>
      add(kind === 'no-scheme' ? 'no-mailto' : kind === 'too-many' ? 'too-many-report-uris' : 'bad-report-uri', tag.valueAt + at, found)
    )
  }
  const aggregate = uris('rua')
  const broken = problems.some(({ code }) => structural.includes(code))
  const effective = broken
    ? undefined
    : problems.some(({ code }) => policyCodes.includes(code))
      ? aggregate.length > 0
        ? 'none'
        : undefined
      : policy
  return {
    ...(policy === undefined ? {} : { policy }),
    ...(subdomainPolicy === undefined ? {} : { subdomainPolicy }),
    ...(nonexistentPolicy === undefined ? {} : { nonexistentPolicy }),
    strictDkim: adkim === 's',
    strictSpf: aspf === 's',
    percentage,
    trial: trial === 'y',
    psd: psd === 'y' || psd === 'n' ? psd : 'u',
    failureOptions: (failureOptions ?? '0').split(':').map(trimBlanks),
    aggregate,
    failure: uris('ruf'),
    ...(effective === undefined ? {} : { effective }),
    problems
  }
}

const policyCodes: readonly DmarcCode[] = ['policy-missing', 'bad-policy', 'bad-subdomain-policy']
/** What makes the whole record none. */
const structural: readonly DmarcCode[] = [
  'too-long',
  'too-many-tags',
  'version-missing',
  'version-not-first',
  'bad-version',
  'duplicate-tag'
]

const readVersion = (record: string, tags: ReadonlyMap<string, Tag>, add: (code: DmarcCode, at: number, found?: string) => void): void => {
  if (record.length > maxRecord) return
  const version = tags.get('v')
  if (version === undefined) add('version-missing', 0)
  else if (tags.keys().next().value !== 'v') add('version-not-first', version.at)
  else if (!countsAsDmarc(record)) add('bad-version', version.valueAt, version.value)
}

/** The policy that a word which is none of the three most likely means. Anything else becomes none, which refuses nobody's mail. */
const nearestPolicy = (word: string): DmarcPolicy => (/^q/i.test(word) ? 'quarantine' : /^rej/i.test(word) ? 'reject' : 'none')

/** The record to publish instead of a broken one: what could be read of it, in order, with the mistakes taken out. */
export const dmarcText = (broken: string): string => {
  const text = broken.slice(0, maxRecord).replace(/["“”\\]/g, '')
  const read = (name: string): string | undefined =>
    new RegExp(`(?:^|[;,\\s])${name}\\s{0,9}=\\s{0,9}([^;\\s]{1,1000})`, 'i').exec(text)?.[1]
  const uris = (name: 'rua' | 'ruf'): readonly string[] => {
    // Blanks, commas and further `mailto:` between addresses, whatever their number.
    const given = new RegExp(`(?:^|[;,\\s])${name}\\s{0,9}=([^;]{1,4000})`, 'i').exec(text)?.[1] ?? ''
    const words = given.split(/[,\s]+/).map((item) => item.replace(/^(?:mailto:){1,9}/i, ''))
    const items = words.filter((item) => item !== '').map((item) => (/^[^:]+@/.test(item) ? `mailto:${item}` : item))
    const sound = readReportUris(items.join(','), () => {}).map(({ uri }) => uri)
    return sound.length === 0 ? [] : [`${name}=${sound.join(',')}`]
  }
  const kept = (name: string, form: RegExp): readonly string[] => {
    const value = read(name)?.replace(/,$/, '')
    return value !== undefined && form.test(value) ? [`${name}=${value.toLowerCase()}`] : []
  }
  /** `strict` and `relaxed` are what the letters stand for. */
  const alignment = (name: 'adkim' | 'aspf'): readonly string[] => {
    const letter = /^(?:(r)(?:elaxed)?|(s)(?:trict)?),?$/i.exec(read(name) ?? '')
    return letter === null ? [] : [`${name}=${(letter[1] ?? letter[2] ?? '').toLowerCase()}`]
  }
  const policy = nearestPolicy(read('p') ?? '')
  const below = read('sp')
  return [
    'v=DMARC1',
    `p=${policy}`,
    ...(below === undefined ? [] : [`sp=${nearestPolicy(below)}`]),
    ...kept('np', /^(?:none|quarantine|reject)$/i),
    ...alignment('adkim'),
    ...alignment('aspf'),
    ...kept('pct', /^(?:100|\d{1,2})$/),
    ...kept('fo', /^[01ds](?::[01ds]){0,9}$/i),
    ...kept('t', /^[yn]$/i),
    ...kept('psd', /^[ynu]$/i),
    ...uris('rua'),
    ...uris('ruf')
  ].join('; ')
}
