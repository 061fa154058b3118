import { checkAddress } from '@whybounce/core/address'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ProbeAnswer } from './probe-answer.ts'
import { type Findings, judge, type RouteFacts } from './verdict.ts'

const at = '2026-01-02T03:04:05.000Z'

const route = fc
  .constantFrom<RouteFacts['status']>('hosts', 'nxdomain', 'null-mx', 'no-mail-host', 'dangling', 'private', 'dns-failure')
  .map((status): RouteFacts => ({ status, implicit: false, operator: 'one.example', evidence: [], ttl: 60, checkedAt: at }))
const probe = fc
  .record({
    kind: fc.constantFrom<ProbeAnswer['kind']>('accepted', 'refused', 'unclear', 'no-answer', 'skipped'),
    cause: fc.constantFrom('user-unknown', 'greylisted', 'ip-blocklisted', 'mailbox-full', 'undetermined'),
    reason: fc.option(fc.constantFrom('prober-blocked', 'not-asked', 'operator-does-not-tell', 'smtputf8-not-offered'), { nil: undefined }),
    catchAll: fc.option(fc.boolean(), { nil: undefined })
  })
  .map(
    ({ kind, cause, reason, catchAll }): ProbeAnswer => ({
      kind,
      cause,
      at,
      attempts: 1,
      ...(reason === undefined ? {} : { reason }),
      ...(catchAll === undefined ? {} : { catchAll })
    })
  )

const findings = fc
  .record({
    address: fc.constantFrom('ann@good-company.com', 'ann@@good-company.com', '"a b"@good-company.com', 'ann(x)@good-company.com'),
    flags: fc.subarray(['role', 'free', 'disposable', 'no-reply', 'duplicate']),
    route: fc.option(route, { nil: undefined }),
    probe: fc.option(probe, { nil: undefined }),
    suppressed: fc.option(fc.constant({ reason: 'complaint' }), { nil: undefined }),
    history: fc.option(fc.constant({ deliveredAt: at }), { nil: undefined })
  })
  .map(
    (all): Findings => ({
      check: checkAddress(all.address),
      flags: all.flags,
      ...(all.route === undefined ? {} : { route: all.route }),
      ...(all.probe === undefined ? {} : { probe: all.probe }),
      ...(all.suppressed === undefined ? {} : { suppressed: all.suppressed }),
      ...(all.history === undefined ? {} : { history: all.history })
    })
  )

const definite: readonly string[] = ['nxdomain', 'null-mx', 'no-mail-host', 'dangling']

test('undeliverable needs our own list, a fault of writing, a definite no of DNS, or a refusal that speaks of the mailbox', () => {
  fc.assert(
    fc.property(findings, (found) => {
      const { verdict, reasons } = judge(found, new Date(at))
      expect(reasons.length).toBeGreaterThan(0)
      if (verdict !== 'undeliverable') return
      const broken = found.check.level === 'invalid' || found.check.level === 'rfc5322'
      const gone = found.route !== undefined && definite.includes(found.route.status)
      const refused = found.probe?.kind === 'refused' && found.probe.catchAll !== true
      expect(found.suppressed !== undefined || broken || gone || refused).toBe(true)
    })
  )
})

test('deliverable needs a delivery, or an acceptance beside a refused invention', () => {
  fc.assert(
    fc.property(findings, (found) => {
      if (judge(found, new Date(at)).verdict !== 'deliverable') return
      expect(found.history !== undefined || (found.probe?.kind === 'accepted' && found.probe.catchAll === false)).toBe(true)
    })
  )
})

test('an answer of last week does not hold a week longer', () => {
  const found: Findings = {
    check: checkAddress('ann@good-company.com'),
    flags: [],
    probe: { kind: 'accepted', catchAll: false, at, attempts: 1 }
  }
  expect(judge(found, new Date('2026-01-09T03:04:05.000Z')).expiresAt).toBe('2026-02-01T03:04:05.000Z')
})
