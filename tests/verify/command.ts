import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import { type DnsServer, startDnsServer } from '../dns/dns-server.ts'
import type { ZoneEntry } from '../dns/dns-zone.ts'
import { listenSmtp, type ScriptedServer } from '../smtp/scripted-server.ts'

/** `whybounce verify` as people run it, against a DNS server and mail servers on loopback; a folder of its own for each test. */
export const bin = join(import.meta.dirname, '..', '..', 'packages/cli/bin/whybounce.mjs')
let folder: string
export let dns: DnsServer
const opened: ScriptedServer[] = []

const zone: Record<string, ZoneEntry> = {
  'good-company.com MX': ['10 mx.good-company.com'],
  'mx.good-company.com A': ['20.1.2.3'],
  'gmail.com MX': ['10 gmail-smtp-in.l.google.com'],
  'gmail-smtp-in.l.google.com A': ['20.1.2.4'],
  'gmial.com MX': ['10 mx.gmial.com'],
  'mx.gmial.com A': ['20.1.2.5'],
  'no-mail.com MX': ['0 .'],
  'only-web.com A': ['20.1.2.6'],
  'nothing.com TXT': ['hello'],
  'broken.com MX': 'servfail',
  'silent.com MX': 'timeout',
  'lying.com MX': 'wrong-id',
  'garbage.com MX': 'garbage',
  'loop.com MX': 'pointer-loop',
  'loopback.com MX': ['10 mx.loopback.com'],
  'mx.loopback.com A': ['127.0.0.1'],
  'inside.com MX': ['10 mx.inside.com'],
  'mx.inside.com A': ['10.1.2.3'],
  'dangling.com MX': ['10 mx.gone.com'],
  'many.com MX': ['10 local.many.com'],
  'local.many.com A': ['127.0.0.1'],
  'prober.com A': ['127.0.0.1'],
  'prober.com MX': ['10 local.many.com'],
  'prober.com TXT': ['v=spf1 a -all'],
  '1.0.0.127.in-addr.arpa PTR': ['prober.com']
}

beforeAll(async () => {
  dns = await startDnsServer(zone)
})
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'whybounce-verify-'))
  return async () => {
    for (const server of opened.splice(0)) await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
})
afterAll(() => dns.close())

export type Ran = { readonly code: number | null; readonly out: string; readonly err: string }

export const begin = (args: readonly string[]): { child: ChildProcess; ended: Promise<Ran> } => {
  const child = spawn(process.execPath, [bin, 'verify', ...args], {
    env: { ...process.env, NO_COLOR: '1', XDG_DATA_HOME: folder, WHYBOUNCE_STORE: '' }
  })
  let out = ''
  let err = ''
  child.stdout.on('data', (data) => {
    out += data
  })
  child.stderr.on('data', (data) => {
    err += data
  })
  return { child, ended: new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err }))) }
}
export const run = (...args: readonly string[]): Promise<Ran> => begin(args).ended
export const runWith = (input: string | Buffer, ...args: readonly string[]): Promise<Ran> => {
  const { child, ended } = begin(args)
  child.stdin?.on('error', () => undefined)
  child.stdin?.end(input)
  return ended
}
export const file = (name: string, content?: string | Buffer): string => {
  const path = join(folder, name)
  if (content !== undefined) writeFileSync(path, content)
  return path
}
export const lines = (text: string): string[] => text.trimEnd().split('\n')

export const probing = (server: ScriptedServer): string[] => [
  '--probe',
  '--from',
  'probe@prober.com',
  '--ehlo',
  'prober.com',
  '--ip',
  '127.0.0.1',
  '--port',
  String(server.port),
  '--dns',
  dns.address,
  '--allow-private',
  '--unlimited',
  '--retry',
  '200ms',
  '--timeout',
  '2s'
]
export const serve = async (...args: Parameters<typeof listenSmtp>): Promise<ScriptedServer> => {
  const server = await listenSmtp(...args)
  opened.push(server)
  return server
}
export const recipientsOf = ({ seen }: ScriptedServer): string[] =>
  seen.filter((line) => line.startsWith('RCPT')).map((line) => line.replace(/^RCPT TO:<|>.*$/g, ''))
