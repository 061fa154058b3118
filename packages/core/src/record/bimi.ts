import { hasErrors, listProblems, type ProblemTable, type RecordProblem } from './problem.ts'
import { readTags, type TagListCode, tagListProblems } from './tag-list.ts'

const draft = 'draft-brand-indicators-for-message-identification'

type BimiCode = TagListCode | 'bad-version' | 'logo-missing' | 'logo-not-https' | 'logo-not-svg' | 'certificate-not-https'

const table: ProblemTable<BimiCode> = {
  ...tagListProblems,
  'bad-version': ['error', 'The record must begin with v=BIMI1.', draft],
  'logo-missing': ['error', 'There is no place of the logo (l=).', draft],
  'logo-not-https': ['error', 'The logo (l=) must be one https: address: {found}', draft],
  'logo-not-svg': ['warning', 'The logo (l=) should be an SVG file: {found}', draft],
  'certificate-not-https': ['error', 'The certificate (a=) must be an https: address: {found}', draft]
}

export type BimiRecord = {
  /** Where the logo is; empty where the domain declines to show one. */
  readonly logo?: string
  /** Where the mark certificate is (VMC or CMC). */
  readonly certificate?: string
  /** l= and a= are both empty: no logo is wanted. */
  readonly declined: boolean
  readonly valid: boolean
  readonly problems: readonly RecordProblem<BimiCode>[]
}

/** Two addresses of a thousand characters. */
const maxRecord = 4_096

export const isBimi = (record: string): boolean => /^\s{0,9}v\s{0,9}=\s{0,9}BIMI1\s{0,9}(?:;|$)/i.test(record)

const isHttps = (value: string): boolean => /^https:\/\/[a-z0-9.-]{1,253}(?::443)?(?:\/[!-~]*)?$/i.test(value) && !value.includes(',')

/** Reads the record of `<selector>._bimi.<domain>`, the strings of the TXT record joined. The logo itself is not fetched. Never throws. */
export const parseBimi = (record: string): BimiRecord => {
  const { problems, add } = listProblems(table)
  const tags = readTags(record, ['v', 'l', 'a', 'avp', 's'], maxRecord, add)
  const version = tags.get('v')
  if (version?.value !== 'BIMI1' || tags.keys().next().value !== 'v') add('bad-version', version?.valueAt ?? 0)
  const logo = tags.get('l')
  const certificate = tags.get('a')
  if (logo === undefined) add('logo-missing', Math.min(record.length, maxRecord))
  else if (logo.value !== '' && !isHttps(logo.value)) add('logo-not-https', logo.valueAt, logo.value)
  else if (logo.value !== '' && !/\.svgz?(?:[?#]|$)/i.test(logo.value)) add('logo-not-svg', logo.valueAt, logo.value)
  const proof = certificate?.value ?? ''
  if (proof !== '' && !isHttps(proof)) add('certificate-not-https', certificate?.valueAt ?? 0, proof)
  return {
    ...(logo === undefined ? {} : { logo: logo.value }),
    ...(proof === '' ? {} : { certificate: proof }),
    declined: logo?.value === '' && proof === '',
    valid: !hasErrors(problems),
    problems
  }
}

/** The record to publish instead of a broken one: its logo and certificate by https, as far as they could be read. */
export const bimiText = (broken: string, domain: string): string => {
  const text = broken.slice(0, maxRecord).replace(/["“”\\]/g, '')
  const read = (name: 'l' | 'a'): string | undefined => {
    const found = new RegExp(`(?:^|[;,\\s])${name}\\s{0,9}=\\s{0,9}([^;,\\s]{1,1000})`, 'i').exec(text)?.[1]
    const secure = found === undefined ? undefined : `https://${found.replace(/^[a-z]{1,10}:\/\//i, '')}`
    return secure !== undefined && isHttps(secure) ? secure : undefined
  }
  return `v=BIMI1; l=${read('l') ?? `https://${domain}/logo.svg`}; a=${read('a') ?? ''}`
}
