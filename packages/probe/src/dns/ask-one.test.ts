import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { type DnsServer, startDnsServer } from '../../../../tests/dns/dns-server.ts'
import type { Zone, ZoneEntry } from '../../../../tests/dns/dns-zone.ts'
import { askOne, type OneAnswer, readOne } from './ask-one.ts'
import { parseServerAddress } from './name-server.ts'

const open: { close: () => unknown }[] = []
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close()
})

const serve = async (zone: Zone): Promise<DnsServer> => {
  const server = await startDnsServer(zone)
  open.push(server)
  return server
}
const ask = (server: DnsServer, flags: Partial<Parameters<typeof askOne>[3]> = {}, name = 'a.test'): Promise<OneAnswer> =>
  askOne(parseServerAddress(server.address) ?? { address: '', port: 0 }, name, 'MX', {
    timeout: 300,
    signal: new AbortController().signal,
    ...flags
  })
const told = (answer: OneAnswer): string =>
  answer.status === 'silent'
    ? answer.failure
    : [answer.responseCode, ...(answer.authoritative ? ['AA'] : []), ...answer.answers.map(({ type, data }) => `${type} ${data}`)].join(
        ' | '
      )

test.each<[string, ZoneEntry, string]>([
  ['an answer', ['10 mx.test'], '0 | MX 10 mx.test'],
  ['an answer with authority', { answers: ['10 mx.test'], authoritative: true }, '0 | AA | MX 10 mx.test'],
  ['an answer and a record of another type', [{ type: 'CNAME', data: 'b.test' }], '0 | CNAME b.test'],
  ['a no', [], '0'],
  ['NXDOMAIN', { responseCode: 3 }, '3'],
  ['SERVFAIL', 'servfail', '2'],
  ['REFUSED', 'refused', '5'],
  ['FORMERR to EDNS alone', { answers: ['10 mx.test'], fault: 'edns-formerr' }, '0 | MX 10 mx.test'],
  ['FORMERR to everything', 'formerr', '1'],
  ['too long for UDP', { answers: ['10 mx.test'], fault: 'truncated' }, '0 | MX 10 mx.test'],
  ['too long for UDP, and TCP closed', { answers: ['10 mx.test'], fault: 'tcp-closed' }, 'unreachable'],
  ['too long for UDP, and TCP dripping', { answers: ['10 mx.test'], fault: 'drip' }, 'timeout'],
  ['silence', 'timeout', 'timeout'],
  ['an answer cut short', { answers: ['10 mx.test'], fault: 'cut' }, 'bad-answer'],
  ['a name that points to itself', 'pointer-loop', 'bad-answer'],
  ['no DNS at all', 'garbage', 'bad-answer'],
  ['an answer to another question', { answers: ['10 mx.test'], fault: 'wrong-question' }, 'bad-answer']
])('%s', async (_what, entry, expected) => {
  const server = await serve({ 'a.test MX': entry })
  expect(told(await ask(server))).toBe(expected)
})

test('the bits of the question are those that were wanted', async () => {
  const server = await serve({ 'a.test MX': ['10 mx.test'] })
  await ask(server, { recursion: false, checkingDisabled: true })
  await ask(server, { tcp: true })
  expect(server.questions().map(({ recursion, checkingDisabled, transport }) => ({ recursion, checkingDisabled, transport }))).toEqual([
    { recursion: false, checkingDisabled: true, transport: 'udp' },
    { recursion: true, checkingDisabled: false, transport: 'tcp' }
  ])
})

test('a name that is none is not asked for', async () => {
  const server = await serve({})
  expect(told(await ask(server, {}, 'a..test'))).toBe('bad-name')
  expect(server.questions()).toEqual([])
})

test('an end that was called ends the question', async () => {
  const server = await serve({ 'a.test MX': 'timeout' })
  const ending = new AbortController()
  const asked = ask(server, { timeout: 60_000, signal: ending.signal })
  setTimeout(() => ending.abort(), 20)
  expect(told(await asked)).toBe('unreachable')
  expect(told(await ask(server, { timeout: 60_000, signal: ending.signal }))).toBe('unreachable')
})

test('whatever bytes come: an answer of at most 200 records a section, or none', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
      const answer = readOne(bytes, false)
      if (answer.status === 'answered') expect(answer.answers.length).toBeLessThanOrEqual(200)
    }),
    { numRuns: 3_000 }
  )
  const record = [0, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 1]
  const many = Uint8Array.from([0, 0, 0x80, 0, 0, 0, 0x03, 0xe8, 0, 0, 0, 0, ...Array.from({ length: 1_000 }, () => record).flat()])
  const answer = readOne(many, true)
  expect(answer.status === 'answered' ? answer.answers.length : 0).toBe(200)
})
