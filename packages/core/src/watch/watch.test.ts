import fc from 'fast-check'
import { expect, test } from 'vitest'
import { defaultDiagnoser } from '../default.ts'
import type { LogEvent } from '../log/log-reader.ts'
import { ownSideFix, type WatchAlert } from './alert.ts'
import { openWatch } from './watch.ts'

const start = Date.UTC(2026, 10, 24)
const day = 1_440
const later = start + 4_000 * day * 60_000

const gmail = 'gmail-smtp-in.l.google.com'
const yahoo = 'mta5.am0.yahoodns.net'
const unauthenticated =
  '550-5.7.26 This mail has been blocked because the sender is unauthenticated. 550-5.7.26 Gmail requires all senders to authenticate with either SPF or DKIM.'
const unknownUser = '550 5.1.1 The email account that you tried to reach does not exist.'
const timedOut = 'connect to gmail-smtp-in.l.google.com[192.0.2.26]:25: Connection timed out'

let ids = 0
type Told = {
  readonly host?: string
  readonly text?: string
  readonly kind?: LogEvent['kind']
  readonly id?: string
  readonly localIp?: string
  readonly second?: number
}
/** An attempt in a minute of the log; without a text it was delivered. */
const at = (minute: number, { host = gmail, text, kind, id, localIp, second = 0 }: Told = {}): LogEvent => ({
  kind: kind ?? (text === undefined ? 'delivered' : 'failed'),
  direction: 'outbound',
  time: new Date(start + minute * 60_000 + second * 1_000).toISOString(),
  recipient: 'user@example.net',
  queueId: id ?? `Q${ids++}`,
  remoteMta: host,
  ...(text === undefined ? {} : { diagnosticCode: text }),
  ...(localIp === undefined ? {} : { localIp })
})
const times = (count: number, make: () => LogEvent): LogEvent[] => Array.from({ length: count }, make)
/** Minutes of steady mail. */
const steady = (from: number, to: number, perMinute = 10, told: Told = {}): LogEvent[] =>
  Array.from({ length: to - from }, (_, offset) => times(perMinute, () => at(from + offset, told))).flat()
const inOrder = (...parts: readonly LogEvent[][]): LogEvent[] =>
  parts.flat().sort((one, other) => ((one.time ?? '') < (other.time ?? '') ? -1 : (one.time ?? '') > (other.time ?? '') ? 1 : 0))

const run = (events: readonly LogEvent[], until?: number): WatchAlert[] => {
  const told: WatchAlert[] = []
  const watch = openWatch(defaultDiagnoser(), { alert: (alert) => told.push(alert) })
  for (const event of events) watch.event(event, later)
  if (until !== undefined) watch.tick(start + until * 60_000)
  return told
}
const brief = (alerts: readonly WatchAlert[]): string[] =>
  alerts.map(
    ({ kind, state, provider, cause, time }) => `${Math.round((Date.parse(time) - start) / 60_000)} ${state} ${kind} ${provider} ${cause}`
  )

test('a cause that rises at a provider rings within minutes, says what to do, and ends ten minutes after it is over', () => {
  const alerts = run(inOrder(steady(0, 300), steady(180, 200, 5, { text: unauthenticated })))
  expect(brief(alerts)).toEqual([
    '182 firing cause-rising gmail authentication-failed',
    '219 ended cause-rising gmail authentication-failed'
  ])
  const [first] = alerts
  expect(first).toMatchObject({
    providerName: 'Gmail',
    detail: 'none',
    messages: 10,
    attempts: 10,
    tried: 110,
    usualShare: 0,
    party: 'sender-admin',
    permanence: 'permanent',
    example: { text: unauthenticated, recipient: 'user@example.net' }
  })
  expect(first?.says).toMatch(/^At Gmail: .+\. 10 messages in 10 minutes, 9 % of attempts; before: 0 %\.$/)
  expect(first?.fix).not.toBe('')
})

test('what does not ring', () => {
  for (const [what, events] of [
    ['a cause that was always there', steady(0, 600, 2, { text: unknownUser })],
    [
      'nine messages',
      inOrder(
        steady(0, 300),
        times(9, () => at(200, { text: unauthenticated }))
      )
    ],
    [
      'one message that is tried again and again',
      inOrder(
        steady(0, 300),
        Array.from({ length: 100 }, (_, i) => at(200 + Math.floor(i / 10), { text: timedOut, kind: 'delayed', id: 'SAME' }))
      )
    ],
    ['a log that begins with trouble', inOrder(steady(0, 60), steady(0, 60, 10, { text: unauthenticated }))],
    [
      'a campaign ten times as large, with the usual share of dead addresses',
      inOrder(steady(0, 400), steady(0, 400, 1, { text: unknownUser }), steady(200, 230, 100), steady(200, 230, 10, { text: unknownUser }))
    ],
    [
      'a night with a twentieth of the mail',
      inOrder(
        steady(0, 600, 20),
        steady(0, 600, 1, { text: unknownUser }),
        steady(600, 1_000, 1),
        times(8, () => at(700, { text: unknownUser }))
      )
    ],
    [
      'mail refused from others',
      inOrder(
        steady(0, 300),
        times(500, () => ({ ...at(200, { text: '554 5.7.1 Relay access denied' }), direction: 'inbound' as const }))
      )
    ]
  ] as const)
    expect([what, brief(run([...inOrder([...events])]))]).toEqual([what, []])
})

