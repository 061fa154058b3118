import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'

/** `whybounce trace` as people run it, in a folder of the test file's own. */
export const bin: string = join(import.meta.dirname, '../..', 'packages/cli/bin/whybounce.mjs')

let folder = ''
/** For the whole test file. */
export const useTraceFolder = (): void => {
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'whybounce-trace-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
}
export const traceFolder = (): string => folder

export const run = (
  args: readonly string[],
  input?: string
): { readonly code: number | null; readonly out: string; readonly err: string } => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, 'trace', ...args], {
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', COLUMNS: '80', TZ: 'UTC' },
    maxBuffer: 50_000_000,
    ...(input === undefined ? {} : { input })
  })
  // Sentences are broken where the window ends.
  return { code: status, out: stdout.replace(/\s+/g, ' '), err: stderr.replace(/\s+/g, ' ') }
}
export const json = (args: readonly string[]): { code: number | null; value: Traced } => {
  const { code, out } = run([...args, '--json'])
  return { code, value: JSON.parse(out) }
}
export type Traced = {
  readonly query: string
  readonly messages: readonly {
    readonly queueIds: readonly string[]
    readonly outcome: string
    readonly sender: string | null
    readonly recipient: string | null
    readonly client: string | null
    readonly arrived: string | null
    readonly attempts: readonly {
      readonly kind: string
      readonly cause: string | null
      readonly remoteIp: string | null
      readonly file: string
    }[]
    readonly notices: readonly { readonly queueId?: string; readonly outcome?: string }[]
    readonly next: { readonly kind: string; readonly from?: string; readonly givesUp?: string; readonly says: string }
  }[]
  readonly lines: { readonly total: number; readonly unread: number }
  readonly files: readonly { readonly file: string }[]
  readonly problems: readonly unknown[]
}
export const write = (name: string, content: string | Buffer | readonly string[]): string => {
  const path = join(folder, name)
  writeFileSync(path, typeof content === 'string' || Buffer.isBuffer(content) ? content : `${content.join('\n')}\n`)
  return path
}

/** A line of Postfix, `24T10:02:00` in November 2026. */
export const postfix = (time: string, daemon: string, text: string, host = 'mx1'): string =>
  `2026-11-${time}+00:00 ${host} postfix/${daemon}[42]: ${text}`
export const greylisting =
  'host mx.example.org[192.0.2.25] said: 450 4.2.0 <user@example.org>: Recipient address rejected: Greylisted (in reply to RCPT TO command)'
