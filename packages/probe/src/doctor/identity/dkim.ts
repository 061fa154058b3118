import { selectors as knownSelectors } from '@whybounce/core'
import { dkimText, isDkimKey, quoteSpf } from '@whybounce/core/record'
import { describeAnswer } from '../../dns/describe-answer.ts'
import { plainName } from '../../dns/wire-name.ts'
import type { Check, Context, Report } from '../check.ts'
import { askSelector, errorsOf, goodBits, isShort, isSound, type SelectorKey } from './dkim-key.ts'
import { messageSignatures } from './dkim-message.ts'
import { sendsNothing } from './dmarc-record.ts'

/** Selectors that were named, by the user or by a message, and are asked for. More come only from a message made to trouble us. */
const maxNamed = 20
/** A selector that nobody publishes: a domain that has a key there answers for every name (a wildcard). */
const inventedSelector = 'no-such-selector-0d7b1c'

type Named = { readonly selector: string; readonly domain: string }

/** A selector as people copy it: `s1`, `s1._domainkey`, or the name of the whole record. */
const readSelector = (typed: string, sender: string): Named => {
  const [selector = '', rest = ''] = plainName(typed.trim()).split('._domainkey', 2)
  return { selector, domain: rest.length > 1 ? rest.slice(1) : sender }
}

/** Selectors given, and those of signatures whose domain is that of the sender, one above or one below it. */
const namedSelectors = async (context: Context, sender: string): Promise<readonly Named[]> => {
  const { signatures } = await messageSignatures(context)
  const near = (domain: string): boolean => domain === sender || domain.endsWith(`.${sender}`) || sender.endsWith(`.${domain}`)
  const all = new Map<string, Named>()
  for (const typed of context.options.selectors ?? []) {
    const named = readSelector(typed, sender)
    all.set(`${named.selector} ${named.domain}`, named)
  }
  for (const { selector, domain } of signatures) if (near(domain)) all.set(`${selector} ${domain}`, { selector, domain })
  return [...all.values()].slice(0, maxNamed)
}

/** A key that can be used: sound, testing or short of what is recommended. True where there was one. */
const reportUsable = (report: Report, found: SelectorKey): boolean => {
  const { key, name, selector, evidence } = found
  if (key === undefined || !isSound(found)) return false
  const { bits } = key
  report(
    bits !== undefined && bits < goodBits ? 'dkim.key-1024' : 'dkim.key-good',
    evidence,
    { bits: String(bits ?? ''), selector },
    { about: name }
  )
  if (key.testing) report('dkim.testing', evidence, { name, selector }, { about: name })
  return true
}

/** What to publish in the place of a broken record: with its key, where that can be read. */
const mendedKey = ({ records }: SelectorKey['answer']): string => dkimText(records.find(isDkimKey) ?? '') ?? 'v=DKIM1; k=rsa; p=…'

/** A selector that is in use: whatever is wrong with it fails mail. */
const reportNamed = async (context: Context, report: Report, found: SelectorKey): Promise<void> => {
  if (reportUsable(report, found)) return
  const { kind, key, name, selector, domain, evidence, answer } = found
  const values = { selector, name, alias: answer.aliases.at(-1) ?? '', bits: String(key?.bits ?? ''), what: errorsOf(found) }
  const about = { about: name }
  if (kind === 'unknown') return report('dkim.unknown', evidence, values, about)
  if (kind === 'revoked') return report('dkim.revoked', evidence, values, about)
  if (kind === 'several') return report('dkim.several-records', evidence, values, about)
  if (kind === 'alias-broken') return report('dkim.alias-broken', evidence, values, about)
  if (kind === 'other') return report('dkim.not-a-key', evidence, values, about)
  if (kind === 'none') {
    // Panels that add the domain by themselves turn a full name into this one.
    const twice = await askSelector(context.query, selector, `${domain}.${domain}`)
    if (twice.kind !== 'key' && twice.kind !== 'revoked') return report('dkim.selector-missing', evidence, values, about)
    const label = `${selector}._domainkey`
    return report('dkim.misplaced', [...evidence, ...twice.evidence], { ...values, wrong: twice.name, label }, about)
  }
  if (key?.usable === true && isShort(key)) return report('dkim.short-key', evidence, values, about)
  report('dkim.bad-key', evidence, { ...values, record: quoteSpf(mendedKey(answer)) }, about)
}

