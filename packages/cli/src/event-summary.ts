import { adviseOn, type DeliveryEvent, type Diagnosis, defaultDiagnoser } from '@whybounce/core'
import { block, fit, printable, type Terminal } from './terminal.ts'

/**
 * What a run over a mailbox found, for a person: causes by recipients harmed, with who must act and what to do first, then
 * what was read and what was not. Counts everything; keeps one example of each cause, and the first places that were unreadable.
 */
type CauseCount = { recipients: number; events: number; readonly example: Diagnosis }

type Unreadable = { readonly file: string; readonly offset: number; readonly problem: string }

/** Each is counted; this many are named. */
const maxNamed = 20

export type Summary = {
  readonly add: (event: DeliveryEvent) => void
  readonly addMessage: () => void
  readonly addProblem: (problem: Unreadable, partial: boolean) => void
  readonly addIgnored: (files: number) => void
  readonly failures: () => number
  readonly undetermined: () => number
  readonly problems: () => number
  readonly print: (terminal: Terminal) => string
  readonly toJson: () => object
}

/**
 * Which recipients were counted already, as 53-bit hashes in open addressing: ten million addresses in 160 MB, where a Set of
 * strings needs more than a gigabyte. Two addresses of ten million share a hash with a probability of 1 in 180.
 */
const openSeen = (): ((key: string) => boolean) => {
  let slots = new Float64Array(1 << 12)
  let used = 0
  const place = (table: Float64Array, hash: number): number => {
    const mask = table.length - 1
    let slot = (hash % table.length) & mask
    while (table[slot] !== 0 && table[slot] !== hash) slot = (slot + 1) & mask
    return slot
  }
  return (key) => {
    let high = 0x811c9dc5
    let low = 0x1b873593
    for (let at = 0; at < key.length; at++) {
      const unit = key.charCodeAt(at)
      high = Math.imul(high ^ unit, 0x01000193)
      low = Math.imul(low ^ unit, 0x85ebca6b) ^ (low >>> 13)
    }
    const hash = (high >>> 0) * 0x200000 + ((low >>> 0) & 0x1fffff) + 1
    const slot = place(slots, hash)
    if (slots[slot] !== 0) return true
    slots[slot] = hash
    if (++used * 2 > slots.length) {
      const bigger = new Float64Array(slots.length * 2)
      for (const known of slots) if (known !== 0) bigger[place(bigger, known)] = known
      slots = bigger
    }
    return false
  }
}

