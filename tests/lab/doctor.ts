import { spawn } from 'node:child_process'
import { join } from 'node:path'
import type { CheckReport } from '@whybounce/probe'
import type { Fault } from './fault.ts'
import { groups, userWithoutRoute } from './filters.ts'
import { machines } from './machines.ts'
import { resolvers } from './name-servers.ts'
import type { Namespaces } from './netns.ts'

export type Examined = {
  readonly exitCode: number | null
  readonly verdict: string
  readonly checks: readonly CheckReport[]
  readonly dns: Readonly<Record<string, number>>
  /** Milliseconds. */
  readonly took: number
  readonly output: string
  readonly errors: string
}

const bin = join(import.meta.dirname, '..', '..', 'packages/cli/bin/whybounce.mjs')

/** Bytes of output that are kept; a report has some ten thousand. */
const maxOutput = 4_000_000

/** `$LAB/` at the beginning of an argument stands for the lab's folder. */
export type Run = Pick<Fault, 'args' | 'group' | 'withoutRoute' | 'password' | 'resolver' | 'machine'>

/** Runs `whybounce doctor` as people do, in the client's namespace. */
const start = (
  { client, folder }: Namespaces,
  authorityFile: string,
  run: Run,
  ...more: readonly string[]
): Promise<{ readonly exitCode: number | null; readonly output: string; readonly errors: string }> =>
  new Promise((resolve, reject) => {
    const { resolver = 'validating' } = run
    // biome-ignore format: a command line
    const command = [
      'netns', 'exec', client,
      ...(run.machine === undefined ? [] : ['/usr/bin/unshare', '--mount', '/bin/sh', '-c', `${machines[run.machine]} && exec "$0" "$@"`]),
      ...(run.group === undefined ? [] : ['/usr/bin/setpriv', '--regid', String(groups[run.group]), '--clear-groups']),
      ...(run.withoutRoute === undefined ? [] : ['/usr/bin/setpriv', '--reuid', String(userWithoutRoute), '--clear-groups']),
      process.execPath, bin, 'doctor', ...run.args.map((arg) => arg.replace(/^\$LAB\//, `${folder}/`)),
      ...(run.args.includes('--ehlo') ? [] : ['--ehlo', 'out.healthy-lab.net']), '--tls-ca', authorityFile, '--dns', resolvers[resolver],
      ...(resolver === 'plain' ? [] : ['--trust-dns']), ...(resolver === 'public' ? [] : ['--own-resolver']),
      ...(run.password === undefined ? [] : ['--password-stdin']), ...more
    ]
    const child = spawn('/usr/sbin/ip', command, { env: { ...process.env, NO_COLOR: '1', COLUMNS: '80', LAB: folder } })
    let output = ''
    let errors = ''
    child.stdout.on('data', (data) => {
      if (output.length < maxOutput) output += data
    })
    child.stderr.on('data', (data) => {
      if (errors.length < maxOutput) errors += data
    })
    child.on('error', reject)
    child.on('close', (exitCode) => resolve({ exitCode, output, errors }))
    child.stdin.end(run.password === undefined ? '' : `${run.password}\n`)
  })

/** What is printed for people. */
export const print = async (namespaces: Namespaces, authorityFile: string, run: Run): Promise<string> =>
  (await start(namespaces, authorityFile, run)).output

/** The report of a run. Rejects where it gives none. */
export const examine = async (namespaces: Namespaces, authorityFile: string, run: Run): Promise<Examined> => {
  const { exitCode, output, errors } = await start(namespaces, authorityFile, run, '--json')
  try {
    const { verdict, checks, dns, took } = JSON.parse(output)
    return { exitCode, verdict, checks, dns, took, output, errors }
  } catch {
    throw new Error(`whybounce doctor ${run.args.join(' ')} gave no report (exit code ${exitCode}): ${errors || output}`)
  }
}
