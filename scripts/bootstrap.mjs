import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'

// Plain JavaScript: `npm start` and `npm test` begin here on whatever Node (20 or newer) the machine has, before
// anything is installed. From here on everything runs on the Node that the repository brings.

export const root = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..')
const bin = join(root, 'node_modules', '.bin')
const lock = join(root, 'package-lock.json')
const mark = join(root, 'node_modules', '.whybounce-lock')

const [major = 0] = process.versions.node.split('.').map(Number)
if (major < 20) {
  console.error(`whybounce needs Node 20 or newer to begin with, this is ${process.versions.node}.`)
  process.exit(2)
}

/** Installs what package-lock.json says, unless that is done already. */
export const install = () => {
  if (existsSync(mark) && readFileSync(mark, 'utf8') === readFileSync(lock, 'utf8')) return
  console.log('Installing what whybounce needs (once) …')
  const npm = process.env.npm_execpath
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error']
  const done =
    npm === undefined
      ? spawnSync('npm', args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' })
      : spawnSync(process.execPath, [npm, ...args], { cwd: root, stdio: 'inherit' })
  if (done.status !== 0) {
    console.error('npm ci failed; the lines above say why. Check the network connection or the npm registry, then try again.')
    process.exit(1)
  }
  if (!existsSync(join(bin, 'node')) && !existsSync(join(bin, 'node.cmd'))) {
    console.error('The package "node" did not install its program: allow its install script (npm approve-scripts node), then try again.')
    process.exit(1)
  }
  writeFileSync(mark, readFileSync(lock, 'utf8'))
}

const environment = () => ({ ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ''}` })

/** Runs a script on the Node that the repository brings; gives its exit code. */
export const run = (...args) =>
  spawnSync(join(bin, 'node'), args, { cwd: root, stdio: 'inherit', env: environment(), shell: process.platform === 'win32' }).status ?? 1

/** The same for a program that stays: its signals and its exit code are ours. */
export const stay = (...args) => {
  const child = spawn(join(bin, 'node'), args, { cwd: root, stdio: 'inherit', env: environment(), shell: process.platform === 'win32' })
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)))
}
