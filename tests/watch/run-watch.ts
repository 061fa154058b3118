import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { afterEach, beforeEach } from 'vitest'

export type Line = Readonly<Record<string, unknown>>
export type Running = {
  readonly child: ChildProcessByStdio<Writable, Readable, Readable>
  /** Resolves when a line of the output, or of standard error, passes. */
  readonly until: (passes: (text: string) => boolean) => Promise<string>
  readonly out: () => string
  readonly err: () => string
  readonly lines: () => Line[]
  readonly ended: Promise<number | null>
  readonly stop: () => Promise<number | null>
}

export const bin: string = join(import.meta.dirname, '../..', 'packages/cli/bin/whybounce.mjs')

/** Starts `whybounce watch` in a folder. Whoever starts it ends it. */
const startWatch = (folder: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Running => {
  const child = spawn(process.execPath, [bin, 'watch', ...args], {
    env: { ...process.env, NO_COLOR: '1', TZ: 'UTC', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
    cwd: folder
  })
  let out = ''
  let err = ''
  let check = (): void => undefined
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
    check()
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text
    check()
  })
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  return {
    child,
    out: () => out,
    err: () => err,
    lines: () =>
      out
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line)),
    until: (passes) =>
      new Promise((resolve, reject) => {
        check = () => {
          const found = `${out}\n${err}`.split('\n').find((line) => line !== '' && passes(line))
          if (found !== undefined) resolve(found)
        }
        void ended.then((code) => reject(new Error(`ended with ${code}: ${out}${err}`)))
        check()
      }),
    ended,
    stop: () => {
      child.kill('SIGTERM')
      return ended
    }
  }
}

/** A folder for each test, with whatever was started in it ended. */
export type WatchFolder = {
  readonly path: () => string
  readonly start: (args: readonly string[], env?: NodeJS.ProcessEnv) => Running
  /** Ended with the others, if it still runs then. */
  readonly keep: (child: Killed) => void
}
type Killed = { readonly kill: (signal: 'SIGKILL') => boolean }

export const useWatchFolder = (): WatchFolder => {
  let folder = ''
  let running: Killed[] = []
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'whybounce-watch-'))
    running = []
  })
  afterEach(() => {
    for (const child of running) child.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  })
  return {
    path: () => folder,
    keep: (child) => void running.push(child),
    start: (args, env = {}) => {
      const watch = startWatch(folder, args, env)
      running.push(watch.child)
      return watch
    }
  }
}
