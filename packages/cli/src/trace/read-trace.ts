import { lstatSync, statSync } from 'node:fs'
import type { LogEvent } from '@whybounce/core/log'
import { type Found, openFinder, openTeller, remoteIpIn, type TraceMessage, tellMessages } from '@whybounce/core/trace'
import { findLogInputs } from '../logs/find-inputs.ts'
import { openGoingReaders } from '../logs/going-readers.ts'
import type { LogInputs } from '../logs/log-input.ts'
import { openProgress } from '../progress.ts'
import { type Look, type LookedAt, lookAt } from './look.ts'
import type { TraceSettings } from './options.ts'
import { keepPipe } from './standard-input.ts'

export type TraceResult = {
  readonly messages: readonly TraceMessage[]
  readonly older: Found['older']
  readonly nearMisses: Found['nearMisses']
  readonly files: readonly LookedAt[]
  readonly mail: readonly string[]
  readonly problems: readonly { readonly file: string; readonly problem: string }[]
  readonly passedOver: readonly string[]
  /** What was left out of the folders, in sentences. */
  readonly notes: readonly string[]
  /** What the logs cover, ISO 8601, UTC. */
  readonly from: string | undefined
  readonly to: string | undefined
}

const wentAway = 'It went away while it was read: what is told of it may not be all.'

/** Servers and filters that a message is followed through: each look at the logs may find one more. */
const maxLooks = 8

/** Queue ids that are looked for in each line one by one; more are looked up word by word. */
const fewKeys = 8
const words = /[A-Za-z0-9][A-Za-z0-9-]{4,}/g

/** Whether a line holds one of the keys; where some of them are no queue ids (of mail that was refused), or what is asked for. */
const holdsOneOf = (keys: ReadonlySet<string>, isAsked: (line: string) => boolean): ((line: string) => boolean) => {
  const ids = [...keys].filter((key) => !key.includes('\n'))
  const hasId = holdsId(ids)
  return ids.length === keys.size ? hasId : (line) => hasId(line) || isAsked(line)
}

const holdsId = (ids: readonly string[]): ((line: string) => boolean) => {
  if (ids.length <= fewKeys) return (line) => ids.some((id) => line.includes(id))
  const wanted = new Set(ids)
  return (line) => {
    words.lastIndex = 0
    for (let found = words.exec(line); found !== null; found = words.exec(line)) if (wanted.has(found[0])) return true
    return false
  }
}