/** A summary has room for one sentence; `whybounce causes CAUSE` has the rest. */
const firstSentence = (text: string): string => /^.*?[.!?](?=\s+[\p{Lu}`]|$)/su.exec(text)?.[0] ?? text

/** Kinds in which mail did not arrive, or has not yet. */
const harms = (event: DeliveryEvent): boolean => event.kind === 'failed' || event.kind === 'delayed' || event.kind === 'suppressed'

export const openSummary = (): Summary => {
  const causes = new Map<string, CauseCount>()
  const kinds = new Map<string, number>()
  const seen = openSeen()
  const named: (Unreadable & { partial: boolean })[] = []
  let messages = 0
  let events = 0
  let failures = 0
  let undetermined = 0
  let unreadable = 0
  let partial = 0
  let ignored = 0

  const add = (event: DeliveryEvent): void => {
    kinds.set(event.kind, (kinds.get(event.kind) ?? 0) + 1)
    if (event.kind === 'other') return
    events++
    const { diagnosis } = event
    if (!harms(event)) return
    failures++
    if (diagnosis === undefined || diagnosis.confidence === 'none') undetermined++
    if (diagnosis === undefined) return
    // That the queue gave up is how it ended, not why.
    const key =
      diagnosis.detail === undefined || diagnosis.detail === 'expired' ? diagnosis.cause : `${diagnosis.cause}/${diagnosis.detail}`
    const known = causes.get(key) ?? { recipients: 0, events: 0, example: diagnosis }
    known.events++
    if (event.recipient === undefined || !seen(`${key} ${event.recipient.toLowerCase()}`)) known.recipients++
    causes.set(key, known)
  }

  /** Of those that harmed as many, what is known comes before what is not. */
  const ranked = (): [string, CauseCount][] =>
    [...causes].sort(
      ([a, one], [b, other]) =>
        other.recipients - one.recipients || Number(a.startsWith('undetermined')) - Number(b.startsWith('undetermined')) || (a < b ? -1 : 1)
    )

  const fixOf = (diagnosis: Diagnosis): { title: string; party: string; fix: string } => {
    // What a rule says about one reply may not hold for its neighbours: the cause's own first step does.
    const { advice: _own, detail, ...rest } = diagnosis
    const general = detail === undefined || detail === 'expired' ? rest : { ...rest, detail }
    const advice = adviseOn(defaultDiagnoser(), { ...general, evidence: [] })
    const steps = advice.fixes.find(({ role }) => role === advice.role) ?? advice.fixes[0]
    const fix = diagnosis.party === 'nobody' ? undefined : steps?.steps[0]
    return { title: advice.title, party: advice.party.title, fix: firstSentence(fix ?? advice.action.title) }
  }

  const count = (kind: string): number => kinds.get(kind) ?? 0

  const print = ({ paint, width, fullWidth, isTerminal }: Terminal): string => {
    const out: string[] = []
    const list = ranked()
    if (list.length > 0) out.push(paint('bold', 'Causes, by recipients harmed'), '')
    const digits = Math.max(...list.map(([, { recipients }]) => recipients.toLocaleString('en').length), 1)
    for (const [key, { recipients, example }] of list) {
      const { title, party, fix } = fixOf(example)
      out.push(`  ${paint('bold', recipients.toLocaleString('en').padStart(digits))}  ${title} ${paint('dim', `(${key})`)}`)
      // One line each: whoever reads the list wants the next cause, not the end of the sentence.
      const line = `${' '.repeat(digits + 4)}${party}: ${fix}`
      out.push(isTerminal ? fit(line, fullWidth) : line)
    }
    if (list.length > 0) out.push('', paint('dim', '  More about a cause: whybounce causes CAUSE'), '')
    const figure = (value: number, one: string, many: string): string => `${value.toLocaleString('en')} ${value === 1 ? one : many}`
    const rest = [...kinds]
      .filter(([kind]) => kind !== 'other')
      .sort((a, b) => b[1] - a[1])
      .map(([kind, value]) => `${kind} ${value.toLocaleString('en')}`)
    out.push(
      block(
        `${figure(messages, 'message', 'messages')} read, ${figure(events, 'event', 'events')}${rest.length === 0 ? '' : ` (${rest.join(', ')})`}, ` +
          `${count('other').toLocaleString('en')} not bounces, ${undetermined.toLocaleString('en')} undetermined, ${unreadable.toLocaleString('en')} unreadable` +
          `${partial === 0 ? '' : `, ${partial.toLocaleString('en')} read in part`}${ignored === 0 ? '' : `, ${figure(ignored, 'file', 'files')} passed over`}.`,
        width,
        ''
      )
    )
    for (const { file, offset, problem, partial: part } of named)
      out.push(
        block(
          `${part ? 'read in part' : 'unreadable'}: ${printable(file)}${offset === 0 ? '' : `, byte ${offset}`}: ${printable(problem)}`,
          width,
          '    ',
          '  '
        )
      )
    const more = unreadable + partial - named.length
    if (more > 0) out.push(`  and ${more.toLocaleString('en')} more`)
    return `${out.join('\n')}\n`
  }

  return {
    add,
    addMessage: () => void messages++,
    addProblem: (problem, part) => {
      if (part) partial++
      else unreadable++
      if (named.length < maxNamed) named.push({ ...problem, partial: part })
    },
    addIgnored: (files) => {
      ignored += files
    },
    failures: () => failures,
    undetermined: () => undetermined,
    problems: () => unreadable + partial,
    print,
    toJson: () => ({
      causes: ranked().map(([key, { recipients, events: times, example }]) => {
        const { title, party, fix } = fixOf(example)
        const [cause, detail] = key.split('/')
        return { cause, detail: detail ?? null, title, recipients, events: times, party: example.party, partyTitle: party, fix }
      }),
      messages,
      events,
      kinds: Object.fromEntries(kinds),
      notBounces: count('other'),
      undetermined,
      unreadable,
      partial,
      ignored,
      problems: named
    })
  }
}
