import type { AuditRecord, Explanation, Suppressions } from '@whybounce/store'
import { printable } from '../terminal.ts'
import { exitCodes, UsageError } from '../usage.ts'
import type { SuppressOptions } from './options.ts'
import { openLines } from './output.ts'
import { openStore } from './store-path.ts'

const withStore = <T>(options: SuppressOptions, work: (store: Suppressions) => T): T => {
  const store = openStore(options.store, { keepAddresses: options.keepAddresses })
  try {
    return work(store)
  } finally {
    store.close()
  }
}

const say = (options: SuppressOptions, json: unknown, text: string): void => {
  process.stdout.write(options.json ? `${JSON.stringify(json)}\n` : `${text}\n`)
}

/** Exit code 1: some of what was given is no address; the others are on the list. */
export const runAdd = (operands: readonly string[], options: SuppressOptions): number => {
  if (operands.length === 0) throw new UsageError('Say whom: whybounce suppress add ADDRESS… For a list: whybounce suppress import FILE')
  const { stream, expires, reason = 'manual' } = options
  const date = new Date().toISOString()
  const tally = withStore(options, (store) => store.add(operands.map((address) => ({ address, reason, stream, expires, date }))))
  const wrong = tally.rejected.map(({ item }) => item.address ?? '')
  say(
    options,
    { added: tally.added, known: tally.known, noAddress: wrong },
    `${tally.added} added${tally.known > 0 ? `, ${tally.known} on the list already` : ''}.`
  )
  for (const address of wrong) process.stderr.write(`${printable(address)} is no address.\n`)
  return wrong.length > 0 ? exitCodes.trouble : exitCodes.done
}

/** Exit code 1: somebody was not on the list, or is no address. */
export const runRemove = (operands: readonly string[], options: SuppressOptions): number => {
  if (operands.length === 0) throw new UsageError('Say whom: whybounce suppress remove ADDRESS… --reason WORDS')
  const { words, stream } = options
  if (words === undefined || words.trim() === '') throw new UsageError("Say why, for the audit trail: --reason 'asked for mail again'")
  const removed = withStore(options, (store) =>
    operands.map((address) => ({ address, removed: store.remove(address, { reason: words, stream }) ?? null }))
  )
  for (const one of removed)
    say(
      options,
      one,
      `${printable(one.address)}\t${one.removed === null ? 'no address' : one.removed === 0 ? 'was not on the list' : `${one.removed} removed`}`
    )
  return removed.every((one) => one.removed !== null && one.removed > 0) ? exitCodes.done : exitCodes.trouble
}

const place = (file: string | undefined, offset: number | undefined): string =>
  file === undefined ? '' : offset === undefined ? printable(file) : `${printable(file)}:${offset}`

const explained = (address: string, { entries, history, removals, audit }: Explanation, now: number): string => {
  const lines = [printable(address)]
  if (entries.length === 0) lines.push('  not on the list')
  for (const entry of entries) {
    const over = entry.expires !== undefined && Date.parse(entry.expires) <= now
    lines.push(
      `  ${over ? 'was suppressed' : 'suppressed'} for ${entry.reason}${entry.stream === '' ? '' : `, in ${printable(entry.stream)} only`}`
    )
    const facts: [string, string][] = [
      ['cause', printable(entry.detail ?? '')],
      ['words', printable(entry.evidence ?? '')],
      ['date', entry.date ?? ''],
      ['added', entry.added],
      ['expires', entry.expires ?? ''],
      ['from', [printable(entry.esp ?? ''), place(entry.file, entry.offset)].filter((part) => part !== '').join(', ')]
    ]
    for (const [name, value] of facts) if (value !== '') lines.push(`    ${name.padEnd(9)}${value}`)
  }
  if (history.delivered !== undefined) lines.push(`  last delivered ${history.delivered}`)
  if (history.bounced !== undefined) {
    const { date, cause, detail } = history.bounced
    lines.push(`  last failed ${date}${cause === undefined ? '' : `, ${printable(detail === undefined ? cause : `${cause}/${detail}`)}`}`)
  }
  if (history.counted > 0) lines.push(`  ${history.counted} failures that pass since then`)
  for (const { stream, date } of removals) lines.push(`  removed ${date}${stream === '*' ? '' : `, from ${printable(stream)} only`}`)
  for (const record of audit) lines.push(`  ${auditLine(record)}`)
  return lines.join('\n')
}

/** Exit codes as of `check`. */
export const runWhy = (operands: readonly string[], options: SuppressOptions): number => {
  const [address, ...more] = operands
  if (address === undefined || more.length > 0) throw new UsageError('suppress why takes one address.')
  const now = Date.now()
  return withStore(options, (store) => {
    const explanation = store.why(address)
    if (explanation === undefined) {
      process.stderr.write(`${printable(address)} is no address.\n`)
      return exitCodes.undetermined
    }
    say(options, { address, ...explanation }, explained(address, explanation, now))
    const holds = explanation.entries.some(({ expires }) => expires === undefined || Date.parse(expires) > now)
    return holds ? exitCodes.trouble : exitCodes.done
  })
}

const auditLine = ({ time, who, action, count, source, words }: AuditRecord): string =>
  [time, printable(who), action, String(count), printable(source), printable(words ?? '')].join('\t').trimEnd()

export const runAudit = async (operands: readonly string[], options: SuppressOptions): Promise<number> => {
  if (operands.length > 0) throw new UsageError('suppress audit takes no arguments. For one address: whybounce suppress why ADDRESS')
  const store = openStore(options.store, {})
  const lines = openLines()
  try {
    for (const record of store.audit()) {
      lines.line(options.json ? JSON.stringify(record) : auditLine(record))
      if (record.id % 1_000 === 0) await lines.drain()
    }
    await lines.drain()
  } finally {
    store.close()
  }
  return exitCodes.done
}