test('what comes every day at the same time rings on the first day only', () => {
  const bursts = [1, 2, 3].map((number) =>
    steady(number * day + 540, number * day + 550, 5, {
      text: '451 4.7.1 Greylisting in action, please come back later',
      kind: 'delayed',
      host: 'mx.example.net'
    })
  )
  const alerts = run(inOrder(steady(0, 4 * day, 2, { host: 'mx.example.net' }), ...bursts))
  expect(brief(alerts).filter((line) => line.includes('firing'))).toEqual([`${day + 542} firing cause-rising null greylisted`])
})

test('a cause that comes and goes within ten minutes is one alert', () => {
  const gusts = [200, 208, 216, 224].map((minute) => times(20, () => at(minute, { text: unauthenticated })))
  expect(brief(run(inOrder(steady(0, 300), ...gusts))).map((line) => line.split(' ')[1])).toEqual(['firing', 'ended'])
})

test('a provider where nothing is delivered any more rings, with the cause that most met, while others go on', () => {
  const alerts = run(
    inOrder(
      steady(0, 200, 5),
      steady(0, 300, 5, { host: yahoo }),
      steady(200, 260, 2, { text: timedOut, kind: 'delayed' }),
      steady(260, 300, 5)
    )
  )
  const standstill = alerts.filter(({ kind }) => kind === 'nothing-delivered')
  expect(brief(standstill)).toEqual([
    '210 firing nothing-delivered gmail connection-failed',
    '271 ended nothing-delivered gmail connection-failed'
  ])
  expect(standstill[0]?.says).toBe(
    'At Gmail: nothing delivered for 10 minutes. 20 messages tried in vain; before, 100 % of attempts were delivered.'
  )
})

test('one stuck message that is tried for a night is no standstill', () => {
  const night = Array.from({ length: 100 }, (_, i) => at(200 + i * 5, { text: timedOut, kind: 'delayed', id: 'STUCK' }))
  expect(
    run(inOrder(steady(0, 200, 5), night, steady(0, 700, 1, { host: yahoo }))).filter(({ kind }) => kind === 'nothing-delivered')
  ).toEqual([])
})

test('where nothing is delivered anywhere, that is told, and not for every provider', () => {
  const alerts = run(
    inOrder(
      steady(0, 200, 5),
      steady(0, 200, 5, { host: yahoo }),
      steady(200, 240, 5, { text: timedOut, kind: 'delayed' }),
      steady(200, 240, 5, { text: timedOut, kind: 'delayed', host: yahoo })
    )
  ).filter(({ kind }) => kind !== 'cause-rising')
  expect(brief(alerts)).toEqual(['210 firing delivery-stopped null connection-failed'])
  // Not all of the others broke at once, whatever they are said to have.
  expect(alerts[0]).toMatchObject({ party: 'sender-admin', fix: ownSideFix })
})

test('silence of two days ends when something is delivered, and not because nothing was tried for a day', () => {
  for (const silent of [3 * day, 3_000 * day]) {
    const alerts = run(inOrder(steady(0, day + 60, 5), steady(silent, silent + 60, 5)), silent + 60)
    expect(brief(alerts)).toEqual([`${day + 75} firing delivery-stopped null null`, `${silent + 11} ended delivery-stopped null null`])
  }
})

test('silence rings after a day of mail that was never so silent, and not before', () => {
  expect(brief(run(steady(0, day + 60), day + 80))).toEqual([`${day + 75} firing delivery-stopped null null`])
  expect(brief(run(steady(0, 300), 400))).toEqual([])
  // Every night is silent for eight hours.
  const nights = Array.from({ length: 3 }, (_, number) => steady(number * day, number * day + 960, 2)).flat()
  expect(brief(run(nights, 3 * day - 1))).toEqual([])
})

test('a cause that rises from one of our addresses is told with the address', () => {
  const alerts = run(
    inOrder(
      steady(0, 300, 20, { localIp: '192.0.2.1' }),
      steady(0, 300, 1, { localIp: '192.0.2.1', text: unauthenticated }),
      steady(0, 300, 1, { localIp: '192.0.2.2' }),
      steady(200, 230, 2, { localIp: '192.0.2.2', text: unauthenticated })
    )
  )
  expect(alerts.filter(({ state }) => state === 'firing').map(({ senderIp, says }) => [senderIp, says.slice(0, 24)])).toEqual([
    ['192.0.2.2', 'At Gmail from 192.0.2.2:']
  ])
})

