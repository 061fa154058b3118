import { countsAsDmarc, type DmarcPolicy, type DmarcRecord, isMeantAtDmarc, parseDmarc } from '@whybounce/core/record'
import { describeAnswer } from '../../dns/describe-answer.ts'
import type { Context } from '../check.ts'

/** What stands at one `_dmarc.` name. */
export type DmarcAt = {
  readonly domain: string
  /** `_dmarc.example.com`. */
  readonly name: string
  /**
   * `one`: a record that receivers count. `several`: more than one, which counts as none. `unread`: meant as one, but none that counts.
   * `none`, and `unknown` where the question failed.
   */
  readonly kind: 'one' | 'several' | 'unread' | 'none' | 'unknown'
  readonly text?: string
  readonly record?: DmarcRecord
  /** Of `none`: where a CNAME leads that has no record at its end. */
  readonly alias?: string
  readonly evidence: readonly string[]
}

export type DmarcFound = {
  /** At the domain itself. */
  readonly own: DmarcAt
  /** Whose policy receivers go by; absent where there is none. */
  readonly applied?: DmarcAt & { readonly record: DmarcRecord; readonly text: string }
  /** What they do with mail that fails, before `t` and `pct`. Absent where no record counts. */
  readonly policy?: DmarcPolicy
  /** Nearest above, where no record counts: several, or one with an error, which receivers pass over. */
  readonly passedOver?: DmarcAt
  /** The walk could not be ended: a question failed. */
  readonly unknown: boolean
  readonly evidence: readonly string[]
}

/** RFC 9989 §4.10: of a name of eight labels or more the walk goes from the whole name to its last seven. */
const maxWalkLabels = 7

const askDmarc = async (query: Context['query'], domain: string): Promise<DmarcAt> => {
  const name = `_dmarc.${domain}`
  const answer = await query(name, 'TXT')
  const asked = { domain, name, evidence: [`TXT of ${name}: ${describeAnswer(answer)}`] }
  if (answer.status === 'failed') return { ...asked, kind: 'unknown' }
  const counted = answer.records.map((record) => record.trim()).filter(countsAsDmarc)
  const [first] = counted
  if (first !== undefined)
    return counted.length > 1 ? { ...asked, kind: 'several' } : { ...asked, kind: 'one', text: first, record: parseDmarc(first) }
  const meant = answer.records.find(isMeantAtDmarc)
  const alias = answer.aliases.at(-1)
  if (meant === undefined) return { ...asked, kind: 'none', ...(alias === undefined ? {} : { alias }) }
  return { ...asked, kind: 'unread', text: meant, record: parseDmarc(meant) }
}

/** The names of a tree walk (RFC 9989 §4.10), the domain itself first: at most eight. */
const walkOf = (domain: string): readonly string[] => {
  const names: string[] = []
  let labels = domain.split('.')
  while (labels.length > 0) {
    names.push(labels.join('.'))
    labels = labels.length > maxWalkLabels ? labels.slice(-maxWalkLabels) : labels.slice(1)
  }
  return names
}

/**
 * The policy for mail from a domain (RFC 9989 §4.10.1): its own record, else that of its organisational domain, found by the tree walk
 * instead of a list of public suffixes.
 */
export const findDmarc = (context: Context, domain: string): Promise<DmarcFound> =>
  context.once(`DMARC of ${domain}`, async () => {
    const [start = domain, ...parents] = walkOf(domain)
    const own = await askDmarc(context.query, start)
    const evidence = [...own.evidence]
    const concluded = (at: DmarcAt | undefined): DmarcFound => {
      if (at?.record === undefined || at.text === undefined) return { own, unknown: own.kind === 'unknown', evidence }
      const { record, text } = at
      const inherited = at.domain !== domain
      const policy =
        record.effective === undefined
          ? undefined
          : inherited && record.policy === record.effective
            ? (record.subdomainPolicy ?? record.effective)
            : record.effective
      return { own, applied: { ...at, record, text }, ...(policy === undefined ? {} : { policy }), unknown: false, evidence }
    }
    if (own.kind === 'one') return concluded(own)
    if (own.kind === 'unknown') return concluded(undefined)
    const found: DmarcAt[] = []
    let passedOver: DmarcAt | undefined
    for (const name of parents) {
      const at = await askDmarc(context.query, name)
      evidence.push(...at.evidence)
      if (at.kind === 'unknown') {
        // A record nearer to the domain holds whatever stands above it.
        if (found.length > 0) break
        return { own, unknown: true, evidence }
      }
      if (at.kind === 'several' || at.kind === 'unread') passedOver ??= at
      if (at.kind !== 'one') continue
      found.push(at)
      if (at.record?.psd !== 'u') break
    }
    // RFC 9989 §4.10.2: the record with the fewest labels is the organisational domain's, unless one says psd=y or psd=n.
    const top = found.at(-1)
    if (top === undefined && passedOver !== undefined) return { ...concluded(undefined), passedOver }
    return concluded(top?.record?.psd === 'y' && found.length > 1 ? found.at(-2) : top)
  })

/** SPF says that the domain sends no mail: nothing but -all. Then a missing DKIM key is no lack. */
export const sendsNothing = async (query: Context['query'], domain: string): Promise<boolean> =>
  (await query(domain, 'TXT')).records.some((record) => /^v=spf1 {1,9}-all {0,9}$/i.test(record))
