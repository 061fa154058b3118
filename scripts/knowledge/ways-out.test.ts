import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { SoftwareVersions } from '../../packages/core/src/knowledge/software-version.ts'
import type { WaysOut } from '../../packages/core/src/knowledge/ways-out.ts'
import type { Problem } from './read.ts'
import { readSoftwareVersions } from './software-versions.ts'
import { readWaysOut } from './ways-out.ts'

const root = mkdtempSync(join(tmpdir(), 'whybounce-knowledge-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const real = join(import.meta.dirname, '..', '..', 'knowledge')
const text = (name: string): string => readFileSync(join(real, name), 'utf8')

const waysOut = (given: string): { readonly read: WaysOut; readonly problems: string } => {
  const problems: Problem[] = []
  writeFileSync(join(root, 'ways-out.toml'), given)
  const read = readWaysOut(root, problems)
  return { read, problems: problems.map(({ line, message }) => `${line}: ${message}`).join('\n') }
}
const versions = (given: string): { readonly read: SoftwareVersions; readonly problems: string } => {
  const problems: Problem[] = []
  writeFileSync(join(root, 'software-versions.toml'), given)
  const read = readSoftwareVersions(root, problems)
  return { read, problems: problems.map(({ line, message }) => `${line}: ${message}`).join('\n') }
}

test('the servers of the project serve every port, and each file is sound', () => {
  const { read, problems } = waysOut(text('ways-out.toml'))
  expect(problems).toBe('')
  expect(read.servers.length).toBeGreaterThan(8)
  expect(read.request).toContain('{port}')
  const known = versions(text('software-versions.toml'))
  expect(known.problems).toBe('')
  expect(known.read.map(({ id }) => id)).toContain('exim')
})

const server = `request = "{port}"\n[[server]]\nhost = "mx.example.com"\noperator = "A"\nports = [25]\nstarttls = true\ncertificate = true\nsource = "RFC 1 §1"\nverified = 2026-11-25\n`
test.each([
  ['one operator alone', server, 'port 25 needs servers of two operators or more'],
  ['an address for a host', server.replace('mx.example.com', '192.0.2.1'), '3: 192.0.2.1: host'],
  ['a port of no mail', server.replace('[25]', '[26]'), 'ports.0'],
  ['no source', server.replace(/source.*\n/, ''), 'source'],
  ['an unknown table', `${server}[[servers]]\n`, 'servers is no table'],
  ['no letter', server.replace('request = "{port}"\n', ''), 'request must be a letter'],
  [
    'an interceptor without issuer',
    `${server}[[interceptor]]\nname = "X"\nissuer = []\nsource = "RFC 1 §1"\nverified = 2026-11-25\n`,
    'X: issuer'
  ],
  ['broken TOML', 'x = = 1', '1: ']
])('ways-out.toml with %s is told', (_, given, problem) => expect(waysOut(given).problems).toContain(problem))

const software = `[[software]]\nid = "x"\nname = "X"\nbanner = ["ESMTP X "]\nnewer = "X 2"\n[[software.insecure]]\nbelow = "2"\nsays = "s"\nsource = "RFC 1 §1"\nverified = 2026-11-25\n`
test.each([
  ['a version in words', software.replace('"2"', '"two"'), '2: x: insecure.0.below: is no version'],
  ['the same twice', software + software, 'stands twice'],
  ['no words to know it by', software.replace('["ESMTP X "]', '[]'), 'banner'],
  ['an unknown table', `${software}[[servers]]\n`, 'servers is no table'],
  ['an unknown key', software.replace('newer', 'newest'), 'newer']
])('software-versions.toml with %s is told', (_, given, problem) => expect(versions(given).problems).toContain(problem))
