import { createHash } from 'node:crypto'
import { Script } from 'node:vm'
import type { Report } from '@whybounce/core/report'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { reportFixture } from '../../../../tests/report-fixture.ts'
import { reportHtml } from './report-html.ts'

const report = reportFixture()
const page = reportHtml(report, 'A day')

/** Words that the code itself sets, and times: no text of a log gets there. */
const ours = new Set(['needs', 'party', 'permanence', 'action', 'firstSeen', 'lastSeen', 'time', 'start', 'from', 'to'])

/** The report with the same text everywhere. */
const saying = <Value>(value: Value, text: string, name = ''): Value => {
  if (typeof value === 'string') return (ours.has(name) ? value : text) as Value
  if (Array.isArray(value)) return (name === 'spans' ? [] : value.map((entry) => saying(entry, text, name))) as Value
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, saying(entry, text, key)])) as Value
}
const small: Report = {
  ...report,
  causes: report.causes.filter((_, at) => at % 20 === 0),
  series: report.series.slice(0, 3),
  limits: ['a limit'],
  notes: ['a note'],
  files: report.files.map((file) => ({ ...file, problem: 'cut' })),
  groups: { provider: report.groups.provider?.slice(0, 2) ?? [], campaign: report.groups.provider?.slice(0, 1) ?? [] }
}
const tagsOf = (html: string): string[] => (html.match(/<\/?[a-z!][^>]*>/gi) ?? []).map((tag) => tag.replace(/"[^"]*"/g, '""'))

test('no text of a report becomes an element or an attribute', () => {
  const plain = tagsOf(reportHtml(saying(small, 'plain'), 'plain'))
  const hostile = fc.string({ unit: fc.constantFrom('<', '>', '"', "'", '&', 'a', '/', 'script', ' ', '=', '\n', '\u202e', '-->') })
  fc.assert(
    fc.property(fc.oneof(fc.string(), hostile), (text) => {
      // Between backquotes a fix has a command, which is an element.
      const said = text.replaceAll('`', "'")
      expect(tagsOf(reportHtml(saying(small, said), said))).toEqual(plain)
    }),
    { numRuns: 60 }
  )
})

test('the name of a division and a time are as hostile as any text', () => {
  const bad = '"><script>alert(1)</script>'
  const [cause] = small.causes
  if (cause === undefined) throw new TypeError('the fixture has causes')
  const html = reportHtml(
    {
      ...small,
      period: { from: bad, to: bad, seconds: 0 },
      causes: [{ ...cause, firstSeen: bad, lastSeen: bad, example: { ...cause.example, time: bad } }],
      series: small.series.map((step) => ({ ...step, start: bad })),
      groups: { [bad]: small.groups.provider ?? [] }
    },
    bad
  )
  expect(html.match(/<script/g)).toHaveLength(1)
})

test('the policy allows only the style and the script of the page itself, and nothing is loaded', () => {
  const [, policy] = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(page) ?? []
  const hashOf = (text: string | undefined): string =>
    `'sha256-${createHash('sha256')
      .update(text ?? '')
      .digest('base64')}'`
  const [, style] = /<style>([\s\S]*?)<\/style>/.exec(page) ?? []
  const [, script] = /<script>([\s\S]*?)<\/script>/.exec(page) ?? []
  expect(policy).toBe(`default-src 'none'; style-src ${hashOf(style)}; script-src ${hashOf(script)}; base-uri 'none'; form-action 'none'`)
  expect(page).not.toMatch(/<link|<img|<iframe|url\(|@import|\sstyle=|\son[a-z]+=|https?:\/\/(?!www\.w3\.org)[^\s<]*"/)
})

test('the script is JavaScript', () => {
  expect(() => new Script(/<script>([\s\S]*?)<\/script>/.exec(page)?.[1] ?? '(')).not.toThrow()
})

test('each cause, provider, address, example and group of the report is in the page', () => {
  const text = page
    .replace(/<[^>]+>/g, '')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
  for (const { title, providerName, senderIp, example, rule, domains } of report.causes) {
    for (const part of [title, providerName, senderIp, example.text, example.recipient, example.queueId, rule])
      expect(text).toContain(part ?? '')
    for (const { domain } of domains) expect(text).toContain(domain)
  }
  for (const rows of Object.values(report.groups)) for (const { key } of rows) expect(text).toContain(key ?? 'other servers')
  for (const { text: template } of report.templates) expect(text).toContain(template)
  for (const { text: sample } of report.lines.samples) expect(text).toContain(sample)
  expect(page.match(/<tbody class="row" data-entry/g)).toHaveLength(report.causes.length)
})

test('the head says how much was lost, and that lines were not understood', () => {
  expect(page).toMatch(/Of 239,\d{3} messages, <strong>95\.\d %<\/strong> were delivered/)
  expect(page).toContain('7 lines that look like delivery were not understood: the figures lack them.')
})

const figuresOf = (html: string, row: string): string[] => {
  const [, cells = ''] = new RegExp(`<tr[^>]*><th scope="row">(?:<i[^>]*></i>)?${row}\\b.*?</th>(.*?)</tr>`).exec(html) ?? []
  return cells
    .replaceAll('</td>', '|')
    .replace(/<[^>]+>/g, '')
    .split('|')
    .slice(0, -1)
}

test('a complaint is about a message that was delivered, and is no message and no attempt more', () => {
  const counts = { delivered: 900, deferred: 0, bounced: 80, expired: 0, complained: 9, suppressed: 20 }
  const groups = { campaign: [{ key: 'Autumn', messages: counts, attempts: counts, topCause: null }] }
  const html = reportHtml({ ...small, messages: counts, attempts: counts, unsubscribed: 12, groups }, 'A day')
  expect(html).toContain('Of 1,000 messages, <strong>90.0 %</strong> were delivered')
  expect(html).toContain(
    '<strong>9 messages were marked as spam</strong>, 1.0 % of what was delivered: Gmail and Yahoo ask for less than 0.3 %.'
  )
  expect(figuresOf(html, 'All')).toEqual(['1,000', '', '1,000', ''])
  expect(figuresOf(html, 'Complained')).toEqual(['9', '0.9 %', '9', '0.9 %'])
  expect(figuresOf(html, 'Unsubscribed')).toEqual(['', '', '12', ''])
  expect(figuresOf(html, 'Autumn')).toEqual(['1,000', '900', '80', '9', '20', '8.0 %', '', '1,000'])
})

test('few complaints are told without a warning, and none not at all', () => {
  const counts = { delivered: 1_000, deferred: 0, bounced: 0, expired: 0, complained: 1, suppressed: 0 }
  expect(reportHtml({ ...small, messages: counts }, 'A day')).toContain(
    '<strong>1 message was marked as spam</strong>, 0.1 % of what was delivered.'
  )
  expect(reportHtml({ ...small, messages: { ...counts, complained: 0 } }, 'A day')).not.toContain('marked as spam</strong>')
})

test('what the figures leave out is told in the head', () => {
  const html = reportHtml({ ...report, limits: ['12 messages <were> forgotten.'], undated: 3, outside: 1 }, 'A day')
  const head = html.slice(html.indexOf('<header>'), html.indexOf('</header>'))
  for (const words of ['12 messages &lt;were&gt; forgotten.', '3 events without a time', '1 event outside of the period is left out'])
    expect(head).toContain(words)
})

test('the lines that are told add up to those that were read', () => {
  const part = page.slice(page.indexOf('id="lines"'))
  const [total = 0, ...others] = [...part.matchAll(/<dt>Lines [^<]+<\/dt><dd>([\d,]+)/g)].map(([, value]) =>
    Number(value?.replaceAll(',', ''))
  )
  expect(others.reduce((sum, value) => sum + value, 0)).toBe(total)
})

test('every table has a caption, and every head cell a scope', () => {
  expect(page.match(/<table/g)?.length).toBe(page.match(/<caption>/g)?.length)
  expect(page.match(/<th(?! scope)[\s>]/g)).toBeNull()
})

test('a report of nothing is a page too', () => {
  const none = { delivered: 0, deferred: 0, bounced: 0, expired: 0, complained: 0, suppressed: 0 }
  const html = reportHtml(
    {
      ...report,
      period: { from: null, to: null, seconds: 0 },
      messages: none,
      attempts: none,
      inboundRefused: 0,
      lines: { total: 0, events: 0, ignored: 0, unread: 0, samples: [] },
      causes: [],
      inbound: [],
      templates: [],
      series: [],
      groups: {},
      files: []
    },
    'Nothing'
  )
  expect(html).toContain('No message was sent in this time.')
  expect(html).toContain('No event was read.')
  expect(html).toContain('Nothing needs a fix.')
  expect(html.slice(html.indexOf('<body>'))).not.toMatch(/NaN|undefined|Infinity/)
})

test('figures of a long series with one bar each are merged, and the page says how long a bar is', () => {
  const series = Array.from({ length: 240 }, (_, at) => ({
    ...(report.series[0] ?? { start: '' }),
    start: new Date(Date.UTC(2026, 2, 1) + at * 900_000).toISOString()
  }))
  const html = reportHtml({ ...report, series: series as Report['series'] }, 'Long')
  expect(html).toContain('in each 45 min')
  expect(html).toContain('240 steps of 15 min')
})
