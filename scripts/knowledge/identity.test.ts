import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readIdentity } from './identity.ts'
import type { Problem } from './read.ts'

const proof = 'source = "RFC 7208 §5.2"\nverified = 2026-11-25\n'
const origins = [{ id: 'gmail', name: 'Gmail', kind: 'provider' }] as const

const read = (includes: string, names: string): readonly string[] => {
  const folder = mkdtempSync(join(tmpdir(), 'identity-'))
  try {
    writeFileSync(join(folder, 'spf-includes.toml'), includes)
    writeFileSync(join(folder, 'ptr-names.toml'), names)
    const problems: Problem[] = []
    const { spfIncludes, reverseWords, reverseEndings } = readIdentity(folder, origins, problems)
    return [
      ...problems.map(({ line, message }) => `${line}: ${message}`),
      `${spfIncludes.length + reverseWords.length + reverseEndings.length} read`
    ]
  } finally {
    rmSync(folder, { recursive: true })
  }
}
const include = (provider: string, mechanism: string): string =>
  `[[include]]\nprovider = "${provider}"\nmechanism = "${mechanism}"\n${proof}`

test.each([
  ['a sound include', include('gmail', 'include:_spf.google.com'), '', ['1 read']],
  ['a provider that has no file', include('hotmail', 'include:a.example'), '', ['3: there is no providers/hotmail.toml', '1 read']],
  ['no mechanism', include('gmail', 'include:localhost'), '', ['1: include.mechanism: is no mechanism of SPF', '0 read']],
  ['a provider twice', include('gmail', 'mx').repeat(2), '', ['3: mx stands twice', '2 read']],
  [
    'a meaning that is none',
    '',
    `[[word]]\nmeans = "pool"\nsays = ["pool"]\nexample = "pool.example.net"\n${proof}`,
    [expect.stringContaining('word.means'), '0 read']
  ],
  ['an ending', '', `[[ending]]\nname = "vps.example"\nexample = "a.vps.example"\n${proof}`, ['1 read']]
])('%s', (_, includes, names, said) => expect(read(includes, names)).toEqual(said))
