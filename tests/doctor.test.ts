import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type DnsServer, startDnsServer } from './dns/dns-server.ts'
import type { ZoneEntry } from './dns/dns-zone.ts'
import { makeCertificates } from './smtp/certificates.ts'
import { listenSmtp, type Script, type ScriptedServer } from './smtp/scripted-server.ts'

/** `whybounce doctor` as people run it, against a DNS server and mail servers on loopback. */
const bin = join(import.meta.dirname, '..', 'packages/cli/bin/whybounce.mjs')
const zone: Record<string, ZoneEntry> = {
  'good-company.com TXT': ['v=spf1 ip4:20.1.2.3 -all'],
  'good-company.com MX': ['10 mx.good-company.com'],
  'out.good-company.com A': ['20.1.2.3'],
  'mx.good-company.com A': ['20.1.2.4'],
  '_dmarc.good-company.com TXT': ['v=DMARC1; p=reject'],
  'no-mail.com MX': ['0 .'],
  '3.2.1.20.in-addr.arpa PTR': ['out.good-company.com'],
  'broken.com MX': 'servfail',
  'broken.com TXT': 'servfail'
}
let dns: DnsServer
let folder: string
const opened: ScriptedServer[] = []

beforeAll(async () => {
  dns = await startDnsServer(zone)
  folder = mkdtempSync(join(tmpdir(), 'whybounce-doctor-'))
})
afterEach(async () => {
  for (const server of opened.splice(0)) await server.stop()
})
afterAll(async () => {
  await dns.close()
  rmSync(folder, { recursive: true, force: true })
})

const serve = async (script: Script): Promise<string> => {
  const server = await listenSmtp(script)
  opened.push(server)
  return `localhost:${server.port}`
}

type Ran = { readonly code: number | null; readonly out: string; readonly err: string }
const run = (args: readonly string[], input?: string): Promise<Ran> => {
  const child = spawn(process.execPath, [bin, 'doctor', '--dns', dns.address, '--timeout', '20s', ...args], {
    env: { ...process.env, NO_COLOR: '1', COLUMNS: '80' }
  })
  let out = ''
  let err = ''
  child.stdout.on('data', (data) => {
    out += data
  })
  child.stderr.on('data', (data) => {
    err += data
  })
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err })))
}

type Json = {
  readonly target: string
  readonly verdict: string
  readonly why?: { readonly outcome: string; readonly cause: string; readonly by: readonly string[] }
  readonly checks: readonly {
    readonly stage: string
    readonly findings: readonly { readonly code: string; readonly verdict: string; readonly fix?: string }[]
  }[]
}
const runJson = async (args: readonly string[], input?: string): Promise<Json & Ran & { readonly codes: readonly string[] }> => {
  const ran = await run([...args, '--json'], input)
  const json: Json = JSON.parse(ran.out)
  return { ...json, ...ran, codes: json.checks.flatMap(({ findings }) => findings.map(({ code }) => code)) }
}

for (const [args, says] of [
  [['a', 'b'], 'One target at a time'],
  [['exa mple.com'], 'Neither a domain nor a host'],
  [['example.com:99999'], 'No port: 99999'],
  [['--ip', 'example.com'], '--ip takes an IP address'],
  [['--from', 'nobody'], '--from takes a domain'],
  [['--timeout', '0'], '--timeout takes a time'],
  [['example.com', '--user', 'john'], '--user is for one submission server'],
  [['localhost:587', '--user', 'john'], '--password-stdin'],
  [['localhost:587', '--password-stdin'], 'goes with --user'],
  [['example.com', '--relay-test'], 'your own server'],
  [['--message', '/nowhere/at/all.eml'], 'cannot be read'],
  [['--tls-ca', bin], 'certificates (PEM)'],
  [['--reach', '@'], '--reach takes a host'],
  [['--why', 'hello'], 'no cause that could be checked'],
  [['--why', '451 4.7.1 Greylisting in action, please come back later'], 'whom it was for'],
  [['--nonsense'], "Unknown option '--nonsense'"]
] as const)
  test(`${args.join(' ')} is a mistake, told in a sentence`, async () => {
    const { code, out, err } = await run(args)
    expect(err).toContain(says)
    expect(err.split('\n')).toHaveLength(2)
    expect(out).toBe('')
    expect(code).toBe(2)
  })

test('a null MX is the one thing to fix, and the exit code says trouble', async () => {
  const { code, out } = await run(['no-mail.com'])
  expect(code).toBe(1)
  expect(out).toMatch(/^Examining no-mail\.com\n/)
  expect(out).toMatch(/\nFix this(?: first)?\n {2}✗ The domain says that it takes no mail/)
  expect(out).toContain('mx.null')
})

