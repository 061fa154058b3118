import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { defaultDiagnoser } from '@whybounce/core'
import { journalEntryOf, journalFields, journalLine } from '@whybounce/core/log'
import { openWatch, type Watch } from '@whybounce/core/watch'
import {
  type Checkpoint,
  CheckpointError,
  type Follower,
  openCheckpoint,
  openFileFollower,
  openJournalFollower,
  openStreamFollower,
  peekFile
} from '@whybounce/sources'
import { version } from '../help.ts'
import { formatsAsked } from '../logs/find-formats.ts'
import { mailUnits } from '../logs/journal-blocks.ts'
import { printable } from '../terminal.ts'
import { exitCodes, UsageError } from '../usage.ts'
import { watchHelp } from './help.ts'
import { openMetricsServer } from './metrics-server.ts'
import { readWatchSettings, type WatchSettings } from './options.ts'
import { openWatchInput, type WatchInput } from './watch-input.ts'
import { runLoop } from './watch-loop.ts'
import { openWatchOutput } from './watch-output.ts'

/** `whybounce watch`. Resolves with the exit code when it is asked to end, or standard input does. */
export const runWatch = async (args: readonly string[]): Promise<number> => {
  const settings = readWatchSettings(args)
  if (settings === 'help' || settings === 'version') {
    process.stdout.write(settings === 'help' ? watchHelp : `${version}\n`)
    return exitCodes.done
  }
  for (const path of settings.paths) checkCanBeFollowed(path)
  const formats = formatsAsked(settings)
  try {
    return await watchAll(settings, formats)
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error
    process.stderr.write(`whybounce: ${printable(error.message)}\n`)
    return exitCodes.trouble
  }
}

const packed: readonly string[] = ['gzip', 'zstd', 'xz', 'bzip2']

/** What is there and will never be a log that grows. */
const checkCanBeFollowed = (path: string): void => {
  const stats = path === '-' ? undefined : statSync(path, { throwIfNoEntry: false })
  if (stats?.isDirectory()) throw new UsageError(`${printable(path)} is a folder: name the log in it that is to be followed.`)
  if (stats?.isFIFO() || stats?.isCharacterDevice())
    throw new UsageError(`${printable(path)} is no file: what a pipe gives is followed as standard input (whybounce watch -).`)
  if (stats?.isFile() !== true) return
  const peek = peekFile(path)
  if (typeof peek !== 'string' && packed.includes(peek.kind))
    throw new UsageError(
      `${printable(path)} is packed, and no log is written so. To see its alerts: zcat ${printable(path)} | whybounce watch -`
    )
}

const openFollowers = async (
  { paths, journal, fromStart }: WatchSettings,
  checkpoint: Checkpoint | undefined
): Promise<readonly { readonly key: string; readonly follower: Follower }[]> => {
  const list: { readonly key: string; readonly follower: Follower }[] = []
  if (journal !== false) {
    const key = `journal:${journal === true ? '' : journal}`
    const follower = openJournalFollower({
      file: journal === true ? 'journal' : `journal ${journal}`,
      units: journal === true ? mailUnits : [journal],
      fields: journalFields,
      lineOf: (value) => {
        const entry = journalEntryOf(value)
        return entry === undefined ? undefined : journalLine(entry)
      },
      position: checkpoint?.get(key),
      fromStart
    })
    list.push({ key, follower })
  }
  for (const path of paths) {
    const key = path === '-' ? '-' : `file:${resolve(path)}`
    const follower =
      path === '-' ? openStreamFollower('-', process.stdin) : await openFileFollower(path, { position: checkpoint?.get(key), fromStart })
    list.push({ key, follower })
  }
  return list
}

const watchAll = async (settings: WatchSettings, formats: ReturnType<typeof formatsAsked>): Promise<number> => {
  const checkpoint = settings.checkpoint === undefined ? undefined : openCheckpoint(settings.checkpoint)
  // A checkpoint that cannot be written is better known now than after an hour.
  checkpoint?.set('watch', { version })
  checkpoint?.save()
  const followers = await openFollowers(settings, checkpoint)
  let isStopped = false
  let wake = (): void => undefined
  const stop = (): void => {
    isStopped = true
    wake()
  }
  const output = openWatchOutput(
    settings,
    () => watch,
    followers.map(({ follower }) => follower.file),
    { quit: stop, interrupt: () => process.exit(130) }
  )
  const watch: Watch = openWatch(defaultDiagnoser(), {
    alert: output.alert,
    senderIps: settings.senderIps,
    ...(output.minute === undefined ? {} : { minute: output.minute })
  })
  const inputs: WatchInput[] = []
  for (const { key, follower } of followers)
    inputs.push(await openWatchInput(follower, key, formats, (event) => watch.event(event, Date.now())))
  const behind = (): number => inputs.reduce((sum, { follower }) => sum + follower.behind(), 0)
  const server = settings.metrics === undefined ? undefined : await listen(settings.metrics, watch, behind)
  if (typeof server === 'string') {
    output.close()
    throw new UsageError(server)
  }
  if (server !== undefined) output.metrics(server.url)
  const save = (): void => checkpoint?.save()
  const saveAtExit = (): void => {
    try {
      save()
    } catch {
      // It was said when it failed the first time, or there is nobody left to hear it.
    }
  }
  process.on('SIGTERM', stop).on('SIGHUP', stop)
  process.on('exit', saveAtExit)
  try {
    await runLoop({
      inputs,
      watch,
      output,
      checkpoint,
      fromStart: settings.fromStart,
      isStopped: () => isStopped,
      onWake: (call) => {
        wake = call
      }
    })
  } finally {
    output.close()
    server?.close()
    process.off('SIGTERM', stop).off('SIGHUP', stop).off('exit', saveAtExit)
    for (const { follower } of inputs) await follower.close()
  }
  save()
  await output.flush()
  const hasEnded = !isStopped
  const unknown = inputs
    .filter((input) => hasEnded && !input.isKnown())
    .map(({ follower: { file } }) => (file === '-' ? 'standard input' : file))
  if (unknown.length > 0)
    process.stderr.write(
      `whybounce: nothing in ${printable(unknown.join(', '))} is of a log that is known. Its format can be named: --format postfix. See: whybounce watch --help\n`
    )
  const hasFailed = inputs.some(({ follower, key }) => key.startsWith('journal:') && follower.hasEnded())
  return hasEnded && (hasFailed || unknown.length > 0 || watch.counters.unread() > 0) ? exitCodes.trouble : exitCodes.done
}

const listen = async (address: { readonly host: string; readonly port: number }, watch: Watch, behind: () => number) => {
  try {
    return await openMetricsServer(address, watch, behind)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : ''
    const why =
      code === 'EADDRINUSE'
        ? 'another program listens there'
        : code === 'EACCES'
          ? 'ports below 1024 are for the system'
          : code === 'EADDRNOTAVAIL'
            ? 'this machine has no such address'
            : String(error)
    return `--metrics: ${address.host} port ${address.port} cannot be had: ${why}.`
  }
}
