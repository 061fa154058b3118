import { statSync } from 'node:fs'
import { sep } from 'node:path'
import { type DeliveryEvent, type MessageReading, readMessage } from '@whybounce/core'
import type { LogEvent } from '@whybounce/core/log'
import { readSources, type SourceItem, type SourceProgress } from '@whybounce/sources'
import { eventFields } from './event-fields.ts'
import { eventLine } from './event-line.ts'
import { openSummary, type Summary } from './event-summary.ts'
import { readLog } from './events-log.ts'
import { jsonText } from './json-text.ts'
import { checkIsThere, findLogInputs } from './logs/find-inputs.ts'
import { openGoingReaders } from './logs/going-readers.ts'
import type { LogInputs } from './logs/log-input.ts'
import { isMailLogName } from './logs/rotated-names.ts'
import { openProgress } from './progress.ts'
import { openTerminal, printable } from './terminal.ts'
import { localZone } from './time-zone.ts'
import { exitCodes, UsageError } from './usage.ts'
import { writeOut } from './write-out.ts'

export type EventsOptions = {
  readonly json?: boolean | undefined
  readonly all?: boolean | undefined
  readonly summary?: boolean | undefined
  readonly quiet?: boolean | undefined
  readonly header?: readonly string[] | undefined
  readonly unread?: boolean | undefined
  readonly mark?: string | undefined
  readonly 'move-to'?: string | undefined
  readonly checkpoint?: string | undefined
  readonly 'password-file'?: string | undefined
  readonly 'tls-ca'?: string | undefined
  readonly insecure?: boolean | undefined
  readonly format?: string | undefined
  readonly map?: string | undefined
  readonly journal?: boolean | string | undefined
}

/** Output goes out in pieces of this size: a write for each line costs more than reading the message. */
const pieceSize = 64 * 1024

export type Output = {
  /** One message, read; `where` is what the lines say of its place. True: it is a notice, or with --all anything that could be read. */
  readonly take: (file: string, offset: number, bytes: Uint8Array, where?: Record<string, unknown>) => boolean
  /** One event of a log. */
  readonly event: (file: string, line: number, event: LogEvent) => void
  readonly problem: (file: string, offset: number, problem: string) => void
  /** Resolves when everything that was taken has left the process. */
  readonly flush: () => Promise<void>
  readonly summary: Summary
}

const readerFailed = 'The reader failed on this message; please report it.'

/** Reads messages and prints their events, a line each. */
export const openOutput = (options: EventsOptions): Output => {
  const summary = openSummary()
  const terminal = openTerminal(process.stdout)
  const headers = options.header?.map((name) => name.toLowerCase())
  let pending: string[] = []
  let writing: Promise<void> = Promise.resolve()
  const lineOf = options.json
    ? (file: string, offset: number, event: DeliveryEvent, where: object): string =>
        `${jsonText({ file, offset, ...where, ...eventFields(event) })}\n`
    : (file: string, offset: number, event: DeliveryEvent): string => `${eventLine(terminal, file, offset, event)}\n`

  let taken = ''
  const take: Output['take'] = (file, offset, bytes, where = {}) => {
    summary.addMessage()
    taken = `${file}\n${offset}`
    let reading: MessageReading
    let lines: string[]
    try {
      reading = readMessage(bytes, { headers })
      const shown = options.summary ? [] : reading.events.filter((event) => options.all || event.kind !== 'other')
      lines = shown.map((event) => lineOf(file, offset, event, where))
    } catch {
      // Else one message would end every run over its mailbox.
      summary.addProblem({ file, offset, problem: readerFailed }, false)
      return false
    }
    if (reading.unreadable !== undefined) summary.addProblem({ file, offset, problem: reading.unreadable }, false)
    if (reading.partial !== undefined) summary.addProblem({ file, offset, problem: reading.partial }, true)
    for (const event of reading.events) summary.add(event)
    for (const line of lines) pending.push(line)
    return reading.unreadable === undefined && reading.events.some((event) => options.all || event.kind !== 'other')
  }

  return {
    summary,
    take,
    event: (file, line, event) => {
      summary.add(event)
      // A log has a line for each delivery: on a terminal only what went wrong is worth one.
      if (options.summary || event.kind === 'other' || (!options.json && !options.all && event.kind === 'delivered')) return
      pending.push(
        options.json
          ? `${jsonText({ file, line, ...eventFields(event), ...logFields(event) })}\n`
          : `${eventLine(terminal, file, line, event)}\n`
      )
    },
    // A message that is too long is handed out as far as it goes, and then named.
    problem: (file, offset, problem) => summary.addProblem({ file, offset, problem }, taken === `${file}\n${offset}`),
    flush: async () => {
      if (pending.length > 0) {
        const text = pending.join('')
        pending = []
        writing = writing.then(() => writeOut(text))
      }
      await writing
    }
  }
}

/** What a log tells beyond what a notice does. */
const logFields = ({ program, host, size, client, delay, labels }: LogEvent): object => ({
  program: program ?? null,
  host: host ?? null,
  size: size ?? null,
  client: client ?? null,
  delay: delay ?? null,
  ...(labels === undefined ? {} : { labels })
})

const isProblem = (item: SourceItem): item is Extract<SourceItem, { problem: string }> => 'problem' in item

const isImap = (path: string): boolean => /^imaps?:\/\//i.test(path)

