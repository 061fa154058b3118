import { defaultDiagnoser, type VerdictName, verdictNames } from '@whybounce/core'
import type { Verdict } from '@whybounce/probe'
import type { ListRow } from '@whybounce/sources'
import { block, counted, printable, type Terminal, wrap } from '../terminal.ts'
import { verdictTitle, verdictWords } from './words.ts'

/** What a list came to: verdicts, why, who receives, likely typing errors, and what to do before sending. */
export type ListSummary = {
  readonly add: (verdict: Verdict) => void
  readonly addUnread: (row: ListRow) => void
  /** A row without an address. */
  readonly addEmpty: () => void
  readonly print: (terminal: Terminal) => string
  readonly toJson: () => object
  readonly unread: () => number
  readonly onlyUnknown: () => boolean
}

/** Shares of mail that bounces, from and to, where nothing was measured: our own assumption, wide on purpose. */
const assumed: Readonly<Record<VerdictName, readonly [number, number]>> = {
  deliverable: [0, 0.02],
  sendable: [0.01, 0.1],
  risky: [0.05, 0.4],
  undeliverable: [0.95, 1],
  unknown: [0.02, 0.3]
}

/** So many answers of mail servers make the list's own rate worth more than an assumption. */
const enoughAnswers = 100

/** Wilson's interval for a share, at 95 %. */
const wilson = (hits: number, of: number): readonly [number, number] => {
  const z = 1.96
  const share = hits / of
  const middle = share + (z * z) / (2 * of)
  const spread = z * Math.sqrt((share * (1 - share)) / of + (z * z) / (4 * of * of))
  const scale = 1 + (z * z) / of
  return [Math.max(0, (middle - spread) / scale), Math.min(1, (middle + spread) / scale)]
}

/** Receivers that knowledge/providers does not know. */
const elsewhere = 'other hosts'

const providerName = (id: string): string => {
  const { knowledge, origins } = defaultDiagnoser()
  return knowledge.origins[origins.byId(id)]?.name ?? id
}

const maxShown = 10
/** Unreadable rows are counted; this many are named. */
const maxSamples = 5
/** Different typing errors that are counted; a list with more of them is past mending by hand. */
const maxTypos = 100_000

const count = (into: Map<string, number>, key: string, most = Number.POSITIVE_INFINITY): void => {
  const known = into.get(key)
  if (known !== undefined || into.size < most) into.set(key, (known ?? 0) + 1)
}

/** A paragraph all of whose lines end at the same place. */
const hanging = (text: string, width: number, margin: string, first = margin): string =>
  first + wrap(text, Math.max(20, width - margin.length)).replaceAll('\n', `\n${margin}`)

const top = (from: ReadonlyMap<string, number>): [string, number][] => [...from].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))

const percent = (share: number): string => `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`