test('a replay gives the same alerts whenever it is read, in whatever pieces and with whatever ticks between', () => {
  const events = inOrder(
    steady(0, 260, 3),
    steady(180, 200, 3, { text: unauthenticated }),
    steady(205, 212, 4, { text: timedOut, kind: 'delayed' })
  )
  const expected = run(events)
  expect(expected.length).toBeGreaterThan(1)
  fc.assert(
    fc.property(fc.array(fc.nat(events.length - 1), { maxLength: 20 }), fc.integer({ min: 0, max: 1_000 }), (stops, days) => {
      const told: WatchAlert[] = []
      const watch = openWatch(defaultDiagnoser(), { alert: (alert) => told.push(alert) })
      const ticks = new Set(stops)
      events.forEach((event, index) => {
        watch.event(event, later + days * day * 60_000)
        if (ticks.has(index)) watch.tick(Date.parse(event.time ?? ''))
      })
      expect(told).toEqual(expected)
    }),
    { numRuns: 10 }
  )
})

test('what was read while learning is known and not told; what fires at its end is told unless it was before', () => {
  for (const tellFiring of [true, false]) {
    const told: WatchAlert[] = []
    const watch = openWatch(defaultDiagnoser(), { alert: (alert) => told.push(alert) })
    watch.learn(true)
    for (const event of inOrder(steady(0, 200), steady(180, 200, 5, { text: unauthenticated }))) {
      watch.event(event, later)
      watch.line('event')
    }
    expect(told).toEqual([])
    expect(watch.counters.lines()).toBe(0)
    watch.learn(false, tellFiring)
    expect(told.map(({ state }) => state)).toEqual(tellFiring ? ['firing'] : [])
    for (const event of steady(200, 230)) watch.event(event, later)
    expect(told.at(-1)?.state).toBe('ended')
  }
})

test('a time that has not come yet, none at all, and a clock that goes back change nothing of the rest', () => {
  const events = inOrder(steady(0, 260), steady(180, 200, 5, { text: unauthenticated }))
  const strange: LogEvent[] = [
    { ...at(0), time: '2099-01-01T00:00:00Z' },
    { ...at(0), time: 'no time' },
    (({ time: _time, ...rest }) => rest)(at(0))
  ]
  const told: WatchAlert[] = []
  const watch = openWatch(defaultDiagnoser(), { alert: (alert) => told.push(alert) })
  for (const [index, event] of events.entries()) {
    if (index === 1_000) for (const each of strange) watch.event(each, later)
    if (index === 2_000) watch.event({ ...event, time: new Date(start - 3 * day * 60_000).toISOString() }, later)
    watch.event(event, later)
  }
  expect(brief(told)).toEqual(brief(run(events)))
  expect(watch.summary().limits).toEqual([
    '1 attempt came more than a day late, and is in the totals only.',
    '3 events have no time, and count for when they were read.'
  ])
})

test('a gap of years is passed over, and what is known after it is nothing', () => {
  const watch = openWatch(defaultDiagnoser())
  for (const event of steady(0, 120)) watch.event(event, later)
  const much = start + 3 * 365 * day * 60_000
  watch.event({ ...at(0), time: new Date(much).toISOString() }, much)
  expect(watch.summary().hour.delivered).toBe(0)
})

test('the summary counts the last minute and hour, and names what fails with provider and fix', () => {
  const watch = openWatch(defaultDiagnoser())
  for (const event of inOrder(steady(0, 61, 10), steady(0, 61, 2, { text: unknownUser }), [at(61)])) watch.event(event, later)
  const { minute, hour, series, causes, time } = watch.summary()
  expect(time).toBe(new Date(start + 61 * 60_000).toISOString())
  expect(minute).toMatchObject({ delivered: 10, bounced: 2, deferred: 0 })
  expect(hour).toMatchObject({ delivered: 600, bounced: 120 })
  expect(series.delivered).toEqual(Array.from({ length: 60 }, () => 10))
  expect(causes).toMatchObject([{ provider: 'gmail', cause: 'user-unknown', attempts: 120, permanent: 120, lastMinute: 2 }])
})

test('messages wait until they are delivered, bounced or given up', () => {
  const watch = openWatch(defaultDiagnoser())
  for (const id of ['A', 'B', 'C']) watch.event(at(0, { text: timedOut, kind: 'delayed', id }), later)
  watch.event(at(1, { text: timedOut, kind: 'delayed', id: 'A' }), later)
  expect(watch.summary().waiting).toBe(3)
  watch.event(at(2, { id: 'A' }), later)
  watch.event(at(2, { id: 'B', text: unknownUser }), later)
  expect(watch.summary().waiting).toBe(1)
})

test('the text of an example has no control characters and an end', () => {
  const hostile = `550 5.1.1 user unknown \u001b[31m${'x'.repeat(5_000)}\n`
  const [alert] = run(
    inOrder(
      steady(0, 200),
      times(50, () => at(180, { text: hostile }))
    )
  )
  // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may be left
  expect(alert?.example?.text).not.toMatch(/[\u0000-\u001f]/)
  expect(alert?.example?.text.length).toBeLessThanOrEqual(1_000)
})
