import { existsSync, fsyncSync, readFileSync } from 'node:fs'
import { CheckpointError, type ImapSource, openCheckpoint, openImap, SourceError } from '@whybounce/sources'
import type { EventsOptions, Output } from './events.ts'
import { openProgress } from './progress.ts'
import { printable } from './terminal.ts'
import { exitCodes, UsageError } from './usage.ts'

const passwordVariable = 'WHYBOUNCE_IMAP_PASSWORD'
const tokenVariable = 'WHYBOUNCE_IMAP_TOKEN'

const readOption = (name: string, path: string): string => {
  if (!existsSync(path)) throw new UsageError(`There is no file ${printable(path)} for --${name}.`)
  return readFileSync(path, 'utf8')
}

const secretsOf = (options: EventsOptions): { password?: string; accessToken?: string } => {
  const file = options['password-file']
  if (file !== undefined) return { password: readOption('password-file', file).split(/\r?\n/)[0] ?? '' }
  const token = process.env[tokenVariable]
  if (token !== undefined && token !== '') return { accessToken: token }
  const password = process.env[passwordVariable]
  if (password !== undefined && password !== '') return { password }
  throw new UsageError(
    `The mailbox needs a password: put it into ${passwordVariable}, or into a file for --password-file (an OAuth token into ${tokenVariable}).`
  )
}

/** What was printed must outlast the machine before the mailbox says that it was read. Pipes and terminals have nothing to sync. */
const syncOutput = (): void => {
  try {
    fsyncSync(1)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && (error.code === 'EINVAL' || error.code === 'ENOTSUP' || error.code === 'EROFS')))
      throw error
  }
}

/**
 * Reads mailboxes over IMAP, one after the other. Each batch is marked, moved and remembered only after its events were written.
 * Letters stay where they are and as they are, and so does what could not be read.
 */
export const readMailboxes = async (urls: readonly string[], options: EventsOptions, output: Output): Promise<number> => {
  const checkpointFile = options.checkpoint
  const shared = {
    ...secretsOf(options),
    unseenOnly: options.unread,
    mark: options.mark,
    moveTo: options['move-to'],
    insecure: options.insecure,
    tlsCa: options['tls-ca'] === undefined ? undefined : readOption('tls-ca', options['tls-ca'])
  }
  const bar = openProgress(process.stderr)
  const say = (words: string): void => {
    bar.clear()
    process.stderr.write(`whybounce: ${printable(words)}\n`)
  }
  let code: number = exitCodes.done
  for (const url of urls) {
    let source: ImapSource | undefined
    try {
      const checkpoint = checkpointFile === undefined ? undefined : openCheckpoint(checkpointFile)
      source = await openImap({ ...shared, url, checkpoint, notice: ({ words }) => say(words) })
      let done = 0
      for await (const batch of source.batches()) {
        const notices = new Set<number>()
        for (const item of batch.items) {
          if ('problem' in item) output.problem(item.file, 0, item.problem)
          if ('bytes' in item && output.take(item.file, 0, item.bytes)) notices.add(item.uid)
        }
        await output.flush()
        syncOutput()
        await source.acknowledge(batch, notices)
        done += batch.items.length
        bar.show(
          source.total === 0 ? undefined : done / source.total,
          `${done.toLocaleString('en')} of ${source.total.toLocaleString('en')} messages`
        )
      }
    } catch (error) {
      if (error instanceof TypeError) throw new UsageError(error.message)
      if (!(error instanceof SourceError || error instanceof CheckpointError)) throw error
      say(error.message)
      code = exitCodes.trouble
    } finally {
      bar.clear()
      await source?.close()
    }
  }
  return code
}
