import { styleText } from 'node:util'
import { openZone } from '@whybounce/core/plan'
import type { Report } from '@whybounce/core/report'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { causeRow, fixture, noCounts } from '../../../../tests/report/report-fixture.ts'
import { columnsOf, type Terminal } from '../terminal.ts'
import { reportText } from './report-text.ts'
import type { ReportView } from './report-view.ts'

const view: ReportView = { by: [], zone: openZone('UTC'), found: { mail: [], problems: [], passedOver: [] } }
const terminal = (fullWidth: number, colours = false, isTerminal = true): Terminal => ({
  width: Math.min(90, fullWidth),
  fullWidth,
  isTerminal,
  paint: (style, text) => (colours ? styleText(style, text, { validateStream: false }) : text)
})
const print = (report: Report, more: Partial<ReportView> = {}, width = 80): string =>
  reportText(report, { ...view, ...more }, terminal(width))

const many = Array.from({ length: 60 }, (_, at) => causeRow({ cause: `cause-${at}`, title: `Cause ${at} of many`, messages: 1_000 - at }))

describe('a report as text', () => {
  test('is one screen, however much there is', () => {
    const crowded: Report = {
      ...fixture,
      causes: [...many, ...many.map((row) => ({ ...row, party: 'nobody' as const, needs: 'nothing' as const }))],
      inbound: Array.from({ length: 40 }, () => fixture.inbound[0] ?? []).flat(),
      templates: Array.from({ length: 200 }, () => fixture.templates[0] ?? []).flat(),
      lines: { ...fixture.lines, unread: 5, samples: [{ file: 'mail.log', line: 3, text: 'x' }] }
    }
    for (const report of [fixture, crowded]) expect(print(report).split('\n').length).toBeLessThanOrEqual(43)
  })

  test('tells what is left out with its count and how to see it', () => {
    const text = print({ ...fixture, causes: many })
    expect(text).toContain('Cause 0 of many')
    expect(text).toMatch(/\d+ more causes of at most 99\d messages each: --top 60 or --all/)
    expect(text).toContain('4 more texts, 190 times: --all')
    const all = print({ ...fixture, causes: many }, { all: true })
    for (const { title } of many) expect(all).toContain(title)
    expect(all).not.toContain('--all to')
  })

  test('shows so many causes in full as are asked for', () => {
    const examples = (text: string): number => text.split('\n').filter((line) => line.includes('«User unknown»')).length
    expect(examples(print({ ...fixture, causes: many }, { top: 20 }))).toBe(20)
    expect(examples(print({ ...fixture, causes: many }, { top: 1 }))).toBe(1)
  })

  test('has volume, what to fix first, what passes by itself, what was refused here and what no rule knows, in this order', () => {
    const text = print(fixture, { lines: 60 })
    const places = [
      'Mail report',
      'delivered',
      'What to fix first',
      'Passes by itself',
      'Refused here',
      'Texts that no rule knows',
      'lines of 1 log'
    ].map((title) => text.indexOf(title))
    expect(places).toEqual(places.toSorted((one, other) => one - other))
    expect(places).not.toContain(-1)
    expect(text).toMatch(/delivered +196,269 +98\.9 % +196,269 +93\.1 %/)
    expect(text).toContain('12 events outside of the period')
    expect(text).toMatch(/1 You are sending too fast for this provider rate-limited +2,000 +1\.0 %/)
    expect(text).toContain('10 lost, 90 waiting, 1,900 delivered later')
    expect(text).toContain('from 192.0.2.3 75 %, smtp-out4 25 % · all lost · 00:03–22:59')
    expect(text).toContain('NEW')
    expect(text).toContain('at least 10,000 clients')
  })

  test('calls nothing passing by itself that was mostly lost, and says so where nothing needs a fix', () => {
    const passing = (lost: number): Report => ({
      ...fixture,
      messages: { ...noCounts, delivered: 90, expired: lost },
      causes: [causeRow({ party: 'nobody', needs: 'nothing', messages: 10, lost, waiting: 10 - lost, recovered: 0 })]
    })
    expect(print(passing(0))).toMatch(/^Nothing needs a fix\.$[\s\S]*^Passes by itself {2,}nobody has to act$/m)
    expect(print(passing(3))).toMatch(/^Nothing needs a fix; 3 messages were lost all the same\.$[\s\S]*^Passes by itself, mostly {2,}/m)
    expect(print(passing(8))).toMatch(/^Only waiting helps {2,}nobody has to act$/m)
  })

  test('names no number of clients where refusals name none', () => {
    const [refused] = fixture.inbound
    if (refused === undefined) throw new TypeError('the fixture has refusals')
    expect(print({ ...fixture, inbound: [{ ...refused, clients: 0 }] })).not.toContain('client')
  })

  test('shows more of the rest where the screen has room', () => {
    const [refused] = fixture.inbound
    if (refused === undefined) throw new TypeError('the fixture has refusals')
    const inbound = Array.from({ length: 7 }, (_, at) => ({ ...refused, title: `Reason ${at}` }))
    const shown = (report: Report): number => print(report).match(/Reason \d/g)?.length ?? 0
    expect(shown({ ...fixture, causes: [], templates: [], inbound })).toBe(7)
    expect(shown({ ...fixture, causes: many, inbound })).toBeLessThan(3)
  })

  test('marks the matched words by style where there is one, else by «…»', () => {
    expect(print(fixture)).toContain('«User unknown»')
    const styled = reportText(fixture, view, terminal(80, true))
    expect(styled).not.toContain('«')
    expect(styled).toContain(styleText(['bold', 'underline'], 'User unknown', { validateStream: false }))
  })

  test('cuts no fix where it goes into a file', () => {
    const fix = fixture.causes[4]?.fix ?? ''
    expect(print(fixture)).not.toContain(fix)
    expect(reportText(fixture, view, terminal(80, false, false))).toContain(fix)
  })

  test('has the tables that are asked for', () => {
    const text = print(fixture, { by: ['provider', 'campaign'] })
    expect(text).toMatch(/By provider +messages +delivered +waiting +failed +mostly/)
    expect(text).toMatch(/Gmail +101,604 +98\.4 % +0\.0 % +1\.6 % +The mailbox/)
    expect(text).toMatch(/other servers +96,669/)
    expect(text).toContain('By campaign: no event names one.')
  })

  test('quiet is volume, what to fix and what could not be read', () => {
    const text = print({ ...fixture, files: [{ file: 'a.log', format: 'exim', lines: 1, bytes: 1, problem: 'cut off' }] }, { quiet: true })
    expect(text).toContain('What to fix first')
    expect(text).toContain('a.log: cut off')
    expect(text).not.toContain('Passes by itself')
  })

  test('says in a sentence that nothing is wrong', () => {
    const counts = { ...noCounts, delivered: 1_200 }
    const fine = { ...fixture, messages: counts, attempts: counts, causes: [], inbound: [], inboundRefused: 0, templates: [], outside: 0 }
    expect(print(fine)).toContain('Nothing is wrong: all 1,200 messages were delivered.')
    expect(print({ ...fine, messages: noCounts, attempts: noCounts })).toContain('No delivery is told of here.')
    expect(print({ ...fine, messages: noCounts, attempts: noCounts, outside: 3 })).toContain(
      'Nothing was sent in this period; 3 events outside of it.'
    )
    expect(print({ ...fine, causes: fixture.causes.filter(({ needs }) => needs === 'nothing') })).toContain('Nothing needs a fix.')
  })

  test('names what was asked for, unread lines, files that could not be read, mail and what was passed over', () => {
    const report: Report = {
      ...fixture,
      lines: { ...fixture.lines, unread: 1, samples: [{ file: '/var/log/mail.log', line: 7, text: 'postfix/smtp[1]: ?' }] },
      limits: ['3 messages waited so long that their end was not followed: they are counted as waiting.'],
      notes: ['inbox.mbox is no log that is known.'],
      files: [...fixture.files, { file: 'b.gz', format: '', lines: 0, bytes: 0, problem: 'the end is missing' }]
    }
    const text = print(report, {
      since: Date.parse('2026-11-25T00:00:00Z'),
      found: { mail: [], problems: [], passedOver: ['/var/log/dpkg.log'] }
    })
    for (const words of [
      'since 2026-11-25 00:00',
      '/var/log/mail.log:7: postfix/smtp[1]: ?',
      'b.gz: the end is missing',
      'inbox.mbox',
      '/var/log/dpkg.log',
      '3 messages waited so long'
    ])
      expect(text.replace(/\n +/g, ' ')).toContain(words)
  })
})

