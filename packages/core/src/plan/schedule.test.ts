import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { sending } from '../knowledge/sending.generated.ts'
import { capOfDay, stretchCurve } from './curves.ts'
import type { PlanGroup } from './limits.ts'
import { type Batch, type PlanEnd, type PlanOptions, planBatches } from './schedule.ts'
import { openSummary } from './summary.ts'
import { tiers } from './tiers.ts'
import { openZone } from './zone.ts'

const hour = 3_600_000
const utc = openZone('UTC')
const start = Date.UTC(2026, 10, 26, 8)

const group = (id: string, perHour: number, ...counts: number[]): PlanGroup => ({ id, name: id, perHour, basis: 'told', why: '', counts })
const plan = (groups: readonly PlanGroup[], options: Partial<PlanOptions> = {}): { batches: Batch[]; end: PlanEnd } => {
  const batches: Batch[] = []
  const run = planBatches(groups, { start, hours: { from: 0, to: 24 }, zone: utc, perHour: 2000, batch: 500, ...options })
  for (;;) {
    const step = run.next()
    if (step.done === true) return { batches, end: step.value }
    batches.push(step.value)
  }
}
const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0)

/** When each message goes, if each batch goes out evenly. */
const instants = (batches: readonly Batch[]): number[] =>
  batches
    .flatMap(({ notBefore, notAfter, recipients }) =>
      Array.from({ length: recipients }, (_, at) => notBefore + ((notAfter - notBefore) * at) / recipients)
    )
    .sort((one, other) => one - other)

/** The most messages that any stretch of this length holds. Instants of 2026 in milliseconds have a fraction of 2⁻¹² at best: a hundredth is rounding. */
const busiest = (times: readonly number[], span: number): number => {
  let most = 0
  let from = 0
  times.forEach((time, at) => {
    while (time - (times[from] ?? time) >= span - 1e-2) from++
    most = Math.max(most, at - from + 1)
  })
  return most
}

const anyGroups = fc.array(
  fc.record({
    perHour: fc.integer({ min: 1, max: 300 }),
    counts: fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 8, maxLength: 8 })
  }),
  { maxLength: 7 }
)
const anyOptions = fc.record(
  {
    start: fc.integer({ min: Date.UTC(2026, 2, 27), max: Date.UTC(2026, 10, 5) }),
    hours: fc
      .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 1, max: 24 }))
      .map(([from, length]) => ({ from, to: Math.min(24, from + length) })),
    zone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe').map(openZone),
    perHour: fc.integer({ min: 1, max: 400 }),
    perDay: fc.integer({ min: 1, max: 600 }),
    batch: fc.integer({ min: 1, max: 100 }),
    warmUp: fc.record({ curve: fc.constantFrom(...sending.curves), firstDay: fc.integer({ min: 1, max: 9 }) })
  },
  { requiredKeys: ['start', 'hours', 'zone', 'perHour', 'batch'] }
)

