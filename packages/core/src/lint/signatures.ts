import { parseDate } from '../message/dates.ts'
import type { Headers } from '../message/headers.ts'
import type { Add } from './checking.ts'
import { areAligned } from './domains.ts'
import { receivedAt } from './header-fields.ts'
import { type Look, shown } from './look.ts'
import type { Senders } from './senders.ts'

/** A DKIM-Signature as it stands (RFC 6376 §3.5); nothing is computed. */
export type Signature = {
  readonly domain: string
  readonly selector: string
  readonly algorithm: string
  /** Signed fields, in small letters. */
  readonly fields: readonly string[]
  /** Tags that must be there and are not, or are given twice. */
  readonly faults: readonly string[]
  /** Bytes of the body that count, where not all do. */
  readonly bodyLength?: string
  /** Seconds since 1970. */
  readonly expires?: number
}

/** Messages carry one to three; mailing lists add some. */
const maxSignatures = 20
const maxTags = 50
const maxSignedFields = 500

/** `tag=value; …` (RFC 6376 §3.2). Of a tag that stands twice the first counts. */
const readTags = (value: string): { readonly tags: ReadonlyMap<string, string>; readonly twice: readonly string[] } => {
  const tags = new Map<string, string>()
  const twice: string[] = []
  for (const piece of value.slice(0, 65_536).split(';').slice(0, maxTags)) {
    const equals = piece.indexOf('=')
    if (equals < 0) continue
    const name = piece.slice(0, equals).trim()
    if (tags.has(name)) twice.push(name)
    else tags.set(name, piece.slice(equals + 1).trim())
  }
  return { tags, twice }
}

const demanded = ['v', 'a', 'b', 'bh', 'd', 'h', 's']

export const readSignatures = (headers: Headers): Signature[] =>
  headers
    .all('dkim-signature')
    .slice(0, maxSignatures)
    .map((value) => {
      const { tags, twice } = readTags(value)
      const tag = (name: string): string => tags.get(name) ?? ''
      const expires = tag('x')
      return {
        domain: tag('d').toLowerCase(),
        selector: tag('s').toLowerCase(),
        algorithm: tag('a').toLowerCase(),
        fields: tag('h')
          .toLowerCase()
          .split(':')
          .slice(0, maxSignedFields)
          .map((name) => name.trim()),
        faults: [
          ...demanded.filter((name) => tag(name) === '').map((name) => `${name}= is missing`),
          ...twice.map((name) => `${name}= stands twice`),
          ...(tag('v') !== '' && tag('v') !== '1' ? [`v=${tag('v')} instead of v=1`] : [])
        ],
        ...(tags.has('l') ? { bodyLength: tag('l') } : {}),
        ...(/^\d{1,12}$/.test(expires) ? { expires: Number(expires) } : {})
      }
    })

/**
 * RFC 6376 §5.4.1 recommends more; these are what readers see, and what forgers would change. Large services leave one of the last two out
 * (Microsoft 365 To, SendGrid Date; memory: their signatures), and who sends through them cannot change that: only Subject counts alone.
 */
const visible = ['subject', 'date', 'to']

/** Bounces have no envelope sender and are seldom signed; reports of cron lie where they were written, and no other server had them. */
const isOfTheServer = ({ headers }: Look, { envelope }: Senders): boolean =>
  envelope === '' || (headers.has('received') && headers.all('received').every((value) => /^\s*by\s/i.test(value)))

