import { spawn } from 'node:child_process'

export type CommandResult = {
  /** Ended by itself, with exit code 0. */
  readonly ok: boolean
  readonly text: string
  readonly errors: string
  /** More was printed than is kept: the program was ended. */
  readonly cut: boolean
}

/** Bytes kept of what a program prints: a queue of 20,000 messages. A million messages must not fill the memory. */
const maxOutput = 8_388_608
/** Bytes kept of its complaints. */
const maxErrors = 16_384
/** Milliseconds. A full queue takes some seconds to list. */
const commandTimeout = 10_000

/**
 * Runs a program of this machine by its path, without a shell, in the C locale. Never rejects: what cannot be started, takes too
 * long or is stopped has `ok: false`.
 */
export const runCommand = (program: string, args: readonly string[], signal: AbortSignal): Promise<CommandResult> =>
  new Promise((resolve) => {
    const kept: Buffer[] = []
    let [bytes, errors, cut] = [0, '', false]
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' },
      timeout: commandTimeout,
      killSignal: 'SIGKILL',
      signal
    })
    const end = (ok: boolean): void => resolve({ ok, text: Buffer.concat(kept).toString('utf8'), errors, cut })
    child.stdout.on('data', (chunk: Buffer) => {
      if (bytes >= maxOutput) return
      kept.push(chunk.subarray(0, maxOutput - bytes))
      bytes += chunk.length
      if (bytes < maxOutput) return
      cut = true
      child.kill('SIGKILL')
    })
    child.stderr.on('data', (chunk: Buffer) => {
      if (errors.length < maxErrors) errors += chunk.toString('utf8').slice(0, maxErrors)
    })
    child.on('error', (error) => {
      errors ||= error.message
      end(false)
    })
    child.on('close', (code) => end(code === 0 || cut))
  })
