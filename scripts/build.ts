import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/**
 * `npm run build`: knowledge, then the packages to plain JavaScript with types, then the page as static files.
 * `--without-page` leaves the page out. `--quiet` builds only what is missing or older than its sources, and says nothing unless something fails.
 */
const root = join(import.meta.dirname, '..')
const quiet = process.argv.includes('--quiet')

const newest = (path: string): number => {
  if (!existsSync(path)) return 0
  const stat = statSync(path)
  if (!stat.isDirectory()) return stat.mtimeMs
  const names = readdirSync(path)
  // A folder changes when a file in it is removed, but also when a build puts its result there.
  const own = names.includes('dist') ? 0 : stat.mtimeMs
  return names
    .filter((name) => name !== 'node_modules' && name !== 'dist')
    .reduce((latest, name) => Math.max(latest, newest(join(path, name))), own)
}

const step = (name: string, sources: readonly string[], result: string, args: readonly string[]): void => {
  const made = join(root, result)
  if (quiet && existsSync(made) && statSync(made).mtimeMs >= Math.max(...sources.map((source) => newest(join(root, source))))) return
  console.log(`Building ${name} …`)
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8', stdio: quiet ? 'pipe' : 'inherit' })
  if (status === 0) return
  process.stderr.write(`${stdout ?? ''}${stderr ?? ''}\nBuilding ${name} failed.\n`)
  process.exit(1)
}

step('the knowledge', ['knowledge', 'scripts/knowledge'], 'packages/core/src/knowledge/table.generated.ts', ['scripts/knowledge/main.ts'])
step('the packages', ['packages', 'tsconfig.json', 'tsconfig.base.json'], 'packages/cli/dist/.tsbuildinfo', [
  'node_modules/typescript/bin/tsc',
  '-b'
])
if (!process.argv.includes('--without-page'))
  step('the page', ['packages/web', 'packages/core/src', 'knowledge'], 'packages/web/dist/index.html', ['packages/web/build.ts'])
