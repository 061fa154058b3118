import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type LogEvent, postfix } from '@whybounce/core/log'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

/** The 191 lines of the postfix-grok-patterns project, each as its daemon would write it; fields as that project reads them. */
const folder = join(
  process.env.WHYBOUNCE_CORPORA ?? join(import.meta.dirname, '..', '..', 'shared', 'corpora'),
  'logs/postfix-grok-patterns/test'
)
const here = existsSync(folder)

type Case = { readonly name: string; readonly daemon: string; readonly line: string; readonly results: Readonly<Record<string, string>> }

/** The grok pattern names the daemon; those of parts of a line have none. */
const partsOnly = new Set(['command_counter_data', 'delays', 'relay', 'tls_features'])

const cases: readonly Case[] = here
  ? readdirSync(folder)
      .sort()
      .map((name) => {
        const { pattern, data, results = {} } = parse(readFileSync(join(folder, name), 'utf8'), { schema: 'failsafe' })
        return {
          name,
          daemon: /POSTFIX_([A-Z_]+)/.exec(pattern)?.[1]?.toLowerCase().replace('_', '-') ?? '',
          line: data,
          results: results ?? {}
        }
      })
  : []

const read = ({ daemon, line }: Case): { readonly verdict: string; readonly events: readonly LogEvent[] } => {
  const events: LogEvent[] = []
  const program = daemon === 'script' ? 'postfix-script' : daemon
  const reader = postfix.open((event) => void events.push(event), { now: Date.parse('2026-11-25T00:00:00Z') })
  const verdict = reader.line(`Nov  1 12:00:00 mx1 postfix/${program}[123]: ${line}`)
  reader.end()
  return { verdict, events }
}

describe.skipIf(!here)(`Postfix lines of others${here ? '' : ' (skipped: the corpus is not there; WHYBOUNCE_CORPORA)'}`, () => {
  const whole = cases.filter(({ name }) => !partsOnly.has(name.replace(/_\d+\.yaml$/, '')))

  it('are all there, and none is unread', () => {
    expect(cases).toHaveLength(191)
    expect(whole.filter((one) => read(one).verdict === 'unread').map(({ name }) => name)).toEqual([])
  })

  it('that tell a delivery give its fields', () => {
    const deliveries = whole.filter(({ results, line }) => results.postfix_status !== undefined && line.includes('to='))
    expect(deliveries.length).toBeGreaterThan(12)
    for (const one of deliveries) {
      const { postfix_queueid: queueId, postfix_status: status, postfix_relay_hostname: relay } = one.results
      const [event] = read(one).events
      if (/^(?:un)?deliverable/.test(status ?? '')) {
        expect(event, one.name).toBeUndefined()
        continue
      }
      expect(event?.queueId, one.name).toBe(queueId)
      expect(event?.kind, one.name).toBe({ sent: 'delivered', deferred: 'delayed', bounced: 'failed', expired: 'failed' }[status ?? ''])
      if (relay !== undefined) expect(event?.remoteMta, one.name).toBe(relay)
      expect(event?.recipient, one.name).toBe(/ to=<?([^>,]*)/.exec(one.line)?.[1])
      expect(event?.status, one.name).toBe(/dsn=([\d.]+)/.exec(one.line)?.[1])
    }
  })

  it('that tell a refusal give an inbound event with the client', () => {
    const refusals = whole.filter(({ line }) => /^(?:\w+: )?(?:milter-)?reject: /.test(line) && !line.includes('reject_warning'))
    expect(refusals.length).toBeGreaterThan(8)
    for (const one of refusals) {
      const [event] = read(one).events
      expect(event?.direction, one.name).toBe('inbound')
      const ip = one.results.postfix_client_ip
      if (ip !== undefined) expect(event?.client, one.name).toContain(ip)
    }
  })
})
