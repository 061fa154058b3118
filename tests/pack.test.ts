import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

/** What people install: the packed packages, in an empty folder, on the Node that the repository brings. */
const root = join(import.meta.dirname, '..')
const env = { ...process.env, PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ''}`, NO_COLOR: '1' }
let folder: string

const npm = (args: readonly string[], cwd: string): string =>
  execFileSync('npm', [...args, '--loglevel=error'], { cwd, encoding: 'utf8', env })

/** The folders of all packages that a package needs at run time, as they are installed here. */
const needed = (from: string, seen: Set<string> = new Set()): string[] => {
  const { dependencies = {} }: { dependencies?: Record<string, string> } = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8'))
  for (const name of Object.keys(dependencies)) {
    let at = from
    while (!existsSync(join(at, 'node_modules', name, 'package.json')) && at !== dirname(at)) at = dirname(at)
    const found = join(at, 'node_modules', name)
    if (seen.has(found)) continue
    seen.add(found)
    needed(found, seen)
  }
  return [...seen]
}

const packages = ['packages/core', 'packages/sources', 'packages/store', 'packages/probe', 'packages/cli']

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'whybounce-pack-'))
  npm(['pack', '--pack-destination', folder, ...packages.flatMap((name) => ['-w', name])], root)
  // What they depend on comes from where it is installed already: no test needs the network.
  npm(
    [
      'pack',
      '--ignore-scripts',
      '--pack-destination',
      folder,
      ...needed(join(root, 'packages/cli')).filter((path) => !path.includes('@whybounce'))
    ],
    root
  )
  const tarballs = readdirSync(folder).filter((name) => name.endsWith('.tgz'))
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }')
  npm(['install', '--offline', '--no-audit', '--no-fund', ...tarballs.map((name) => `./${name}`)], folder)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('npx whybounce explain answers', () => {
  const { stdout, status } = spawnSync('npx', ['--no-install', 'whybounce', 'explain', '550 5.1.1 User unknown'], {
    cwd: folder,
    encoding: 'utf8',
    env
  })
  expect(status).toBe(0)
  expect(stdout).toMatch(/^The mailbox does not exist/)
})

test('the quick start of the README runs as it stands', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8')
  const code = /```js\n([\s\S]*?)```/.exec(readme)?.[1] ?? ''
  writeFileSync(join(folder, 'quick-start.js'), code)
  const { stdout, stderr, status } = spawnSync(process.execPath, ['quick-start.js'], { cwd: folder, encoding: 'utf8', env })
  expect(stderr).toBe('')
  expect(status).toBe(0)
  expect(stdout).toContain('mailbox-full')
})

test('the core asks for nothing of Node, and for packages only where addresses and messages are checked', () => {
  const dist = join(folder, 'node_modules/@whybounce/core/dist')
  const files = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.js'))
  expect(files.length).toBeGreaterThan(10)
  for (const name of files.filter((file) => !file.includes('.generated.')))
    expect(readFileSync(join(dist, name), 'utf8'), name).not.toMatch(/from 'node:|\bprocess\.|\bBuffer\b|require\(/)
  for (const name of files.filter((file) => !/^(?:address|lint)[/.]/.test(file)))
    expect(readFileSync(join(dist, name), 'utf8'), name).not.toMatch(/^(?:import|export)\b.* from '[^.]/m)
})

test('types come with it', () => expect(existsSync(join(folder, 'node_modules/@whybounce/core/dist/index.d.ts'))).toBe(true))

test('npx whybounce events reads a mailbox', () => {
  writeFileSync(
    join(folder, 'one.eml'),
    'From: MAILER-DAEMON\nSubject: Undelivered Mail Returned to Sender\n\n<u@example.com>: 550 5.1.1 User unknown\n'
  )
  const { stdout, status } = spawnSync('npx', ['--no-install', 'whybounce', 'events', 'one.eml'], { cwd: folder, encoding: 'utf8', env })
  expect(status).toBe(0)
  expect(stdout).toContain('user-unknown')
})

test.each(packages)('publint and attw find nothing wrong with %s', (name) => {
  const lint = spawnSync(process.execPath, [join(root, 'node_modules/publint/src/cli.js'), join(root, name)], { encoding: 'utf8', env })
  expect(lint.stdout + lint.stderr).toContain('All good!')
  if (name === 'packages/core') {
    const tarball = readdirSync(folder).find((file) => file.startsWith('whybounce-core')) ?? ''
    const types = spawnSync(
      process.execPath,
      [join(root, 'node_modules/@arethetypeswrong/cli/dist/index.js'), join(folder, tarball), '--profile', 'esm-only'],
      { encoding: 'utf8', env }
    )
    expect(types.status, types.stdout).toBe(0)
  }
})

test('a Node that is too old is told so in one sentence', () => {
  const source = readFileSync(join(root, 'packages/cli/bin/whybounce.mjs'), 'utf8').replace(
    'process.versions.node.split',
    "'20.20.2'.split"
  )
  writeFileSync(join(folder, 'old.mjs'), source)
  const { stderr, status } = spawnSync(process.execPath, ['old.mjs'], { cwd: folder, encoding: 'utf8', env })
  expect(status).toBe(2)
  expect(stderr).toMatch(/^whybounce needs Node 22\.19 or newer, this is [\d.]+\.\n$/)
})

const otherRuntimes = ['bun', 'deno'].filter((runtime) => spawnSync(runtime, ['--version']).status === 0)

for (const runtime of otherRuntimes)
  test(`the core runs under ${runtime}`, () => {
    writeFileSync(
      join(folder, 'other.mjs'),
      "import { diagnose } from '@whybounce/core'\nconsole.log(diagnose('550 5.1.1 User unknown').cause)\n"
    )
    const args = runtime === 'deno' ? ['run', '--allow-read', 'other.mjs'] : ['other.mjs']
    expect(spawnSync(runtime, args, { cwd: folder, encoding: 'utf8', env }).stdout.trim()).toBe('user-unknown')
  })