/** What the signatures cover, and whether anything can vouch for the domain in From. */
export const checkSignatures = (look: Look, senders: Senders, signatures: readonly Signature[], add: Add): void => {
  const { headers } = look
  const domain = senders.domain ?? ''
  if (signatures.length === 0 && !isOfTheServer(look, senders)) add(look.sent ? 'lint.unsigned-sent' : 'lint.unsigned', [], { domain })
  const says = ({ domain: signer, selector }: Signature): string => `DKIM-Signature: d=${shown(signer)}; s=${shown(selector)}`
  const sent = receivedAt(headers.get('received')) ?? Date.parse(parseDate(headers.get('date')) ?? '')
  for (const signature of signatures) {
    const { faults, fields, bodyLength, expires, algorithm } = signature
    if (faults.length > 0) add('lint.dkim-broken', [`${says(signature)}: ${faults.map(shown).join(', ')}`])
    else if (!fields.includes('from')) add('lint.dkim-from-uncovered', [`${says(signature)}; h=${shown(fields.join(':'))}`])
    if (algorithm === 'rsa-sha1') add('lint.dkim-sha1', [`${says(signature)}; a=rsa-sha1`])
    if (bodyLength !== undefined) add('lint.dkim-body-partial', [`${says(signature)}; l=${shown(bodyLength)}`])
    // A message that is looked at later had a signature that held when it was sent.
    if (expires !== undefined && expires * 1_000 < sent) add('lint.dkim-expired', [`${says(signature)}; x=${expires}`])
  }
  const bare = visible.filter((name) => headers.has(name) && !signatures.some(({ fields }) => fields.includes(name)))
  if (signatures.length > 0 && bare.includes('subject'))
    add(
      'lint.dkim-fields-uncovered',
      signatures.map((one) => `${says(one)}; h=${shown(one.fields.join(':'))}`),
      { fields: bare.join(', ') }
    )
  checkAlignment(senders, signatures, add)
}

const checkAlignment = ({ domain, envelope }: Senders, signatures: readonly Signature[], add: Add): void => {
  if (domain === undefined || (signatures.length === 0 && (envelope === undefined || envelope === ''))) return
  const evidence = [
    `From: …@${shown(domain)}`,
    ...signatures.map(({ domain: signer }) => `DKIM-Signature: d=${shown(signer)}`),
    ...(envelope === undefined ? [] : [`Return-Path: ${envelope === '' ? '<>' : `…@${shown(envelope)}`}`])
  ]
  const isOurs = (other: string): boolean => other !== '' && areAligned(other, domain)
  if (signatures.some(({ domain: signer }) => isOurs(signer)) || (envelope !== undefined && isOurs(envelope))) add('lint.aligned', evidence)
  else add(envelope === undefined ? 'lint.alignment-unknown' : 'lint.not-aligned', evidence, { domain })
}

/** RFC 8617 §4.2.1. */
const maxInstances = 50

/** ARC sets (RFC 8617 §5.2 steps 2 and 3): numbered without a gap, each whole, and what each forwarder says of those before it. */
export const checkArc = ({ headers }: Look, add: Add): void => {
  const seals = headers.all('arc-seal').slice(0, 2 * maxInstances)
  const others = [headers.all('arc-message-signature'), headers.all('arc-authentication-results')].map((values) =>
    values.slice(0, 2 * maxInstances).map((value) => /^\s*i=(\d{1,3})\s*;/.exec(value)?.[1] ?? readTags(value).tags.get('i') ?? '')
  )
  if (seals.length === 0 && others.every((values) => values.length === 0)) return
  const read = seals
    .map((value) => {
      const { tags } = readTags(value)
      return { instance: Number(tags.get('i') ?? 0), result: (tags.get('cv') ?? '').toLowerCase(), domain: tags.get('d') ?? '' }
    })
    .sort((one, other) => one.instance - other.instance)
  const evidence = read.map(({ instance, result, domain }) => `ARC-Seal: i=${instance}; cv=${shown(result)}; d=${shown(domain)}`)
  const domain = read[read.length - 1]?.domain ?? ''
  const wanted = read.map((_, index) => String(index + 1))
  const isWhole = others.every((values) => [...values].sort((one, other) => Number(one) - Number(other)).join() === wanted.join())
  const failed = read.findIndex(({ result }) => result === 'fail')
  if (!isWhole || read.some(({ instance }, index) => instance !== index + 1) || read.length > maxInstances)
    add('lint.arc-broken', evidence, { domain })
  else if (failed >= 0) add('lint.arc-failed', evidence, { domain: read[failed]?.domain ?? '' })
  else if (read.some(({ result }, index) => result !== (index === 0 ? 'none' : 'pass'))) add('lint.arc-broken', evidence, { domain })
  else add('lint.arc-fine', evidence)
}
