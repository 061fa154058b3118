import { existsSync, realpathSync, rmSync } from 'node:fs'
import { ListError, type ListInfo } from '@whybounce/sources'
import { version } from '../help.ts'
import { counted, openTerminal, printable } from '../terminal.ts'
import { exitCodes, UsageError } from '../usage.ts'
import { askServers, tellsOf, UnfitError, unfitText } from './ask.ts'
import { verifyHelp } from './help.ts'
import { readVerifyOptions, type VerifySettings } from './options.ts'
import { type Output, openFileOutput, openRepairOutput, openStreamOutput } from './output.ts'
import { conclude, openRun, queueProbes, stateFileOf, survey } from './run.ts'
import { verifyAddress } from './story.ts'
import { openListSummary } from './summary.ts'

/** A list file, `-`, or one address. */
const isAddress = (target: string): boolean => target.includes('@') && !existsSync(target)

export const runVerify = async (args: readonly string[]): Promise<number> => {
  const { settings, values, positionals } = readVerifyOptions(args)
  if (values.help) {
    process.stdout.write(verifyHelp)
    return exitCodes.done
  }
  if (values.version) {
    process.stdout.write(`${version}\n`)
    return exitCodes.done
  }
  const [target = '-', ...others] = positionals
  if (others.length > 0) throw new UsageError('One list or one address at a time. See: whybounce verify --help')
  if (target === '-' && process.stdin.isTTY)
    throw new UsageError('Nothing to check. Name a list, an address, or - for standard input. See: whybounce verify --help')
  if (target !== '-' && !existsSync(target) && !target.includes('@'))
    throw new UsageError(`There is no list ${printable(target)}, and it is no address: an address has an @.`)
  if (settings.output === '-' || settings.repair === '-')
    throw new UsageError('- is standard input. Without -o the verdicts go to standard output.')
  if (isAddress(target) && (settings.output !== undefined || settings.repair !== undefined || settings.split || settings.summaryOnly))
    throw new UsageError('-o, --repair, --split and --summary are for lists; one address is told on standard output (--json).')
  for (const path of [settings.output, settings.repair])
    if (path !== undefined && target !== '-' && existsSync(path) && existsSync(target) && realpathSync(path) === realpathSync(target))
      throw new UsageError('The output would replace the list itself. Name another file.')
  try {
    return isAddress(target) ? await verifyAddress(target, settings) : await verifyList(target, settings)
  } catch (error) {
    if (error instanceof ListError) throw new UsageError(`${printable(target)}: ${error.message}`)
    if (error instanceof Error && 'code' in error && error.code === 'ERR_SQLITE_ERROR')
      throw new UsageError(
        `What is known of the list could not be written (${printable(error.message)}). Make room, or name another place with --state; the same command goes on.`
      )
    if (!(error instanceof UnfitError)) throw error
    process.stderr.write(unfitText(error.points))
    return exitCodes.undetermined
  }
}

const goesOn = (settings: VerifySettings): boolean => stateFileOf(settings) !== ':memory:'

const openOutputs = (
  settings: VerifySettings,
  info: ListInfo
): { outputs: readonly Output[]; repaired: ReturnType<typeof openRepairOutput> | undefined } => {
  const repaired = settings.repair === undefined ? undefined : openRepairOutput(settings.repair, info)
  const main =
    settings.output !== undefined
      ? openFileOutput(settings.output, info, settings.split)
      : settings.summaryOnly
        ? undefined
        : openStreamOutput(settings)
  return { outputs: [main, repaired].filter((output) => output !== undefined), repaired }
}

const verifyList = async (target: string, settings: VerifySettings): Promise<number> => {
  const run = openRun(target, settings)
  process.removeAllListeners('SIGINT')
  process.once('SIGINT', () => {
    process.stderr.write(
      goesOn(settings)
        ? '\nInterrupted. The same command goes on where it ended, and asks nothing of which it has the answer.\n'
        : '\nInterrupted. With -o OUT the next run would go on from here.\n'
    )
    process.exit(130)
  })
  let outputs: readonly Output[] = []
  try {
    const tells = tellsOf(settings.probe)
    const found = await survey(run)
    // What cannot be written is better told before hours of asking than after.
    for (const output of openOutputs(settings, found.info).outputs) await output.discard()
    if (settings.probe !== undefined) {
      await queueProbes(run, found, tells)
      const asked = await askServers(run, settings.probe)
      const left = run.state.counts().waiting
      if (!settings.quiet && left > 0)
        process.stderr.write(
          `${counted(left, 'question is', 'questions are')} left: servers want to be asked later than --wait allows, or the budget of the minute is used up. The same command goes on with them.\n`
        )
      if (!settings.quiet && asked !== undefined)
        for (const [operator, { cause, reply }] of asked.blocked)
          process.stderr.write(
            `${printable(operator)} refuses us (${cause ?? 'undetermined'}) and was left alone: ${printable(reply ?? '')}\n`
          )
    }
    const { info } = found
    if (!settings.quiet && (info.header?.length ?? 0) > 1) process.stderr.write(`Addresses are in the column ${printable(info.column)}.\n`)
    const opened = openOutputs(settings, info)
    outputs = opened.outputs
    const { repaired } = opened
    const summary = openListSummary()
    await conclude(run, found, tells, (row, verdict) => {
      if (verdict !== undefined) summary.add(verdict)
      else if (row.problem !== undefined) summary.addUnread(row)
      else if (row.raw.trim() !== '') summary.addEmpty()
      let waits: Promise<void> | undefined
      for (const output of outputs) {
        const wait = output.take(row, verdict)
        if (wait !== undefined) waits = waits === undefined ? wait : Promise.all([waits, wait]).then(() => undefined)
      }
      return waits
    })
    const files: string[] = []
    for (const output of outputs) files.push(...(await output.end()))
    if (settings.summaryOnly || (settings.output !== undefined && settings.json))
      process.stdout.write(settings.json ? `${JSON.stringify(summary.toJson(), null, 2)}\n` : summary.print(openTerminal(process.stdout)))
    else if (!settings.quiet)
      process.stderr.write(`${settings.output === undefined ? '\n' : ''}${summary.print(openTerminal(process.stderr))}`)
    if (!settings.quiet) {
      process.stderr.write('\n')
      for (const file of files) process.stderr.write(`Wrote ${printable(file)}\n`)
      if (repaired !== undefined) process.stderr.write(`${counted(repaired.mended(), 'address was', 'addresses were')} mended.\n`)
    }
    await run.close()
    // Answers of mail servers are worth keeping; what DNS said is asked again in seconds.
    if (settings.probe === undefined && goesOn(settings) && settings.state === undefined)
      for (const end of ['', '-wal', '-shm']) rmSync(`${stateFileOf(settings)}${end}`, { force: true })
    else if (goesOn(settings) && !settings.quiet)
      process.stderr.write(
        `The answers are kept in ${printable(stateFileOf(settings))}: the next run with this output asks only what is new. It holds addresses; remove it when you are done.\n`
      )
    return summary.unread() > 0 ? exitCodes.trouble : exitCodes.done
  } catch (error) {
    for (const output of outputs) await output.discard()
    await run.close()
    throw error
  }
}
