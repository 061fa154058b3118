import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { type DnsServer, startDnsServer } from '../../../../tests/dns/dns-server.ts'
import type { Zone } from '../../../../tests/dns/dns-zone.ts'
import { openResolver } from '../dns/resolver.ts'
import type { Check, DoctorOptions } from './check.ts'
import { type CheckReport, type DoctorReport, runChecks, runDoctor } from './doctor.ts'

const check = (id: string, run: Check['run'], more: Partial<Check> = {}): Check => ({
  id,
  stage: 'dns',
  title: `Check ${id}`,
  wanted: () => true,
  run,
  ...more
})

const withDns = async <T>(zone: Zone, work: (options: DoctorOptions, server: DnsServer) => Promise<T>): Promise<T> => {
  const server = await startDnsServer(zone)
  const resolver = openResolver({ servers: [server.address], tries: 1 })
  try {
    return await work({ target: { kind: 'domain', domain: 'example.com' }, resolver, ehloName: 'mail.example.com', timeout: 5_000 }, server)
  } finally {
    resolver.close()
    await server.close()
  }
}
const codes = ({ checks }: DoctorReport, id: string): readonly string[] =>
  checks.filter((one) => one.id === id).flatMap(({ findings }) => findings.map(({ code }) => code))

test('a check that never ends is out of time, keeps what it found, and holds up nobody', () =>
  withDns({}, async (options) => {
    const report = await runChecks(
      [
        check('silent', () => new Promise(() => undefined)),
        check('slow', async (_context, tell) => {
          tell('mx.found', ['x'])
          await new Promise(() => undefined)
        }),
        check('quick', async (_context, tell) => tell('mx.found', ['x']))
      ],
      { ...options, timeout: 200 }
    )
    expect(codes(report, 'silent')).toEqual(['check.out-of-time'])
    expect(codes(report, 'slow')).toEqual(['mx.found', 'check.out-of-time'])
    expect(codes(report, 'quick')).toEqual(['mx.found'])
  }))

test('a check that ends because time was up says so, even where it found nothing', () =>
  withDns({}, async (options) => {
    const ends = check('ends', ({ signal }) => new Promise((resolve) => signal.addEventListener('abort', () => resolve())))
    expect(codes(await runChecks([ends], { ...options, timeout: 200 }), 'ends')).toEqual(['check.out-of-time'])
  }))

test('what is reported after the end is not in the report any more', () =>
  withDns({}, async (options) => {
    const late = check('late', async (_context, tell) => {
      await sleep(1_500)
      tell('mx.found', ['x'])
    })
    const report = await runChecks([late], { ...options, timeout: 100 })
    await sleep(600)
    expect(codes(report, 'late')).toEqual(['check.out-of-time'])
  }))

test('a check that breaks is told as our fault, and the others go on', () =>
  withDns({}, async (options) => {
    const report = await runChecks(
      [
        check('broken', () => Promise.reject(new Error('no such thing'))),
        check('sound', async (_context, tell) => tell('mx.found', ['x']))
      ],
      options
    )
    expect(codes(report, 'broken')).toEqual(['check.failed'])
    expect(codes(report, 'sound')).toEqual(['mx.found'])
  }))

test('checks that conclude run last and see what the others found', () =>
  withDns({}, async (options) => {
    let seen: readonly string[] = []
    const last = check(
      'last',
      async ({ found }) => {
        seen = found().map(({ code }) => code)
      },
      { after: true }
    )
    const first = check('first', async (_context, tell) => {
      await sleep(50)
      tell('mx.found', ['x'])
    })
    await runChecks([last, first], options)
    expect(seen).toEqual(['mx.found'])
  }))

test('a question is asked once, whichever checks ask it, in whatever letters', () =>
  withDns({ 'example.com TXT': ['x'] }, async (options, server) => {
    const ask = check('ask', async ({ query }) => void (await Promise.all([query('example.com', 'TXT'), query('EXAMPLE.com', 'TXT')])))
    await runChecks([ask, { ...ask, id: 'again' }], options)
    expect(server.questions()).toHaveLength(1)
  }))

test('of a domain that does not exist, what it does not publish is not complained of', () =>
  withDns({}, async (options) => {
    const report = await runDoctor({ ...options, only: ['dns', 'identity', 'compliance'] })
    expect(codes(report, 'mx')).toEqual(['mx.nxdomain'])
    for (const id of ['spf', 'dkim', 'dmarc', 'compliance']) expect(codes(report, id)).toEqual([])
  }))

test('stages are told as they begin and end', () =>
  withDns({}, async (options) => {
    const started: string[] = []
    const ended: CheckReport[] = []
    await runChecks([check('one', async (_context, tell) => tell('mx.found', ['x']))], options, {
      started: ({ id }) => started.push(id),
      ended: (report) => ended.push(report)
    })
    expect(started).toEqual(['one'])
    expect(ended.map(({ id, findings }) => [id, findings.length])).toEqual([['one', 1]])
  }))

test('a bound that makes no sense is the caller’s mistake', async () => {
  await withDns({}, async (options) => {
    for (const timeout of [0, -1, Number.NaN, 4_000_000]) await expect(runDoctor({ ...options, timeout })).rejects.toThrow(RangeError)
  })
})