test('where nothing can be asked, nothing is told, and no fault is found', async () => {
  const { codes, code, checks } = await runJson(['broken.com', '--from', 'broken.com'])
  expect(codes).toContain('mx.unknown')
  expect(codes).toContain('spf.unknown')
  const findings = checks.flatMap(({ findings: all }) => all)
  expect(findings.filter(({ code: one }) => /^(?:mx|spf|dmarc|dkim|server)\./.test(one)).map(({ code: one }) => one)).not.toContain(
    'spf.missing'
  )
  expect(code).toBe(3)
})

test('SPF is worked out for the address, and the record to publish stands in the fix', async () => {
  const { checks, code } = await runJson([
    '--from',
    'good-company.com',
    '--ip',
    '20.9.9.9',
    '--why',
    '550 5.7.1 SPF check failed for [20.9.9.9]'
  ])
  const found = checks.flatMap(({ findings }) => findings).find(({ code: one }) => one === 'spf.ip-fails')
  expect(JSON.stringify(found)).toContain('ip4:20.9.9.9')
  expect(code).toBe(1)
})

test('--why confirms what is so, and does not what is not', async () => {
  const text = '550 5.7.23 The message was rejected because of Sender Policy Framework violation (SPF)'
  const bad = await runJson(['--from', 'good-company.com', '--ip', '20.9.9.9', '--why', text])
  expect(bad.why).toMatchObject({ outcome: 'confirmed', cause: 'authentication-failed' })
  expect(bad.why?.by).toContain('spf.ip-fails')
  const good = await runJson(['--from', 'good-company.com', '--ip', '20.1.2.3', '--why', text])
  expect(good.why).toMatchObject({ outcome: 'refuted', cause: 'authentication-failed' })
  expect(good.code).toBe(0)
  const mapped = await runJson(['--from', 'good-company.com', '--ip', '::ffff:20.1.2.3', '--why', text])
  expect(mapped.codes).toEqual(good.codes)
  const full = await run(['--why', '552 5.2.2 <john@no-mail.com>: mailbox full'])
  expect(full.out).toContain('Neither confirmed nor refuted: The mailbox is full')
})

test('a password is never shown, wherever it goes', async () => {
  const password = 'correct horse ✓ battery'
  const { good, authority } = makeCertificates()
  const host = await serve({
    tls: good,
    offers: ['STARTTLS'],
    secured: { offers: ['AUTH PLAIN LOGIN'], auth: () => '535 5.7.8 Error: authentication failed' }
  })
  const roots = join(folder, 'ca.pem')
  writeFileSync(roots, authority.cert)
  const html = join(folder, 'report.html')
  const ran = await run([host, '--user', 'john', '--password-stdin', '--tls-ca', roots, '--html', html, '--all'], `${password}\n`)
  const json = await runJson([host, '--user', 'john', '--password-stdin', '--tls-ca', roots], `${password}\n`)
  expect(json.codes).toContain('auth.wrong-credentials')
  expect(json.code).toBe(1)
  const everything = [ran.out, ran.err, json.out, json.err, readFileSync(html, 'utf8')].join('\n')
  const forms = [password, `\0john\0${password}`, `john\0john\0${password}`].map((text) =>
    Buffer.from(text).toString('base64').replace(/=+$/, '')
  )
  for (const form of [password, ...forms]) expect(everything).not.toContain(form)
})

test('the HTML report is one file with every finding that is not well', async () => {
  const html = join(folder, 'domain.html')
  const { out } = await run(['no-mail.com', '--html', html, '--json'])
  const page = readFileSync(html, 'utf8')
  const { checks }: Json = JSON.parse(out)
  const found = checks.flatMap(({ findings }) => findings).filter(({ verdict }) => verdict !== 'pass')
  expect(found.length).toBeGreaterThan(1)
  for (const { code } of found) expect(page).toContain(`<p class="code">${code}`)
  expect(page).toContain('Fix this first')
})

test('--quiet shows only what to fix', async () => {
  const { out } = await run(['no-mail.com', '--quiet'])
  expect(out).toContain('mx.null')
  expect(out).not.toMatch(/^ {2}[✓?]/m)
})

test('help is a manual page, and completion knows the options', async () => {
  const { out, code } = await run(['--help'])
  expect(code).toBe(0)
  for (const part of ['USAGE', 'TARGET', 'WHY THIS BOUNCE', 'EXIT CODES', 'EXAMPLES']) expect(out).toContain(`\n${part}\n`)
  const { stdout } = spawnSync(process.execPath, [bin, 'completion', 'bash'], { encoding: 'utf8' })
  const known = / {6}doctor\) .*-W "([^"]*)"/.exec(stdout)?.[1]?.split(' ') ?? []
  for (const option of ['--why', '--trust-dns', '--password-stdin', '--relay-test', '--html', '--deep']) expect(known).toContain(option)
})