test('no limit is ever passed, nobody is lost, readers come first, and the same list gives the same plan', () => {
  fc.assert(
    fc.property(anyGroups, anyOptions, (drawn, options) => {
      const groups = drawn.map(({ perHour, counts }, at) => group(`g${at}`, perHour, ...counts))
      const { batches, end } = plan(groups, options)
      expect(end.unplanned).toBe(0)
      expect(sum(batches.map(({ recipients }) => recipients))).toBe(sum(drawn.map(({ counts }) => sum(counts))))
      expect(busiest(instants(batches), hour)).toBeLessThanOrEqual(options.perHour)
      if (options.perDay !== undefined) expect(busiest(instants(batches), 24 * hour)).toBeLessThanOrEqual(options.perDay)
      groups.forEach(({ perHour, counts }, at) => {
        const mine = batches.filter((batch) => batch.group === at)
        expect(busiest(instants(mine), hour)).toBeLessThanOrEqual(perHour)
        expect(tiers.map((tier) => sum(mine.filter((batch) => batch.tier === tier).map(({ recipients }) => recipients)))).toEqual(counts)
        const order = mine.map(({ tier }) => tiers.indexOf(tier))
        expect(order).toEqual([...order].sort((one, other) => one - other))
        mine.forEach((batch, next) => {
          expect(batch.notBefore).toBeGreaterThanOrEqual((mine[next - 1]?.notAfter ?? 0) - 1e-3)
        })
      })
      batches.forEach((batch, at) => {
        expect(batch.number).toBe(at + 1)
        expect(batch.recipients).toBeGreaterThan(0)
        expect(batch.recipients).toBeLessThanOrEqual(options.batch)
        expect(batch.notBefore).toBeGreaterThanOrEqual(Math.max(options.start, batches[at - 1]?.notBefore ?? 0))
        const { year, month, day } = options.zone.dayOf(batch.notBefore)
        const window = options.zone.window({ year, month, day }, options.hours)
        expect(batch.notBefore).toBeGreaterThanOrEqual(window.start)
        expect(batch.notAfter).toBeLessThanOrEqual(window.end + 1e-3)
      })
      const { warmUp } = options
      if (warmUp !== undefined)
        for (const day of new Set(batches.map((batch) => batch.day))) {
          const cap = capOfDay(warmUp.curve, warmUp.firstDay + day - 1)
          const today = batches.filter((batch) => batch.day === day)
          expect(sum(today.map(({ recipients }) => recipients))).toBeLessThanOrEqual(cap.perDay ?? Number.MAX_SAFE_INTEGER)
          expect(busiest(instants(today), hour)).toBeLessThanOrEqual(cap.perHour ?? Number.MAX_SAFE_INTEGER)
        }
      expect(plan(groups, options).batches).toEqual(batches)
    }),
    { numRuns: 300 }
  )
})

test('an empty list makes an empty plan', () => {
  expect(plan([])).toEqual({ batches: [], end: { unplanned: 0, days: 0 } })
  expect(plan([group('gmail', 1000, 0, 0)]).batches).toEqual([])
})

test('one address is one batch, at once', () => {
  expect(plan([group('gmail', 1000, 0, 0, 0, 1)]).batches).toEqual([
    {
      number: 1,
      group: 0,
      tier: 'deliverable',
      recipients: 1,
      notBefore: start,
      notAfter: start + 3_600,
      rate: 1000,
      day: 1,
      date: '2026-11-26',
      limitedBy: 'provider',
      dayCap: 32_000
    }
  ])
})

test('a receiver that takes less than the rate is what the list waits for', () => {
  const { batches } = plan([group('gmail', 1000, 6000), group('yahoo', 1000, 500)])
  const ends = [0, 1].map((at) => Math.max(...batches.filter((batch) => batch.group === at).map(({ notAfter }) => notAfter)))
  // 6,500 at 1,999 an hour (2,000 less one, for two receivers at once) are done in less than four hours, but for the slow one.
  expect(ends).toEqual([start + 6 * hour, start + (24 * hour * 6500) / (24 * 1999)])
  expect(batches[0]).toMatchObject({ group: 0, recipients: 500, rate: 1000, limitedBy: 'provider' })
  expect(batches[1]).toMatchObject({ group: 1, recipients: 500, limitedBy: 'rate' })
})

test('a daily limit holds over any 24 hours, not from midnight to midnight', () => {
  const late = Date.UTC(2026, 10, 26, 18)
  const { batches } = plan([group('x', 2000, 6000)], { start: late, hours: { from: 8, to: 20 }, perDay: 2000, batch: 2000 })
  // Two hours are left on the first evening: what went out there is still among the last 24 hours until the second evening.
  expect(batches.map(({ date, recipients, notBefore }) => [date, recipients, new Date(notBefore).toISOString().slice(11, 16)])).toEqual([
    ['2026-11-26', 2000, '18:00'],
    ['2026-11-27', 2000, '18:00'],
    ['2026-11-28', 2000, '18:00']
  ])
})

