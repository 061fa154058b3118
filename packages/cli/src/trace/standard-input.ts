import { createWriteStream, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { printable } from '../terminal.ts'
import { UsageError } from '../usage.ts'

/**
 * Standard input in a file of its own, which only this user can read and which goes when the process does: a log is looked through more
 * than once. A full disk is a UsageError.
 */
export const keepStandardInput = async (): Promise<string> => {
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
    await pipeline(process.stdin, createWriteStream(path, { mode: 0o600 }))
    return path
  } catch (error) {
    const reason = error instanceof Error ? printable(error.message) : ''
    throw new UsageError(`Standard input could not be kept in ${tmpdir()} (${reason}): write it into a file, and name that.`)
  }
}
