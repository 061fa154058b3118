import { createWriteStream, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { lookIntoPipe } from '../logs/standard-input.ts'
import { printable } from '../terminal.ts'
import { UsageError } from '../usage.ts'

/**
 * Standard input (`-`), or a pipe with a name, in a file of its own, which only this user can read and which goes when the process does: a log is
 * looked through more than once. Of what is no log, unless its format `isKnown`, the beginning is kept. A full disk is a UsageError.
 */
export const keepPipe = async (pipe: string, isKnown: boolean): Promise<string> => {
  try {
    const folder = mkdtempSync(join(tmpdir(), 'whybounce-'))
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
    // Else it would stay behind.
    for (const [signal, code] of [
      ['SIGTERM', 143],
      ['SIGHUP', 129]
    ] as const)
      process.once(signal, () => process.exit(code))
    const path = join(folder, 'input.log')
    const { told, pieces } = await lookIntoPipe(pipe)
    const isLog = isKnown || told.formats !== undefined
    await pipeline(isLog ? pieces : beginningOf(pieces), createWriteStream(path, { mode: 0o600 }))
    return path
  } catch (error) {
    const reason = error instanceof Error ? printable(error.message) : ''
    throw new UsageError(
      `${pipe === '-' ? 'Standard input' : printable(pipe)} could not be kept in ${tmpdir()} (${reason}): write it into a file, and name that.`
    )
  }
}

/** What is no log is not kept whole: it may have no end. */
const mostOfOther = 1_048_576

async function* beginningOf(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, void> {
  let bytes = 0
  for await (const piece of pieces) {
    yield piece
    bytes += piece.length
    if (bytes >= mostOfOther) return
  }
}
