import { selectors as knownSelectors } from '@whybounce/core'
import { describeAnswer } from '../../dns/describe-answer.ts'
import type { Check, Context, Report } from '../check.ts'
import { askSelector, errorsOf, goodBits, isShort, isSound, type SelectorKey } from './dkim-key.ts'
import { messageSignatures } from './dkim-message.ts'
import { sendsNothing } from './dmarc-record.ts'

/** Selectors that were named, by the user or by a message, and are asked for. More come only from a message made to trouble us. */
const maxNamed = 20
/** A selector that nobody publishes: a domain that has a key there answers for every name (a wildcard). */
const inventedSelector = 'no-such-selector-0d7b1c'

type Named = { readonly selector: string; readonly domain: string }

/** Selectors given, and those of signatures whose domain is that of the sender, one above or one below it. */
const namedSelectors = async (context: Context, sender: string): Promise<readonly Named[]> => {
  const { signatures } = await messageSignatures(context)
  const near = (domain: string): boolean => domain === sender || domain.endsWith(`.${sender}`) || sender.endsWith(`.${domain}`)
  const all = new Map<string, Named>()
  for (const selector of context.options.selectors ?? [])
    all.set(`${selector.toLowerCase()} ${sender}`, { selector: selector.toLowerCase(), domain: sender })
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
  const short = key?.usable === true && isShort(key)
  report(short ? 'dkim.short-key' : 'dkim.bad-key', evidence, values, about)
}

/** Common selectors: what is found may no longer be in use. True where one has a key that can be used. */
const reportCommon = (report: Report, found: readonly SelectorKey[]): boolean => {
  let usable = false
  for (const one of found) {
    const { kind, name, selector, evidence } = one
    if (kind === 'none' || kind === 'other' || kind === 'unknown') continue
    if (reportUsable(report, one)) usable = true
    else if (kind === 'revoked') report('dkim.retired', evidence, { selector }, { about: name })
    else report('dkim.unused-key-broken', evidence, { selector, name }, { about: name })
  }
  return usable
}

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
    for (const one of ours) await reportNamed(context, report, one)
    const wild = !['none', 'other', 'unknown'].includes(invented.kind)
    if (wild) {
      if (named.length === 0) report('dkim.wildcard', invented.evidence, { domain: sender }, { about: sender })
      return
    }
    const usable = reportCommon(report, theirs)
    if (usable || named.length > 0) return
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
