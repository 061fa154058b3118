import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import type { Origin } from '../../packages/core/src/knowledge/knowledge.ts'
import { readAddresses } from './addresses.ts'
import { compileKnowledge } from './compile.ts'
import { disposableDomains, packDomains } from './disposable-domains.ts'
import type { Problem } from './read.ts'

const knowledge = join(import.meta.dirname, '..', '..', 'knowledge')
const { origins }: { readonly origins: readonly Origin[] } = compileKnowledge(knowledge).knowledge
const made: string[] = []
afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** The problems of the knowledge with one text replaced by another in one file. */
const problemsWith = (name: string, from: string, to: string): Problem[] => {
  const folder = mkdtempSync(join(tmpdir(), 'addresses-'))
  made.push(folder)
  cpSync(join(knowledge, 'addresses'), join(folder, 'addresses'), { recursive: true })
  const path = join(folder, 'addresses', `${name}.toml`)
  const text = readFileSync(path, 'utf8')
  expect(text).toContain(from)
  writeFileSync(path, text.replace(from, to))
  const problems: Problem[] = []
  readAddresses(folder, origins, problems)
  return problems
}

test('the knowledge about addresses has no mistakes', () => {
  const problems: Problem[] = []
  const { addresses } = readAddresses(knowledge, origins, problems)
  expect(problems).toEqual([])
  expect(addresses.names.length).toBeGreaterThan(400)
})

test.each([
  ['domains', 'weight = "giant"', 'weight = "huge"', 'weight'],
  ['domains', 'name   = "zoho"', 'name   = "zohho"', 'no provider has a domain with the name zohho'],
  ['domains', '"cheerful.com"', '"earthling.net"', 'earthling.net stands here twice'],
  ['domains', '"juno"]', '"junho"]', 'junho is no provider'],
  ['exists', '"goal.com"', '"gmail.com"', "gmail.com is a provider's domain already"],
  ['exists', '"goal.com"', '"goal"', 'exists'],
  ['exists', 'source  = "https://knowtechie.com/gail-dot-com/"', '', 'source'],
  ['suffixes', '"edu", "info"]', '"edu", "inffo"]', 'inffo is no public suffix'],
  ['mailboxes', 'providers = ["google-workspace"]', 'providers = ["google-workplace"]', 'google-workplace is no provider'],
  ['mailboxes', 'subdomains = true', 'subdomain = true', 'subdomain'],
  ['roles', '"postmaster", "mailmaster"', '"postmaster", "abuse"', 'abuse stands here twice'],
  ['not-disposable', 'reason  = "Mailboxes and forwarding services for keeping"', '', 'reason']
])('a mistake in %s.toml (%s → %s) is told with file and line', (name, from, to, says) => {
  const problems = problemsWith(name, from, to)
  expect(problems.map(({ message }) => message).join('\n')).toContain(says)
  for (const { file, line } of problems) {
    expect(file.endsWith(join('addresses', `${name}.toml`))).toBe(true)
    expect(line).toBeGreaterThanOrEqual(1)
  }
})

test('the line told is the one with the mistake', () => {
  const [problem] = problemsWith('exists', '"goal.com"', '"gmail.com"')
  const lines = readFileSync(join(knowledge, 'addresses', 'exists.toml'), 'utf8').split('\n')
  expect(lines[(problem?.line ?? 0) - 1]).toContain('"goal.com"')
})

test('what is kept is not in the list of disposable domains, and nothing stands below another entry', () => {
  const kept = new Set(['mailinator.com'])
  const all = new Set(disposableDomains(new Set()))
  const without = disposableDomains(kept)
  expect(all.has('mailinator.com')).toBe(true)
  expect(without).not.toContain('mailinator.com')
  expect([...all].filter((domain) => domain.split('.').some((_, at, labels) => at > 0 && all.has(labels.slice(at).join('.'))))).toEqual([])
})

test('packed domains stand once under their ending', () => {
  expect(packDomains(['a.com', 'b.co.uk', 'c.com'])).toBe('com:a c\\nuk:b.co')
})
