import { parseArgs } from 'node:util'
import type { EventsOptions } from './events.ts'
import { help, version } from './help.ts'
import { journalOf, withJournal } from './logs/journal-argument.ts'
import { printable } from './terminal.ts'
import { exitCodes, UsageError } from './usage.ts'

const optionsOf = {
  common: { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' }, version: { type: 'boolean', short: 'V' } },
  explain: {
    file: { type: 'string' },
    lines: { type: 'boolean' },
    role: { type: 'string' },
    as: { type: 'string' },
    provider: { type: 'string' },
    stage: { type: 'string' },
    recipient: { type: 'string' }
  },
  events: {
    all: { type: 'boolean' },
    summary: { type: 'boolean' },
    quiet: { type: 'boolean', short: 'q' },
    header: { type: 'string', multiple: true },
    unread: { type: 'boolean' },
    mark: { type: 'string' },
    'move-to': { type: 'string' },
    checkpoint: { type: 'string' },
    'password-file': { type: 'string' },
    'tls-ca': { type: 'string' },
    insecure: { type: 'boolean' },
    format: { type: 'string' },
    map: { type: 'string' },
    journal: { type: 'string' }
  },
  browse: {
    frequency: { type: 'string' },
    importance: { type: 'string' },
    type: { type: 'string' },
    kind: { type: 'string' },
    search: { type: 'string' }
  }
} as const

const commands = ['explain', 'events', 'codes', 'causes', 'providers', 'see-more', 'troubleshoot', 'redact', 'completion', 'help'] as const
type Command = (typeof commands)[number]

/** Commands that read their own arguments. */
const selfReading: Readonly<Record<string, (args: readonly string[]) => Promise<number>>> = {
  verify: async (args) => (await import('./verify/verify.ts')).runVerify(args),
  doctor: async (args) => (await import('./doctor/doctor.ts')).runDoctorCommand(args),
  lint: async (args) => (await import('./lint/lint.ts')).runLint(args),
  report: async (args) => (await import('./report/report.ts')).runReport(args),
  watch: async (args) => (await import('./watch/watch.ts')).runWatch(args),
  trace: async (args) => (await import('./trace/trace.ts')).runTrace(args),
  plan: async (args) => (await import('./plan/plan.ts')).runPlan(args),
  suppress: async (args) => (await import('./suppress/suppress.ts')).runSuppress(args)
}

const parse = (command: Command, args: readonly string[]): ReturnType<typeof parseAll> => {
  const allowed =
    command === 'explain'
      ? optionsOf.explain
      : command === 'events'
        ? optionsOf.events
        : ['codes', 'causes', 'providers', 'see-more'].includes(command)
          ? optionsOf.browse
          : {}
  try {
    return parseAll(args, { ...optionsOf.common, ...allowed })
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('. ')[0] ?? '') : ''
    throw new UsageError(`${reason}. A text that begins with a hyphen goes behind --. See: whybounce ${command} --help`)
  }
}

const parseAll = (args: readonly string[], options: object): { values: Values; positionals: string[] } => {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: options as typeof optionsOf.common & typeof optionsOf.explain & typeof optionsOf.events & typeof optionsOf.browse,
    allowPositionals: true
  })
  return { values, positionals }
}

type Values = Omit<EventsOptions, 'journal'> & { readonly [name in 'json' | 'help' | 'version' | 'lines']?: boolean | undefined } & {
  readonly [name in
    | 'journal'
    | 'file'
    | 'role'
    | 'as'
    | 'provider'
    | 'stage'
    | 'recipient'
    | 'frequency'
    | 'importance'
    | 'type'
    | 'kind'
    | 'search']?: string | undefined
}

const runCommand = async (command: Command, args: readonly string[]): Promise<number> => {
  const { values, positionals } = parse(command, command === 'events' ? withJournal(args) : args)
  if (command === 'help' && Object.hasOwn(selfReading, positionals[0] ?? ''))
    return (await selfReading[positionals[0] ?? '']?.(['--help'])) ?? exitCodes.done
  if (values.help || command === 'help') {
    process.stdout.write(help[command === 'help' ? (positionals[0] ?? '') : command] ?? help[''] ?? '')
    return exitCodes.done
  }
  if (values.version) {
    process.stdout.write(`${version}\n`)
    return exitCodes.done
  }
  switch (command) {
    case 'explain':
      if (values.lines)
        return (await import('./lines.ts')).runLines(
          positionals.filter((name) => name !== '-'),
          values
        )
      return (await import('./explain.ts')).runExplain(positionals, values)
    case 'events':
      return (await import('./events.ts')).runEvents(positionals, { ...values, journal: journalOf(values.journal) })
    case 'codes':
      return (await import('./browse.ts')).runCodes(positionals, values)
    case 'causes':
      return (await import('./browse.ts')).runCauses(positionals, values)
    case 'providers':
      return (await import('./browse.ts')).runProviders(positionals, values)
    case 'see-more':
      return (await import('./browse.ts')).runSeeMore(positionals, values)
    case 'troubleshoot':
      return (await import('./troubleshoot.ts')).runTroubleshoot(positionals, values.json === true)
    case 'redact': {
      const { decodeBytes, redact } = await import('@whybounce/core')
      const { readInputs } = await import('./input.ts')
      process.stdout.write(
        `${(await readInputs(positionals, undefined))
          .map((input) => redact(typeof input === 'string' ? input : decodeBytes(input)))
          .join('\n')
          .trimEnd()}\n`
      )
      return exitCodes.done
    }
    case 'completion':
      process.stdout.write((await import('./completion.ts')).completion(positionals[0]))
      return exitCodes.done
  }
}

/** Runs the command line and sets the exit code of the process. */
export const run = async (args: readonly string[]): Promise<void> => {
  // A reader that went away (`| head`) is no failure of ours.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? exitCodes.done : exitCodes.trouble))
  process.once('SIGINT', () => process.exit(130))
  const [first, ...rest] = args
  try {
    if (first === undefined || first === '--help' || first === '-h') {
      process.stdout.write(help[''] ?? '')
      process.exitCode = first === undefined ? exitCodes.usage : exitCodes.done
    } else if (first === '--version' || first === '-V') process.stdout.write(`${version}\n`)
    else if (Object.hasOwn(selfReading, first)) process.exitCode = (await selfReading[first]?.(rest)) ?? exitCodes.usage
    else {
      const command = commands.find((name) => name === first)
      if (command === undefined)
        throw new UsageError(
          `There is no command ${printable(first)}. To explain a text: whybounce explain '${printable(first).slice(0, 40)}'. See: whybounce --help`
        )
      process.exitCode = await runCommand(command, rest)
    }
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    process.stderr.write(`whybounce: ${error.message}\n`)
    process.exitCode = exitCodes.usage
  }
}