/** Whether a line holds a text in whatever case. A pattern of plain letters alone: its time grows with the line only. */
const holds = (needle: string): ((line: string) => boolean) => {
  const pattern = new RegExp(needle.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'), 'i')
  return (line) => pattern.test(line)
}

/** Looks through the logs: first for the messages that the query names, then for all that is said of them and of the queues behind them. */
export const readTrace = async (settings: TraceSettings, now: number): Promise<TraceResult> => {
  const kept = new Map<string, string>()
  for (const path of settings.paths)
    if (!kept.has(path) && (path === '-' || statSync(path, { throwIfNoEntry: false })?.isFIFO() === true))
      kept.set(path, await keepPipe(path, settings.format !== undefined || settings.map !== undefined))
  const gone = new Set<string>()
  const open = async (again: boolean): Promise<LogInputs> => {
    const paths = settings.paths.map((path) => kept.get(path) ?? path)
    // A log that was there at the first look may be rotated or removed before the next.
    if (again) for (const path of paths) if (lstatSync(path, { throwIfNoEntry: false }) === undefined) gone.add(path)
    const found = await findLogInputs(
      paths.filter((path) => !gone.has(path)),
      // Not since when: a story may begin before the time that is asked for.
      { format: settings.format, map: settings.map, journal: settings.journal }
    )
    return kept.size === 0 ? found : withNames(found, kept)
  }
  const window = { since: settings.since, until: settings.until }
  const finder = openFinder(settings.query, window)
  let from = ''
  let to = ''
  const bar = settings.quiet ? undefined : openProgress(process.stderr)
  const lookThrough = async (
    { inputs }: LogInputs,
    words: string,
    lookFor: (file: string) => Omit<Look, 'progress'>
  ): Promise<LookedAt[]> => {
    const total = inputs.every(({ size }) => size !== undefined) ? inputs.reduce((sum, { size = 0 }) => sum + size, 0) : 0
    const files: LookedAt[] = []
    let before = 0
    const options = { now, zone: settings.zone.minutesEast }
    const readers = openGoingReaders(options)
    for (const input of inputs) {
      const progress = (bytes: number): void =>
        bar?.show(total === 0 ? undefined : (before + Math.min(bytes, input.size ?? bytes)) / total, words)
      files.push(await lookAt(input, { ...lookFor(input.file), progress }, readers, options))
      before += input.size ?? 0
    }
    readers.end()
    bar?.clear()
    return files
  }

  const first = await open(false)
  const isEmpty = (path: string): boolean => statSync(kept.get(path) ?? path, { throwIfNoEntry: false })?.size === 0
  const names = holds(settings.query.needle)
  const files = await lookThrough(first, 'looking for the message', (file) => ({
    names,
    onlyNamed: false,
    event: (event, line, _text, named) => {
      const { time } = event
      if (time !== undefined) {
        if (from === '' || time < from) from = time
        if (time > to) to = time
      }
      finder.event(event, file, line, named)
    },
    note: finder.note
  }))
  // Their lines may be of a format that does not name the message in each.
  const mixed = new Set(files.filter(({ isMixed }) => isMixed).map(({ file }) => file))
  const { keys, older, nearMisses } = finder.found()
  let messages: readonly TraceMessage[] = []
  let wanted = keys
  for (let looks = 0; wanted.size > 0 && looks < maxLooks; looks++) {
    const teller = openTeller(settings.query, window, wanted)
    const holdsWanted = holdsOneOf(wanted, names)
    await lookThrough(await open(true), 'following the message', (file) => ({
      names: holdsWanted,
      onlyNamed: !mixed.has(file),
      event: (event: LogEvent, line, text) => {
        const remoteIp = remoteIpIn(text)
        teller.event({ event, file, line, ...(remoteIp === undefined ? {} : { remoteIp }) })
      },
      note: teller.note
    }))
    messages = tellMessages(teller.entries(), to === '' ? undefined : Date.parse(to))
    const further = teller.further()
    if (further.size === 0) break
    wanted = new Set([...wanted, ...further])
  }
  for (const { first: begins, last: ends } of messages) {
    if (begins !== undefined && (from === '' || begins < Date.parse(from))) from = new Date(begins).toISOString()
    if (ends !== undefined && (to === '' || ends > Date.parse(to))) to = new Date(ends).toISOString()
  }
  return {
    messages,
    older,
    nearMisses,
    files,
    mail: first.mail.filter((path) => !isEmpty(path)),
    problems: [...first.problems, ...[...gone].map((file) => ({ file, problem: wentAway }))],
    passedOver: first.passedOver,
    notes: [...(first.notes ?? []), ...first.mail.filter(isEmpty).map((path) => `${path === '-' ? 'Standard input' : path} is empty.`)],
    from: from || undefined,
    to: to || undefined
  }
}

/** Pipes are called as they were called. */
const withNames = (found: LogInputs, kept: ReadonlyMap<string, string>): LogInputs => {
  const names = new Map([...kept].map(([name, file]) => [file, name]))
  const nameOf = (file: string): string => names.get(file) ?? file
  return {
    inputs: found.inputs.map((input) => ({ ...input, file: nameOf(input.file) })),
    mail: found.mail.map(nameOf),
    problems: found.problems.map(({ file, problem }) => ({ file: nameOf(file), problem })),
    passedOver: found.passedOver.map(nameOf),
    ...(found.notes === undefined ? {} : { notes: found.notes })
  }
}
