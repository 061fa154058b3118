import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { parse } from 'yaml'
import { attempt, begin, incident, steady } from './watch/log-lines.ts'
import { type Running, useWatchFolder } from './watch/run-watch.ts'

/** What `whybounce watch --metrics` serves, and what docs/ makes of it. */
const root = join(import.meta.dirname, '..')
const { path, start } = useWatchFolder()
let folder: string
let log: string
beforeEach(() => {
  folder = path()
  log = join(folder, 'mail.log')
})

/** Every line of the text format, with its labels (https://prometheus.io/docs/instrumenting/exposition_formats/). */
const sampleLine =
  /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{((?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*",?)*)\})? (-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/

const scrape = async (): Promise<{ readonly url: string; readonly text: string; readonly watch: Running }> => {
  const refused = `${new Date(begin + 180 * 60_000).toISOString()} mx1 postfix/smtpd[1]: NOQUEUE: reject: RCPT from unknown[192.0.2.9]: 554 5.7.1 <x@example.org>: Relay access denied; from=<s@example.net> to=<x@example.org> proto=ESMTP helo=<h>\n`
  writeFileSync(log, steady(0, 180) + refused + incident(180, 190) + attempt(191))
  const watch = start(['mail.log', '--from-start', '--alerts-only', '--metrics', '0', '--sender-ip', 'smtp=192.0.2.1'])
  const said = await watch.until((text) => text.startsWith('Figures for Prometheus: '))
  const url = said.slice(said.indexOf('http'))
  await watch.until((text) => text.includes(' ALERT '))
  for (;;) {
    const text = await (await fetch(url)).text()
    if (text.includes('whybounce_attempts_total{provider="gmail",outcome="delivered",sender_ip="192.0.2.1"} 551'))
      return { url, text, watch }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

test('metrics are Prometheus text: well formed, each family told once, exact; nothing else is served', async () => {
  const { url, text, watch } = await scrape()
  const names = new Set<string>()
  const typed = new Set<string>()
  let current = ''
  for (const line of text.trimEnd().split('\n')) {
    const head = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line)
    if (head !== null) {
      current = head[2] ?? ''
      if (head[1] === 'TYPE') {
        expect(typed.has(current)).toBe(false)
        typed.add(current)
        expect(current.endsWith('_total')).toBe(head[3] === 'counter')
      }
      continue
    }
    const sample = sampleLine.exec(line)
    expect([line, sample?.[1]]).toEqual([line, current])
    expect(names.has(`${sample?.[1]}{${sample?.[2]}`)).toBe(false)
    names.add(`${sample?.[1]}{${sample?.[2]}`)
  }
  expect(text.endsWith('\n')).toBe(true)
  for (const sample of [
    'whybounce_failures_total{provider="gmail",cause="authentication-failed",permanence="permanent",sender_ip="192.0.2.1"} 20',
    'whybounce_attempts_total{provider="gmail",outcome="bounced",sender_ip="192.0.2.1"} 20',
    'whybounce_inbound_refused_total{cause="relay-denied"} 1',
    'whybounce_lines_total{verdict="unread"} 0',
    'whybounce_lines_total{verdict="event"} 572',
    'whybounce_alerts_firing{kind="cause-rising"} 1',
    'whybounce_alert{kind="cause-rising",provider="gmail",cause="authentication-failed"} 1'
  ])
    expect(text.split('\n')).toContain(sample)
  const answer = async (path: string, method = 'GET'): Promise<[number, string | null]> => {
    const response = await fetch(new URL(path, url), { method })
    await response.arrayBuffer()
    return [response.status, response.headers.get('content-type')]
  }
  expect(await answer('/metrics', 'HEAD')).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8'])
  expect(await answer('/metrics?x=1')).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8'])
  expect((await answer('/healthz'))[0]).toBe(200)
  expect((await answer('/metrics', 'POST'))[0]).toBe(405)
  expect((await answer('/__proto__'))[0]).toBe(404)
  expect((await answer('/etc/passwd'))[0]).toBe(404)
  // The same port is taken.
  const other = start(['mail.log', '--metrics', new URL(url).port])
  expect(await other.ended).toBe(2)
  expect(other.err()).toContain('another program listens there')
  expect(await watch.stop()).toBe(0)
})

test('dashboard and alert rules in docs/ ask for nothing that is not served', async () => {
  const { text, watch } = await scrape()
  await watch.stop()
  const served = new Map<string, Set<string>>()
  for (const [, name = '', labels = ''] of text.matchAll(/^(whybounce_\w+)(?:\{(.*)\})? /gm)) {
    const known = served.get(name) ?? new Set()
    for (const [, label = ''] of labels.matchAll(/(\w+)="/g)) known.add(label)
    served.set(name, known)
  }
  const dashboard: unknown = JSON.parse(readFileSync(join(root, 'docs/grafana-whybounce.json'), 'utf8'))
  const rules: unknown = parse(readFileSync(join(root, 'docs/prometheus-alerts.yml'), 'utf8'))
  const { panels } = dashboard as {
    readonly panels: readonly { readonly id: number; readonly gridPos: Readonly<Record<'x' | 'y' | 'w' | 'h', number>> }[]
  }
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, at) => `${x + (at % w)},${y + Math.floor(at / w)}`)
  )
  expect(new Set(cells).size).toBe(cells.length)
  expect(Math.max(...panels.map(({ gridPos: { x, w } }) => x + w))).toBe(24)
  const expressions: string[] = []
  const collect = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(collect)
    else if (typeof value === 'object' && value !== null)
      for (const [key, inner] of Object.entries(value)) {
        if ((key === 'expr' || key === 'query' || key === 'definition') && typeof inner === 'string') expressions.push(inner)
        collect(inner)
      }
  }
  collect(dashboard)
  collect(rules)
  expect(expressions.length).toBeGreaterThan(15)
  for (const expression of expressions) {
    for (const [name] of expression.matchAll(/whybounce_\w+/g)) expect([expression, served.has(name)]).toEqual([expression, true])
    // Labels of selectors and groupings, as far as they follow one metric.
    for (const [, name = '', inside = ''] of expression.matchAll(/(whybounce_\w+)\{([^}]*)\}/g))
      for (const [, label = ''] of inside.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g))
        expect([expression, label, [...(served.get(name) ?? []), 'job', 'instance'].includes(label)]).toEqual([expression, label, true])
    const labels = new Set([...expression.matchAll(/whybounce_\w+/g)].flatMap(([name]) => [...(served.get(name) ?? []), 'job', 'instance']))
    for (const [, inside = ''] of expression.matchAll(/\b(?:by|without|on) ?\(([^)]*)\)/g))
      for (const label of inside.split(',')) expect([expression, label, labels.has(label.trim())]).toEqual([expression, label, true])
    let open = 0
    for (const letter of expression) {
      if ('({['.includes(letter)) open++
      if (')}]'.includes(letter)) open--
      expect(open >= 0).toBe(true)
    }
    expect([expression, open]).toEqual([expression, 0])
  }
})
