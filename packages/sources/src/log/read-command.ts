import { spawn } from 'node:child_process'
import type { LogBlock } from './read-log-blocks.ts'

/** What a program says when it fails is a line or two. */
const maxSaid = 2_000

/**
 * What a program prints, without a shell. It is ended where nobody reads on. A program that is missing (`ifMissing` says so) or fails gives
 * what it printed, and then a problem with its words. Never throws.
 */
export async function* readCommand(program: string, args: readonly string[], ifMissing: string): AsyncGenerator<LogBlock, void, void> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  let started = true
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (said.length < maxSaid) said += text.slice(0, maxSaid - said.length)
  })
  const over = new Promise<number | null>((resolve) => {
    child.once('close', resolve)
    child.once('error', () => {
      started = false
      resolve(null)
    })
  })
  try {
    for await (const bytes of child.stdout) yield { bytes }
    const code = await over
    const words = said.trim()
    if (!started) yield { bytes: new Uint8Array(0), problem: ifMissing }
    else if (code !== 0)
      yield {
        bytes: new Uint8Array(0),
        problem: `${program} ended with an error (${code ?? 'a signal'}); what it gave before was read. ${words === '' ? 'It says nothing.' : `It says: ${words}`}`
      }
    // What it may not see it does not give, and says so without failing.
    else if (words !== '') yield { bytes: new Uint8Array(0), problem: `${program} says: ${words}` }
  } finally {
    child.kill()
  }
}
