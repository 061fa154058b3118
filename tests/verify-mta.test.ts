import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DnsServer, startDnsServer } from './dns/dns-server.ts'
import type { ZoneEntry } from './dns/dns-zone.ts'
import { hosts, type Lab, labIsPossible, startLab } from './mta/lab.ts'

/** `whybounce verify --probe` against real mail servers: what an owner of a list gets. */
const bin = join(import.meta.dirname, '..', 'packages/cli/bin/whybounce.mjs')
const folder = mkdtempSync(join(tmpdir(), 'whybounce-verify-'))
const skipped = labIsPossible ? '' : ' (skipped: needs root and tests/mta/install.sh)'

let lab: Lab
let dns: DnsServer

const domain = (name: string, ...addresses: readonly string[]): Record<string, ZoneEntry> =>
  Object.fromEntries([
    [`${name}-lab.net MX`, addresses.map((_, index) => `${(index + 1) * 10} mx${index}.${name}-lab.net`)],
    ...addresses.map((address, index) => [`mx${index}.${name}-lab.net A`, [address]])
  ])

const zone: Record<string, ZoneEntry> = {
  ...domain('exim', hosts.exim),
  ...domain('catch-all', hosts.catchAll),
  ...domain('slow', hosts.slow),
  ...domain('tarpit', hosts.tarpit),
  ...domain('busy', hosts.busy),
  ...domain('listed', hosts.listed),
  ...domain('relay', hosts.relay),
  ...domain('tls', hosts.tls),
  ...domain('no-tls', hosts.noTls),
  ...domain('bad-sender', hosts.badSender),
  ...domain('grey', hosts.greylisting),
  ...domain('postfix', hosts.postfix),
  ...domain('soft', hosts.soft),
  ...domain('opensmtpd', hosts.opensmtpd),
  ...domain('dead', hosts.dead),
  ...domain('one-down', hosts.dead, hosts.postfix),
  'null-mx-lab.net MX': ['0 .'],
  'broken-lab.net MX': 'servfail',
  'prober-lab.net A': ['127.0.0.1'],
  'prober-lab.net MX': ['10 mx0.exim-lab.net'],
  'prober-lab.net TXT': ['v=spf1 ip4:127.0.0.1 -all'],
  '1.0.0.127.in-addr.arpa PTR': ['prober-lab.net']
}

beforeAll(async () => {
  if (!labIsPossible) return
  lab = await startLab()
  dns = await startDnsServer(zone)
})
afterAll(async () => {
  await dns?.close()
  await lab?.stop()
  rmSync(folder, { recursive: true, force: true })
})

const run = (args: readonly string[]): Promise<{ code: number | null; out: string; err: string }> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [bin, 'verify', ...args], {
      env: { ...process.env, NO_COLOR: '1', WHYBOUNCE_STORE: join(folder, 'none') }
    })
    let out = ''
    let err = ''
    child.stdout.on('data', (data) => {
      out += data
    })
    child.stderr.on('data', (data) => {
      err += data
    })
    child.on('close', (code) => resolve({ code, out, err }))
  })

const probing = (): string[] => [
  '--probe',
  '--from',
  'probe@prober-lab.net',
  '--ehlo',
  'prober-lab.net',
  '--ip',
  '127.0.0.1',
  '--port',
  String(lab.port),
  '--dns',
  dns.address,
  '--allow-private',
  '--timeout',
  '4s',
  '--retry',
  '3s,3s'
]

const cases: readonly (readonly [address: string, verdict: string, reason: string])[] = [
  ['ok@exim-lab.net', 'deliverable', 'accepted'],
  ['no.such.person@exim-lab.net', 'undeliverable', 'user-unknown'],
  ['full@exim-lab.net', 'risky', 'mailbox-full'],
  ['anybody@catch-all-lab.net', 'risky', 'catch-all'],
  ['ok@slow-lab.net', 'deliverable', 'accepted'],
  ['ok@tarpit-lab.net', 'unknown', 'server-too-slow'],
  ['ok@busy-lab.net', 'unknown', 'system-unavailable'],
  ['ok@listed-lab.net', 'unknown', 'prober-blocked'],
  ['no.such.person@listed-lab.net', 'unknown', 'prober-blocked'],
  ['ok@relay-lab.net', 'unknown', 'relay-denied'],
  ['ok@tls-lab.net', 'deliverable', 'accepted'],
  ['no.such.person@tls-lab.net', 'undeliverable', 'user-unknown'],
  ['ok@no-tls-lab.net', 'unknown', 'tls-failure'],
  ['ok@bad-sender-lab.net', 'unknown', 'prober-blocked'],
  ['ok@grey-lab.net', 'deliverable', 'accepted'],
  ['no.such.person@grey-lab.net', 'undeliverable', 'user-unknown'],
  ['ok@postfix-lab.net', 'deliverable', 'accepted'],
  ['full@postfix-lab.net', 'risky', 'mailbox-full'],
  ['no.such.person@postfix-lab.net', 'undeliverable', 'user-unknown'],
  ['no.such.person@soft-lab.net', 'undeliverable', 'user-unknown'],
  ['ok@opensmtpd-lab.net', 'deliverable', 'accepted'],
  ['no.such.person@opensmtpd-lab.net', 'undeliverable', 'user-unknown'],
  ['ok@dead-lab.net', 'unknown', 'connection-failed'],
  ['ok@one-down-lab.net', 'deliverable', 'accepted'],
  ['no.such.person@one-down-lab.net', 'undeliverable', 'user-unknown'],
  ['ok@null-mx-lab.net', 'undeliverable', 'domain-not-accepting-mail'],
  ['ok@broken-lab.net', 'unknown', 'dns-failure'],
  ['ok@missing-lab.net', 'undeliverable', 'domain-not-found']
]

test.skipIf(!labIsPossible)(`every verdict is right against Postfix with Postgrey, Exim and OpenSMTPD${skipped}`, async () => {
  const list = join(folder, 'list.txt')
  const output = join(folder, 'out.jsonl')
  writeFileSync(list, `${cases.map(([address]) => address).join('\n')}\n`)
  const { code } = await run([list, '-o', output, '--format', 'text', ...probing()])
  const rows = readFileSync(output, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  const found = rows.map(({ whybounce }, index) => [cases[index]?.[0], whybounce.verdict, String(whybounce.reasons).split(/[;/]/)[0]])
  expect(found).toEqual(cases)
  expect(code).toBe(0)
})
