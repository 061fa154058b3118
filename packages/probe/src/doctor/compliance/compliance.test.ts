import { compliance } from '@whybounce/core'
import { type FindingCode, finding } from '@whybounce/core/finding'
import { describe, expect, it } from 'vitest'
import { runCheck } from '../../../../../tests/doctor/run-check.ts'
import { complianceCheck, resultOf, verdictOf } from './checks.ts'

const provider = (id: string): (typeof compliance)[number] => {
  const found = compliance.find((one) => one.id === id)
  if (found === undefined) throw new Error(`no provider ${id}`)
  return found
}

const complete: readonly FindingCode[] = [
  'spf.present',
  'spf.ip-passes',
  'dkim.key-good',
  'dkim.signature-valid',
  'dmarc.monitoring',
  'dmarc.message-passes',
  'ptr.confirmed',
  'lint.headers-fine',
  'lint.one-click-fine'
]
const without = (...codes: readonly FindingCode[]): readonly FindingCode[] => complete.filter((code) => !codes.includes(code))

const table: readonly (readonly [name: string, found: readonly FindingCode[], gmail: string, yahoo: string, outlook: string])[] = [
  ['all is in order', complete, 'met', 'met', 'met'],
  ['nothing was measured', [], 'unknown', 'unknown', 'unknown'],
  [
    'no message was given',
    without('dkim.signature-valid', 'dmarc.message-passes', 'lint.headers-fine', 'lint.one-click-fine'),
    'unknown',
    'unknown',
    'unknown'
  ],
  ['no DMARC', [...without('dmarc.monitoring'), 'dmarc.missing'], 'bulk-not-met', 'bulk-not-met', 'bulk-not-met'],
  ['no DKIM', [...without('dkim.key-good', 'dkim.signature-valid'), 'dkim.none'], 'bulk-not-met', 'bulk-not-met', 'bulk-not-met'],
  ['no SPF, but DKIM', [...without('spf.present', 'spf.ip-passes'), 'spf.missing'], 'bulk-not-met', 'bulk-not-met', 'bulk-not-met'],
  ['neither SPF nor DKIM', ['spf.missing', 'dkim.none'], 'not-met', 'not-met', 'bulk-not-met'],
  ['no SPF, and a selector that is not known', ['spf.missing', 'dkim.selector-unknown'], 'bulk-not-met', 'bulk-not-met', 'bulk-not-met'],
  ['no reverse DNS name', [...without('ptr.confirmed'), 'ptr.missing'], 'not-met', 'not-met', 'met'],
  ['not aligned', [...without('dmarc.message-passes'), 'dmarc.message-fails'], 'bulk-not-met', 'bulk-not-met', 'bulk-not-met'],
  ['no one-click', [...without('lint.one-click-fine'), 'lint.one-click-missing'], 'bulk-not-met', 'bulk-not-met', 'met'],
  ['a short key', [...without('dkim.key-good'), 'dkim.short-key'], 'not-met', 'met', 'met'],
  ['a second signature fails', [...complete, 'dkim.body-changed'], 'met', 'met', 'met']
]

describe('what providers ask', () => {
  it.each(table)('%s', (_, found, ...expected) => {
    const codes = ['gmail', 'yahoo', 'outlook'].map((id) => verdictOf(provider(id), new Set(found)).code)
    expect(codes).toEqual(expected.map((one) => `compliance.${one}`))
  })

  it('is told point by point, with what showed it and where to see the rest', () => {
    const { evidence } = verdictOf(provider('gmail'), new Set<FindingCode>(['spf.present', 'dmarc.missing']))
    expect(evidence).toHaveLength(provider('gmail').points.length + 1)
    expect(evidence[0]).toContain('5,000')
    expect(evidence).toContain(
      '[met] all senders: SPF or DKIM is set up for the domain (spf.present: The sending domain has one SPF record)'
    )
    expect(evidence.find((line) => line.startsWith('[to be seen elsewhere] all senders: The spam rate'))).toContain('postmaster.google.com')
    expect(evidence.find((line) => line.startsWith('[not met] bulk senders: DMARC'))).toContain('dmarc.missing')
  })

  it('every point that findings measure can be met, not met and unknown', () => {
    for (const point of compliance.flatMap(({ points }) => points).filter(({ see }) => see === undefined)) {
      expect(point.met.map((code) => resultOf(point, new Set([code])).state)).toEqual(point.met.map(() => 'met'))
      expect(point.notMet.map((code) => resultOf(point, new Set([code])).state)).toEqual(point.notMet.map(() => 'not-met'))
      expect(resultOf(point, new Set()).state).toBe('unknown')
    }
  })

  it('is one finding a provider', async () => {
    // What stands in the run before: the check concludes from it.
    const found = await runCheck(complianceCheck, { kind: 'domain', domain: 'example.com' }, { options: {} })
    expect(found.map(({ code, about }) => [code, about])).toEqual([
      ['compliance.unknown', 'Gmail: example.com'],
      ['compliance.unknown', 'Yahoo: example.com'],
      ['compliance.unknown', 'Outlook.com: example.com']
    ])
  })

  it('shows what was found in its own words', async () => {
    const before = [finding('dmarc.enforced', ['v=DMARC1; p=reject'], { policy: 'reject' })]
    const told = {
      ...complianceCheck,
      run: ((context, report) => complianceCheck.run({ ...context, found: () => before }, report)) as typeof complianceCheck.run
    }
    const found = await runCheck(told, { kind: 'domain', domain: 'example.com' })
    const lines = found.flatMap(({ evidence }) => evidence)
    expect(lines.filter((line) => line.includes('(p=reject)'))).toHaveLength(3)
    expect(lines.filter((line) => line.includes('{'))).toEqual([])
  })

  it('does not concern a domain that sends nothing', async () => {
    const parked = {
      ...complianceCheck,
      run: ((context, report) =>
        complianceCheck.run({ ...context, found: () => [finding('spf.parked', ['v=spf1 -all'])] }, report)) as typeof complianceCheck.run
    }
    expect(await runCheck(parked, { kind: 'domain', domain: 'example.com' })).toEqual([])
  })
})
