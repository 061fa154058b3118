import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startDnsServer } from './dns/dns-server.ts'
import { customersZone } from './lists/zone.ts'
import { readFixtures } from './message-fixtures.ts'

/** What the README shows is what comes out. */
const root = join(import.meta.dirname, '..')
const readme = readFileSync(join(root, 'README.md'), 'utf8')

test('the mailbox in the README is answered as it stands there', () => {
  const block = /```text\n\$ whybounce events Bounces\n([\s\S]*?)```/.exec(readme)?.[1] ?? ''
  const folder = mkdtempSync(join(tmpdir(), 'whybounce-readme-'))
  for (const name of ['cur', 'new', 'tmp']) mkdirSync(join(folder, 'Bounces', name), { recursive: true })
  for (const { name, bytes } of readFixtures()) writeFileSync(join(folder, 'Bounces', 'cur', `${name.replace('/', '-')}:2,`), bytes)
  const { stdout, stderr } = spawnSync(process.execPath, [join(root, 'packages/cli/bin/whybounce.mjs'), 'events', 'Bounces'], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', COLUMNS: '80' }
  })
  rmSync(folder, { recursive: true, force: true })
  const [events = '', summary = ''] = block.split('\nCauses, by')
  const shown = (text: string): string[] => text.split('\n').filter((line) => line !== '' && line !== '…')
  expect(shown(events).length).toBeGreaterThan(2)
  for (const line of shown(events)) {
    const [kind, cause, recipient, words = ''] = line.split(/ {2,}/)
    expect(stdout).toMatch(
      new RegExp(`^${kind}\t${cause}\t[a-z-]+\t${recipient}\t.*${words.replace('…', '').replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`, 'm')
    )
  }
  expect(shown(summary).length).toBeGreaterThan(8)
  for (const line of shown(`Causes, by${summary}`)) expect(stderr).toContain(line)
})

test('the report in the README is what is printed', () => {
  const block = /```text\n\$ whybounce report mail\.log\n([\s\S]*?)```/.exec(readme)?.[1] ?? ''
  const folder = mkdtempSync(join(tmpdir(), 'whybounce-readme-'))
  const log = join(folder, 'mail.log')
  spawnSync(process.execPath, [join(root, 'bench/postfix-log.ts'), '--mb', '20', '--seed', '1', '--out', log])
  const { stdout, status } = spawnSync(process.execPath, [join(root, 'packages/cli/bin/whybounce.mjs'), 'report', 'mail.log'], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', COLUMNS: '80', TZ: 'UTC' }
  })
  rmSync(folder, { recursive: true, force: true })
  expect(status).toBe(0)
  const lines = block.split('\n')
  expect(lines.length).toBeGreaterThan(30)
  expect(lines.length).toBeLessThan(45)
  // A terminal cuts the fix to one line, a file does not.
  for (const line of lines) expect(stdout).toContain(line.replace(/^( {2}→.*)…$/, '$1'))
})

test('the list in the README is checked as it stands there', async () => {
  const block = /```text\n\$ whybounce verify customers\.csv -o checked\.csv\n([\s\S]*?)```/.exec(readme)?.[1] ?? ''
  const folder = mkdtempSync(join(tmpdir(), 'whybounce-readme-'))
  const dns = await startDnsServer(customersZone)
  const child = spawn(
    process.execPath,
    // biome-ignore format: a command line
    [join(root, 'packages/cli/bin/whybounce.mjs'), 'verify', join(root, 'tests/lists/customers.csv'), '-o', join(folder, 'checked.csv'), '--dns', dns.address],
    { env: { ...process.env, NO_COLOR: '1', COLUMNS: '80', XDG_DATA_HOME: folder, WHYBOUNCE_STORE: '' } }
  )
  let shown = ''
  child.stderr.on('data', (data) => {
    shown += data
  })
  await new Promise((resolve) => child.on('close', resolve))
  await dns.close()
  rmSync(folder, { recursive: true, force: true })
  const parts = block.split('…\n').filter((part) => part.trim() !== '')
  expect(parts.length).toBeGreaterThan(1)
  for (const part of parts) expect(shown).toContain(part)
})