/** One text in every field that a log, a server or a file name can fill. */
const hostile = (text: string): Report => ({
  ...fixture,
  causes: fixture.causes.map((row) => ({
    ...row,
    provider: text,
    providerName: row.provider === null ? null : text,
    senderIp: row.senderIp === null ? null : text,
    service: text,
    title: text,
    fix: text,
    partyTitle: text,
    rule: text,
    domains: [{ domain: text, messages: 3 }],
    example: {
      ...row.example,
      text: `${text} User unknown ${text}`,
      spans: [
        [text.length, text.length + 9],
        [-5, 3],
        [1e9, 2e9],
        [4, 2]
      ]
    }
  })),
  inbound: fixture.inbound.map((row) => ({ ...row, title: text, cause: text })),
  templates: fixture.templates.map((row) => ({ ...row, text })),
  groups: { provider: (fixture.groups.provider ?? []).map((row) => ({ ...row, key: text })) },
  lines: { ...fixture.lines, unread: 1, samples: [{ file: text, line: 1, text }] },
  files: [{ file: text, format: 'postfix', lines: 1, bytes: 1, problem: text }]
})
const found = (text: string): ReportView['found'] => ({ mail: [text], problems: [{ file: text, problem: text }], passedOver: [text] })

describe('hostile text', () => {
  const bad = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.constantFrom(
      '\u001b[2J\u001b]0;x\u0007',
      '\u202egnp.exe',
      'x'.repeat(10_000),
      '漢字'.repeat(300),
      '👩‍👩‍👧'.repeat(50),
      '\ud83d',
      '\r\n\t\u0000\u0085\u009b31m'
    )
  )
  test('reaches no terminal: no control character, no direction override, no line wider than the window', () => {
    fc.assert(
      fc.property(bad, fc.integer({ min: 40, max: 200 }), (text, width) => {
        const out = print(hostile(text), { by: ['provider'], found: found(text) }, width)
        // biome-ignore lint/suspicious/noControlCharactersInRegex: that there is none is what is tested
        expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/)
        for (const line of out.split('\n')) expect(columnsOf(line), line).toBeLessThanOrEqual(width)
        expect(out.split('\n').length).toBeLessThan(120)
      }),
      { numRuns: 300 }
    )
  })

  test('is clean with everything shown, too', () => {
    fc.assert(
      fc.property(bad, (text) => {
        const out = print(hostile(text), { all: true, by: ['provider'], found: found(text) })
        // biome-ignore lint/suspicious/noControlCharactersInRegex: that there is none is what is tested
        expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/)
      }),
      { numRuns: 100 }
    )
  })
})
