import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

/**
 * `npm run disposable`: brings the list of disposable domains up to date (the development dependency disposable-email-domains-js), shows what
 * was added and removed, and compiles it into the core. What is listed wrongly goes to knowledge/addresses/not-disposable.toml.
 */
const root = join(import.meta.dirname, '..')
const packagePath = join(root, 'node_modules', 'disposable-email-domains-js')

const listed = (): ReadonlySet<string> =>
  new Set(z.array(z.string()).parse(JSON.parse(readFileSync(join(packagePath, 'dist', 'dict', 'disposable_email_blocklist.json'), 'utf8'))))
const version = (): string =>
  z.object({ version: z.string() }).parse(JSON.parse(readFileSync(join(packagePath, 'package.json'), 'utf8'))).version

const run = (command: string, args: readonly string[]): void => {
  execFileSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })
}

/** What a second list has that the first has not, in alphabetical order. */
export const addedIn = (before: ReadonlySet<string>, after: ReadonlySet<string>): string[] =>
  [...after].filter((domain) => !before.has(domain)).sort()

if (import.meta.main) {
  const before = listed()
  const from = version()
  run('npm', ['install', '--save-dev', 'disposable-email-domains-js@latest'])
  const after = listed()
  const added = addedIn(before, after)
  const removed = addedIn(after, before)
  for (const domain of added) process.stdout.write(`+ ${domain}\n`)
  for (const domain of removed) process.stdout.write(`- ${domain}\n`)
  process.stdout.write(`${from} → ${version()}: ${added.length} added, ${removed.length} removed, ${after.size} domains\n`)
  run(process.execPath, [join('scripts', 'knowledge', 'main.ts')])
}