/**
 * Microsoft 365 has two selectors for a domain, and may publish the key of the second only at the first change of keys: one that is not
 * there yet is no fault.
 */
const holdsBack = ({ aliases }: SelectorKey['answer']): boolean =>
  /\.(?:onmicrosoft\.com|dkim\.mail\.microsoft)$/i.test(aliases.at(-1) ?? '')

/** Common selectors: what is found may no longer be in use. True where one has a key that can be used. */
const reportCommon = (report: Report, found: readonly SelectorKey[], signs: boolean): boolean => {
  const usable = found.some(isSound)
  for (const one of found) {
    const { kind, name, selector, evidence, answer } = one
    if (kind === 'none' || kind === 'other' || kind === 'unknown' || reportUsable(report, one)) continue
    if (kind === 'revoked') report('dkim.retired', evidence, { selector }, { about: name })
    else if (kind === 'alias-broken' && (usable || signs) && holdsBack(answer))
      report('dkim.alias-idle', evidence, { selector, alias: answer.aliases.at(-1) ?? '' }, { about: name })
    else report('dkim.unused-key-broken', evidence, { selector, name }, { about: name })
  }
  return usable
}

/** Whether an answer is what the zone says to every selector. */
const isWild = (invented: SelectorKey, { kind, answer }: SelectorKey): boolean =>
  kind === invented.kind && answer.records.join('\n') === invented.answer.records.join('\n')

/** No key was found: whether there can be one (RFC 8020 §2: under a name that does not exist there is nothing). */
const reportNone = async (context: Context, report: Report, sender: string, asked: readonly string[]): Promise<void> => {
  const above = await context.query(`_domainkey.${sender}`, 'TXT')
  const evidence = [`TXT of _domainkey.${sender}: ${describeAnswer(above)}`, `selectors asked for: ${asked.join(', ')}`]
  const about = { about: sender }
  if (await sendsNothing(context.query, sender)) report('dkim.not-needed', evidence, {}, about)
  else if (above.status === 'failed') report('dkim.unknown', evidence, {}, about)
  else if (above.status === 'nxdomain' && above.aliases.length === 0) report('dkim.none', evidence, { domain: sender }, about)
  else report('dkim.selector-unknown', evidence, {}, about)
}

/**
 * DKIM keys of the sending domain. DNS cannot list selectors: those that were named are examined as in use, common ones are tried, and
 * where none is found the difference between “no such name” and “no data” above them tells whether there can be any.
 */
export const dkimCheck: Check = {
  id: 'dkim',
  stage: 'identity',
  title: 'DKIM keys',
  wanted: ({ sender }) => sender !== undefined,
  run: async (context, report) => {
    const { sender, query, deep } = context
    if (sender === undefined) return
    const named = await namedSelectors(context, sender)
    const known = named.filter(({ domain }) => domain === sender).map(({ selector }) => selector)
    const common = knownSelectors.filter((one) => (deep || one.common) && !known.includes(one.name)).map(({ name }) => name)
    const [ours, theirs, invented] = await Promise.all([
      Promise.all(named.map(({ selector, domain }) => askSelector(query, selector, domain))),
      Promise.all(common.map((selector) => askSelector(query, selector, sender))),
      askSelector(query, inventedSelector, sender)
    ])
    // A CNAME that every name has is none of the selector's own.
    const lost = (one: SelectorKey): boolean => one.kind === 'alias-broken' && isWild(invented, one)
    for (const one of ours) await reportNamed(context, report, lost(one) ? { ...one, kind: 'none' } : one)
    const wild = !['none', 'other', 'unknown'].includes(invented.kind)
    const own = wild ? theirs.filter((one) => !isWild(invented, one)) : theirs
    const usable = reportCommon(report, own, ours.some(isSound))
    if (usable || named.length > 0) return
    // A wildcard without a key says nothing against there being one, nor does a revoked one, as domains without mail publish it.
    if (invented.kind === 'key' || invented.kind === 'several')
      return report('dkim.wildcard', invented.evidence, { domain: sender }, { about: sender })
    const failed = theirs.filter(({ kind }) => kind === 'unknown')
    if (failed.length === theirs.length)
      return report(
        'dkim.unknown',
        failed.slice(0, 3).flatMap(({ evidence }) => evidence),
        {},
        { about: sender }
      )
    await reportNone(context, report, sender, common)
  }
}