test.each([
  ['spring: the night has 23 hours', Date.UTC(2026, 2, 28, 23), 23],
  ['autumn: the day has 25 hours', Date.UTC(2026, 9, 24, 22), 25]
])('%s', (_, midnight, hours) => {
  const { batches } = plan([group('x', 10, 5000)], { start: midnight, zone: openZone('Europe/Berlin'), perHour: 10, batch: 5000 })
  expect(batches[0]).toMatchObject({ notBefore: midnight, notAfter: midnight + hours * hour, recipients: hours * 10 })
})

test('sending hours are hours of the local clock, before and after it is changed', () => {
  const { batches } = plan([group('x', 10, 500)], {
    start: Date.UTC(2026, 9, 24),
    zone: openZone('Europe/Berlin'),
    hours: { from: 8, to: 20 },
    perHour: 10
  })
  expect(batches.map(({ notBefore }) => new Date(notBefore).toISOString())).toEqual([
    '2026-10-24T06:00:00.000Z',
    '2026-10-25T07:00:00.000Z',
    '2026-10-26T07:00:00.000Z',
    '2026-10-27T07:00:00.000Z',
    '2026-10-28T07:00:00.000Z'
  ])
})

test('a warm-up begins with its first day and grows', () => {
  const steady = sending.curves.find(({ id }) => id === 'steady')
  if (steady === undefined) throw new Error('no steady curve')
  const groups = [group('gmail', 1000, 3000), group('yahoo', 1000, 1000)]
  const summary = openSummary(groups)
  for (const batch of plan(groups, { start: Date.UTC(2026, 10, 26), warmUp: { curve: steady, firstDay: 1 } }).batches) summary.add(batch)
  const { days, groups: perGroup } = summary.result()
  expect(days.map(({ recipients }) => recipients)).toEqual([200, 280, 392, 548, 768, 1075, 737])
  expect(perGroup.map(({ firstDay }) => firstDay)).toEqual([150, 50])
})

test('a curve for a number of days starts where the curve starts, and is the least that holds the list', () => {
  const steady = sending.curves.find(({ id }) => id === 'steady')
  if (steady === undefined) throw new Error('no steady curve')
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 60 }), fc.integer({ min: 1, max: 10_000_000 }), (days, recipients) => {
      const { curve, factor } = stretchCurve(steady, days, recipients)
      const volumes = curve.perDay ?? []
      expect([volumes[0], volumes.length, capOfDay(curve, days + 1)]).toEqual([200, days, {}])
      expect(sum(volumes)).toBeGreaterThanOrEqual(recipients)
      expect(factor).toBeGreaterThanOrEqual(1)
      if (factor > 1) expect(sum(volumes)).toBeLessThan(recipients + days)
    })
  )
  expect(stretchCurve(steady, 1, 20_000)).toMatchObject({ factor: 100, curve: { perDay: [20_000] } })
})

test.each([
  ['steady', 1, { perDay: 200 }],
  ['steady', 3, { perDay: 392 }],
  ['sparkpost', 29, { perDay: 10_000_000 }],
  ['sparkpost', 30, {}],
  ['sendgrid', 1, { perHour: 20 }],
  ['braze-conservative', 21, { perDay: 8000 }],
  ['braze-conservative', 22, { perDay: 16_000 }],
  ['braze-conservative', 24, { perDay: 16_000 }],
  ['braze-conservative', 25, { perDay: 32_000 }],
  ['braze-aggressive', 18, { perDay: 8_000_000 }]
])('%s allows on day %i', (id, day, cap) => {
  const curve = sending.curves.find((one) => one.id === id)
  expect(curve && capOfDay(curve, day)).toEqual(cap)
})

test('a list that would take more than ten years says how many it leaves', () => {
  const { end } = plan([group('x', 1, 100_000)], { perHour: 1, hours: { from: 8, to: 9 }, batch: 1000 })
  expect(end.unplanned).toBe(100_000 - 3_660)
})

test.each([[{ perHour: 0 }], [{ perHour: 1.5 }], [{ batch: 0 }], [{ perDay: Number.NaN }]])('%o is a mistake of the caller', (options) => {
  expect(() => plan([group('x', 1, 1)], options)).toThrow(RangeError)
})
