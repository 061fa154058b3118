import { existsSync } from 'node:fs'
import { type DeliveryEvent, type MessageReading, readMessage } from '@whybounce/core'
import { readSources, type SourceItem, type SourceProgress } from '@whybounce/sources'
import { eventFields } from './event-fields.ts'
import { openSummary, type Summary } from './event-summary.ts'
import { openProgress } from './progress.ts'
import { fit, openTerminal, printable, type Terminal } from './terminal.ts'
import { exitCodes, UsageError } from './usage.ts'

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
}

/** Output goes out in pieces of this size: a write for each line costs more than reading the message. */
const pieceSize = 64 * 1024

export type Output = {
  /** One message, read; `where` is what the lines say of its place. */
  readonly take: (file: string, offset: number, bytes: Uint8Array, where?: Record<string, unknown>) => void
  readonly problem: (file: string, offset: number, problem: string) => void
  /** Resolves when everything that was taken has left the process. */
  readonly flush: () => Promise<void>
  readonly summary: Summary
}

const writeOut = (text: string): Promise<void> =>
  new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => (error === null || error === undefined ? resolve() : reject(error)))
  })

/** Reads messages and prints their events, a line each. */
export const openOutput = (options: EventsOptions): Output => {
  const summary = openSummary()
  const terminal = openTerminal(process.stdout)
  const headers = options.header?.map((name) => name.toLowerCase())
  let pending: string[] = []
  let writing: Promise<void> = Promise.resolve()
  const lineOf = options.json
    ? (file: string, offset: number, event: DeliveryEvent, where: object): string =>
        `${JSON.stringify({ file, offset, ...where, ...eventFields(event) })}\n`
    : (file: string, offset: number, event: DeliveryEvent): string => `${shown(terminal, file, offset, event)}\n`

  let taken = ''
  const take: Output['take'] = (file, offset, bytes, where = {}) => {
    summary.addMessage()
    taken = `${file}\n${offset}`
    const reading: MessageReading = readMessage(bytes, { headers })
    if (reading.unreadable !== undefined) summary.addProblem({ file, offset, problem: reading.unreadable }, false)
    if (reading.partial !== undefined) summary.addProblem({ file, offset, problem: reading.partial }, true)
    for (const event of reading.events) {
      summary.add(event)
      if (!options.summary && (options.all || event.kind !== 'other')) pending.push(lineOf(file, offset, event, where))
    }
  }

  return {
    summary,
    take,
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

/** Widths of the columns on a terminal; elsewhere tabs part them. */
const columns = [12, 34, 36] as const

const shown = ({ paint, isTerminal, fullWidth }: Terminal, file: string, offset: number, event: DeliveryEvent): string => {
  const { diagnosis } = event
  const cause = diagnosis === undefined ? '-' : diagnosis.detail === undefined ? diagnosis.cause : `${diagnosis.cause}/${diagnosis.detail}`
  const kind = event.outcome === 'expired' ? 'expired' : event.kind
  const code = [event.replyCode, event.status].filter((part) => part !== undefined).join(' ')
  const recipient = printable(event.recipient ?? '-')
  const text = printable(event.newRecipient ?? event.diagnosticCode ?? event.subject ?? '')
  if (!isTerminal)
    return [kind, cause, diagnosis?.party ?? '-', recipient, code === '' ? '-' : code, printable(`${file}:${offset}`), text].join('\t')
  const colour = event.kind === 'failed' ? 'red' : event.kind === 'delayed' ? 'yellow' : 'cyan'
  const padded = (value: string, width: number): string => (value.length >= width ? `${value} ` : value.padEnd(width))
  const before = `${padded(kind, columns[0])}${padded(cause, columns[1])}${padded(recipient, columns[2])}`
  const room = Math.max(20, fullWidth - before.length)
  const rest = fit(text, room)
  return `${paint(colour, padded(kind, columns[0]))}${paint('bold', padded(cause, columns[1]))}${padded(recipient, columns[2])}${paint('dim', rest)}`
}

const isProblem = (item: SourceItem): item is Extract<SourceItem, { problem: string }> => 'problem' in item

const isImap = (path: string): boolean => /^imaps?:\/\//i.test(path)

export const runEvents = async (paths: readonly string[], options: EventsOptions): Promise<number> => {
  if (paths.length === 0 && process.stdin.isTTY)
    throw new UsageError(
      'Nothing to read. Name files, folders, mailboxes (imaps://user@host/INBOX), or - for standard input. See: whybounce events --help'
    )
  const sources = paths.length === 0 ? ['-'] : paths
  const remote = sources.filter(isImap)
  if (remote.length > 0 && remote.length < sources.length) throw new UsageError('Mailboxes (imap://…) and files go in calls of their own.')
  for (const path of sources)
    if (path !== '-' && !isImap(path) && !existsSync(path)) throw new UsageError(`There is no file or folder ${printable(path)}.`)
  if (remote.length === 0)
    for (const name of ['unread', 'mark', 'move-to', 'checkpoint', 'password-file', 'tls-ca', 'insecure'] as const)
      if (options[name] !== undefined) throw new UsageError(`--${name} is for mailboxes: imaps://user@host/INBOX`)

  const output = openOutput(options)
  const code =
    remote.length > 0 ? await (await import('./events-imap.ts')).readMailboxes(remote, options, output) : await readFiles(sources, output)
  return finish(output, options, code)
}

const readFiles = async (paths: readonly string[], output: Output): Promise<number> => {
  const bar = openProgress(process.stderr)
  let ignored = 0
  const progress = (now: SourceProgress): void => {
    ignored = now.ignored
    bar.show(now.bytesTotal === 0 ? undefined : now.bytesRead / now.bytesTotal, `${now.messages.toLocaleString('en')} messages`)
  }
  let waiting = 0
  for await (const batch of readSources(paths, { progress })) {
    for (const item of batch) {
      if (isProblem(item)) output.problem(item.file, item.offset, item.problem)
      else {
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
  output.summary.addIgnored(ignored)
  return exitCodes.done
}

const finish = async (output: Output, options: EventsOptions, code: number): Promise<number> => {
  await output.flush()
  const { summary } = output
  if (options.summary)
    await writeOut(options.json ? `${JSON.stringify(summary.toJson(), null, 2)}\n` : summary.print(openTerminal(process.stdout)))
  else if (!options.quiet) process.stderr.write(`\n${summary.print(openTerminal(process.stderr))}`)
  if (code !== exitCodes.done) return code
  if (summary.problems() > 0) return exitCodes.trouble
  return summary.failures() > 0 && summary.failures() === summary.undetermined() ? exitCodes.undetermined : exitCodes.done
}
