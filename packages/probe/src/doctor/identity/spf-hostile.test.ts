import { clientIp } from '@whybounce/core/record'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { startDnsServer } from '../../../../../tests/dns/dns-server.ts'
import type { Zone, ZoneTable } from '../../../../../tests/dns/dns-zone.ts'
import { examine } from '../../../../../tests/dns/examine-checks.ts'
import { openResolver } from '../../dns/resolver.ts'
import { spfChecks } from './spf-checks.ts'
import { evaluateSpf } from './spf-evaluate.ts'
import { matchSpf } from './spf-match.ts'
import { lookUpSpf } from './spf-tree.ts'

const ip = '192.0.2.1'
const spf = (record: string): ZoneTable => ({ 'example.com TXT': [record] })

test.each([
  [
    '1,000 includes',
    spf(`v=spf1 ${Array.from({ length: 1_000 }, (_, at) => `include:i${at}.example.net`).join(' ')} -all`),
    'more than 50'
  ],
  [
    'every name includes ten others',
    (name: string, type: string) =>
      type === 'TXT' ? [`v=spf1 ${Array.from({ length: 10 }, (_, at) => `include:n${at}.${name}`).join(' ')} -all`] : undefined,
    'more than 50'
  ],
  ['64 kB of mechanisms', { 'example.com TXT': [`v=spf1 ${'a '.repeat(30_000)}-all`] }, 'more than 50']
] satisfies readonly (readonly [string, Zone, string])[])('%s end with few questions', async (_, zone, count) => {
  const { found, asked } = await examine(zone, { ip }, spfChecks)
  expect(asked.length).toBeLessThan(200)
  expect(found.find(({ code }) => /too-many-lookups$/.test(code))?.title).toContain(count)
})

test('names over the limits of DNS are asked for by nobody', async () => {
  const { found, asked } = await examine(
    spf(`v=spf1 include:${'a'.repeat(64)}.example a:${'b.'.repeat(130)}example exists:${'c'.repeat(5_000)}.example -all`),
    { ip },
    spfChecks
  )
  expect(found.map(({ code }) => code)).toContain('spf.include-missing')
  expect(asked).toEqual(['TXT example.com', 'TXT mail.example.com'])
})

const names = ['example.com', 'a.example', 'b.example', 'c.example'] as const
const termOf = fc.oneof(
  fc.constantFrom(
    'mx',
    'a',
    'a:b.example',
    'mx:c.example',
    'ip4:192.0.2.1',
    '-ip4:192.0.2.0/24',
    '?a:a.example',
    '~all',
    '-all',
    'all',
    'exists:a.example',
    'ptr',
    'redirect=b.example'
  ),
  fc.constantFrom(...names).map((name) => `include:${name}`)
)
const recordOf = fc.array(termOf, { maxLength: 6 }).map((terms) => `v=spf1 ${terms.join(' ')}`)
const zoneOf = fc.record(
  Object.fromEntries(
    names.flatMap((name) => [
      [
        `${name} TXT`,
        fc.oneof(
          { weight: 9, arbitrary: recordOf.map((record) => [record]) },
          { weight: 1, arbitrary: fc.array(recordOf, { maxLength: 2 }) },
          { weight: 1, arbitrary: fc.constant('servfail' as const) }
        )
      ],
      [`${name} A`, fc.constantFrom(['192.0.2.1'], ['198.51.100.1'], [])],
      [`${name} MX`, fc.constantFrom(['10 a.example'], ['0 .'], [])]
    ])
  )
)

test('whatever a zone says, the checks end, and the tree never contradicts the evaluation', async () => {
  let told = 0
  await fc.assert(
    fc.asyncProperty(zoneOf, fc.constantFrom('192.0.2.1', '198.51.100.1', '2001:db8::1'), async (zone, address) => {
      const server = await startDnsServer(zone as ZoneTable)
      const resolver = openResolver({ servers: [server.address], timeout: 5_000, tries: 1 })
      try {
        const tree = await lookUpSpf(resolver.query, 'example.com')
        const number = clientIp(address)
        const match = number === undefined ? undefined : matchSpf(tree, number)
        if (match === undefined) return
        told++
        const { result, text } = await evaluateSpf(resolver.query, { ip: address, sender: 'example.com', ehlo: 'mail.example.com' })
        expect(result, `${text} ${match.path.join(' > ')}`).toBe(
          { '+': 'pass', '-': 'fail', '~': 'softfail', '?': 'neutral' }[match.qualifier]
        )
      } finally {
        resolver.close()
        await server.close()
      }
    }),
    { numRuns: 500 }
  )
  expect(told).toBeGreaterThan(50)
})

test('hostile text in DNS ends in findings of one line each', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 120 }), async (text) => {
      const { found } = await examine(
        { 'example.com TXT': [`v=spf1 ${text}`, `x${text}`].slice(0, 1 + (text.length % 2)) },
        { ip },
        spfChecks
      )
      expect(found.length).toBeGreaterThan(0)
      for (const { title, fix = '', evidence } of found) for (const line of [title, fix, ...evidence]) expect(line).not.toMatch(/\p{Cc}/u)
    }),
    { numRuns: 100 }
  )
})