export const openListSummary = (): ListSummary => {
  const verdicts = new Map<VerdictName, number>(verdictNames.map((name) => [name, 0]))
  const reasons = new Map<string, number>()
  const reasonsOf = new Map<string, VerdictName>()
  const providers = new Map<string, number>()
  const typos = new Map<string, number>()
  const flags = new Map<string, number>()
  let rows = 0
  let unread = 0
  let empty = 0
  const samples: string[] = []
  let suppressed = 0
  let mendable = 0
  let accepted = 0
  let refused = 0

  const of = (name: VerdictName): number => verdicts.get(name) ?? 0
  const rateOf = (names: readonly VerdictName[]): { readonly from: number; readonly to: number; readonly measured: boolean } => {
    const answers = accepted + refused
    const measured = answers >= enoughAnswers
    const asked = measured ? wilson(refused, answers) : undefined
    let from = 0
    let to = 0
    let all = 0
    for (const name of names) {
      // What is suppressed is not sent, and so does not bounce.
      const mails = of(name) - (name === 'undeliverable' ? suppressed : 0)
      const [low, high] = asked !== undefined && (name === 'sendable' || name === 'unknown') ? asked : assumed[name]
      from += mails * low
      to += mails * high
      all += mails
    }
    return all === 0 ? { from: 0, to: 0, measured } : { from: from / all, to: to / all, measured }
  }

  const advice = (): string[] => {
    const lines: string[] = []
    const dead = of('undeliverable')
    if (dead > 0)
      lines.push(
        `Leave out ${counted(dead, 'undeliverable address', 'undeliverable addresses')}: each is a bounce, and providers count bounces against you.`
      )
    if (mendable > 0)
      lines.push(
        `${counted(mendable, 'of them has a slip', 'of them have slips')} that can be mended: --repair FILE writes the list with them corrected.`
      )
    const typo = [...typos.values()].reduce((sum, found) => sum + found, 0)
    if (typo > 0)
      lines.push(
        `Ask ${counted(typo, 'person', 'people')} whose domain looks like a typing error, or mend the list with --repair FILE and watch the bounces.`
      )
    const risky = of('risky')
    if (risky > 0)
      lines.push(
        `Send to ${counted(risky, 'risky address', 'risky addresses')} last, in small batches, and only where people wrote or opened lately.`
      )
    const unknown = of('unknown')
    if (unknown > 0)
      lines.push(
        `${counted(unknown, 'address', 'addresses')} could not be told. That says nothing against them; the reasons above say what was in the way.`
      )
    const doubled = flags.get('duplicate') ?? 0
    if (doubled > 0) lines.push(`${counted(doubled, 'row reaches', 'rows reach')} a mailbox that stands further up already: send once.`)
    if (rows === 0) lines.push('There is no address in the list.')
    else if (lines.length === 0) lines.push('Nothing speaks against the list. Watch the bounces of the first batch all the same.')
    return lines
  }

  return {
    add: (verdict) => {
      rows++
      verdicts.set(verdict.verdict, of(verdict.verdict) + 1)
      const [reason = 'nothing-against'] = verdict.reasons
      count(reasons, reason)
      reasonsOf.set(reason, verdict.verdict)
      if (verdict.checks.suppressed !== undefined) suppressed++
      if (verdict.level === 'syntax' && verdict.verdict === 'undeliverable' && verdict.suggestion !== undefined) mendable++
      count(providers, verdict.provider ?? (verdict.level === 'syntax' ? 'not asked' : elsewhere))
      for (const flag of verdict.flags) count(flags, flag)
      if (verdict.suggestion !== undefined && verdict.reasons.some((name) => name === 'probable-typo' || name === 'domain-not-found')) {
        const written = verdict.address.slice(verdict.address.lastIndexOf('@') + 1).toLowerCase()
        const meant = verdict.suggestion.slice(verdict.suggestion.lastIndexOf('@') + 1)
        count(typos, `${written} → ${meant}`, maxTypos)
      }
      const probe = verdict.checks.probe
      if (verdict.level === 'probe' && probe !== undefined) {
        if (verdict.verdict === 'deliverable') accepted++
        else if (verdict.verdict === 'undeliverable') refused++
      }
    },
    addUnread: ({ number, problem = '' }) => {
      unread++
      if (samples.length < maxSamples) samples.push(`row ${number}: ${problem}`)
    },
    addEmpty: () => {
      empty++
    },
    unread: () => unread,
    onlyUnknown: () => rows > 0 && of('unknown') === rows,
    print: (terminal) => {
      const lines: string[] = []
      const { paint, width } = terminal
      const heading = (text: string): void => {
        lines.push('', paint('bold', text), '')
      }
      const number = (value: number): string => value.toLocaleString('en').padStart(11)
      lines.push(paint('bold', counted(rows, 'address', 'addresses')), '')
      const colours = { deliverable: 'green', sendable: 'green', risky: 'yellow', undeliverable: 'red', unknown: 'cyan' } as const
      for (const name of verdictNames) {
        const share = rows === 0 ? 0 : of(name) / rows
        lines.push(`${number(of(name))}  ${paint(colours[name], verdictTitle(name).padEnd(14))} ${percent(share).padStart(7)}`)
      }
      if (empty > 0) lines.push(`${number(empty)}  ${empty === 1 ? 'row has' : 'rows have'} no address`)
      if (unread > 0) lines.push(`${number(unread)}  ${unread === 1 ? 'row' : 'rows'} could not be read`)
      for (const sample of samples) lines.push(`             ${printable(sample)}`)
      const all = rateOf(verdictNames)
      const rest = rateOf(['deliverable', 'sendable', 'risky', 'unknown'])
      lines.push(
        '',
        block(
          `Expected bounces: ${percent(all.from)} to ${percent(all.to)} of the list as it is, ${percent(rest.from)} to ${percent(rest.to)} without the undeliverable. ${
            all.measured
              ? `From the answers of mail servers about ${(accepted + refused).toLocaleString('en')} of these addresses (95 % interval); the rest is assumed.`
              : 'Assumed, since no mailbox was asked.'
          }`,
          width,
          ''
        )
      )
      const why = top(reasons).filter(([reason]) => reason !== 'nothing-against' && reason !== 'accepted')
      if (why.length > 0) {
        heading('Why')
        for (const [reason, found] of why.slice(0, maxShown)) {
          const { title, do: step } = verdictWords({ verdict: reasonsOf.get(reason) ?? 'risky', reasons: [reason] })
          lines.push(hanging(`${title} (${printable(reason)})`, width, '             ', `${number(found)}  `))
          lines.push(hanging(step, width, '               '))
        }
        const others = why.slice(maxShown).reduce((sum, [, found]) => sum + found, 0)
        if (others > 0) lines.push(`${number(others)}  for ${why.length - maxShown} other reasons; --json names them`)
      }
      const at = top(providers).filter(([name]) => name !== 'not asked')
      if (at.length > 0) {
        heading('Where')
        for (const [name, found] of at.slice(0, maxShown)) lines.push(`${number(found)}  ${printable(providerName(name))}`)
        const others = at.slice(maxShown).reduce((sum, [, found]) => sum + found, 0)
        if (others > 0) lines.push(`${number(others)}  at ${at.length - maxShown} other providers; --json names them`)
      }
      const slips = top(typos)
      if (slips.length > 0) {
        heading('Likely typing errors')
        for (const [slip, found] of slips.slice(0, maxShown)) lines.push(`${number(found)}  ${printable(slip)}`)
        if (slips.length > maxShown) lines.push(`${number(slips.slice(maxShown).reduce((sum, [, found]) => sum + found, 0))}  others`)
      }
      heading('Before you send')
      advice().forEach((line, index) => {
        lines.push(hanging(line, width, '     ', `  ${index + 1}. `))
      })
      return `${lines.join('\n')}\n`
    },
    toJson: () => ({
      addresses: rows,
      unread,
      withoutAddress: empty,
      unreadSamples: samples,
      verdicts: Object.fromEntries(verdicts),
      expectedBounces: {
        all: rateOf(verdictNames),
        withoutUndeliverable: rateOf(['deliverable', 'sendable', 'risky', 'unknown']),
        probed: { accepted, refused }
      },
      reasons: Object.fromEntries(top(reasons)),
      flags: Object.fromEntries(top(flags)),
      providers: Object.fromEntries(top(providers)),
      typos: Object.fromEntries(top(typos)),
      advice: advice()
    })
  }
}