export const runEvents = async (paths: readonly string[], options: EventsOptions): Promise<number> => {
  const journal = options.journal !== undefined && options.journal !== false
  if (paths.length === 0 && !journal && process.stdin.isTTY)
    throw new UsageError(
      'Nothing to read. Name files, folders, mailboxes (imaps://user@host/INBOX), or - for standard input. See: whybounce events --help'
    )
  const sources = paths.length === 0 && !journal ? ['-'] : paths
  const remote = sources.filter(isImap)
  if (remote.length > 0 && remote.length < sources.length) throw new UsageError('Mailboxes (imap://…) and files go in calls of their own.')
  for (const path of sources) if (path !== '-' && !isImap(path)) checkIsThere(path)
  checkHeaders(options)
  if (remote.length === 0)
    for (const name of ['unread', 'mark', 'move-to', 'checkpoint', 'password-file', 'tls-ca', 'insecure'] as const)
      if (options[name] !== undefined) throw new UsageError(`--${name} is for mailboxes: imaps://user@host/INBOX`)

  const output = openOutput(options)
  const code =
    remote.length > 0
      ? await (await import('./events-imap.ts')).readMailboxes(remote, options, output)
      : await readLocal(sources, options, output)
  return finish(output, options, code)
}

/** RFC 5322 §2.2: printable ASCII but for the colon. */
const fieldName = /^[!-9;-~]+$/

const checkHeaders = ({ header = [], json, summary }: EventsOptions): void => {
  const wrong = header.find((name) => !fieldName.test(name))
  if (wrong !== undefined)
    throw new UsageError(`--header takes the name of a header without colon and spaces, such as X-Campaign-Id, not "${printable(wrong)}".`)
  if (header.length > 0 && !json) throw new UsageError('--header needs --json: what it keeps is shown there only.')
  if (header.length > 0 && summary) throw new UsageError('--header goes without --summary: a summary shows no single event.')
}

/** A log that was rotated a minute ago is empty, and nothing is wrong with it. */
const withoutEmpty = (found: LogInputs): LogInputs => {
  const isEmpty = (path: string): boolean => isMailLogName(path) && statSync(path, { throwIfNoEntry: false })?.size === 0
  const empty = found.mail.filter(isEmpty)
  return {
    ...found,
    mail: found.mail.filter((path) => !empty.includes(path)),
    notes: [...(found.notes ?? []), ...empty.map((path) => `${path} is empty.`)]
  }
}

/** Logs one by one, in the order of time; then the mail together. */
const readLocal = async (paths: readonly string[], options: EventsOptions, output: Output): Promise<number> => {
  const found = withoutEmpty(await findLogInputs(paths, options))
  for (const { file, problem } of found.problems) output.problem(file, 0, problem)
  for (const note of found.notes ?? []) output.summary.addNote(note)
  const readers = openGoingReaders({ now: Date.now(), zone: localZone().minutesEast })
  const bar = openProgress(process.stderr)
  for (const [index, input] of found.inputs.entries()) {
    bar.show(undefined, `log ${(index + 1).toLocaleString('en')} of ${found.inputs.length.toLocaleString('en')}: ${printable(input.file)}`)
    output.summary.addLog(input.file, await readLog(input, readers, (event, line) => output.event(input.file, line, event), output.flush))
  }
  readers.end()
  bar.clear()
  output.summary.addIgnored(found.passedOver.filter((file) => !isIn(file, found.mail)).length)
  return found.mail.length === 0 ? exitCodes.done : readFiles(found, output)
}

const isIn = (file: string, folders: readonly string[]): boolean =>
  folders.some((folder) => file.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`))

/** The mail. In its folders the logs are met again, and what cannot be read: both were told. */
const readFiles = async (found: LogInputs, output: Output): Promise<number> => {
  const bar = openProgress(process.stderr)
  const told = new Set([...found.inputs, ...found.problems].map(({ file }) => file))
  if (found.inputs.length > 0) for (const file of found.passedOver) told.add(file)
  const named = new Set<string>()
  let ignored = 0
  const progress = (now: SourceProgress): void => {
    ignored = now.ignored
    bar.show(now.bytesTotal === 0 ? undefined : now.bytesRead / now.bytesTotal, `${now.messages.toLocaleString('en')} messages`)
  }
  let waiting = 0
  for await (const batch of readSources(found.mail, { progress, standardInput: found.standardInput })) {
    for (const item of batch) {
      if (isProblem(item)) {
        if (!told.has(item.file)) output.problem(item.file, item.offset, item.problem)
        else named.add(item.file)
      } else {
        output.take(item.file, item.offset, item.bytes, item.place === undefined ? {} : { place: item.place })
        waiting += item.bytes.length
      }
    }
    if (waiting > pieceSize) {
      await output.flush()
      waiting = 0
    }
  }
  bar.clear()
  const passed = found.inputs.filter(({ file }) => isIn(file, found.mail) && !named.has(file)).length
  output.summary.addIgnored(Math.max(0, ignored - passed))
  return exitCodes.done
}

const finish = async (output: Output, options: EventsOptions, code: number): Promise<number> => {
  await output.flush()
  const { summary } = output
  if (options.summary) await writeOut(options.json ? `${jsonText(summary.toJson(), 2)}\n` : summary.print(openTerminal(process.stdout)))
  else if (!options.quiet) process.stderr.write(`\n${summary.print(openTerminal(process.stderr))}`)
  if (code !== exitCodes.done) return code
  if (summary.problems() > 0) return exitCodes.trouble
  return summary.tellsNoCause() ? exitCodes.undetermined : exitCodes.done
}
