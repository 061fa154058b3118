import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Report } from '@whybounce/core/report'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Accepted } from './logs/hand-in.ts'
import { type LogLab, startLogLab, whyNoLogLab } from './logs/lab.ts'
import { failingDomain, missingDomain } from './logs/receivers.ts'
import { noticesDue, sendAll, waiting } from './logs/send-all.ts'
import type { Sender } from './logs/sender.ts'

/** A real Postfix and a real Exim send, servers accept and refuse, and what the logs are read as must be what happened. */
const reason = whyNoLogLab()
if (reason !== undefined && process.env.CI !== undefined) throw new Error(`the lab must run here: ${reason}`)
const skipped = reason === undefined ? '' : ` (skipped: ${reason})`
const bin = join(import.meta.dirname, '..', 'packages/cli/bin/whybounce.mjs')

type Event = Readonly<Record<'direction' | 'kind' | 'outcome' | 'recipient' | 'cause' | 'party', string>> & {
  readonly detail: string | null
  readonly diagnosticCode: string | null
  readonly remoteMta: string | null
  readonly sender: string | null
}

type Seen = {
  readonly sender: Sender
  readonly refused: Accepted
  readonly events: readonly Event[]
}

type Trace = { readonly messages: readonly { readonly outcome: string; readonly attempts: readonly { readonly kind: string }[] }[] }

const run = (...args: readonly string[]): string => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], { encoding: 'utf8', maxBuffer: 50_000_000 })
  if (status !== 0) throw new Error(`whybounce ${args.join(' ')} ended with ${status}: ${stderr}`)
  return stdout
}

/** What is to be read, by the recipient's domain. */
const expected: readonly {
  readonly domain: string
  readonly cause: string
  readonly detail?: string
  readonly party: string
  readonly end: string
}[] = [
  { domain: 'unknown.example', cause: 'user-unknown', party: 'list-owner', end: 'lost' },
  { domain: 'full.example', cause: 'mailbox-full', party: 'recipient', end: 'lost' },
  { domain: 'listed.example', cause: 'ip-blocklisted', party: 'sender-admin', end: 'lost' },
  { domain: 'unauthenticated.example', cause: 'authentication-failed', detail: 'none', party: 'sender-admin', end: 'lost' },
  { domain: 'small.example', cause: 'message-too-large', party: 'sender-content', end: 'lost' },
  { domain: 'stuck.example', cause: 'system-unavailable', detail: 'misconfigured', party: 'receiving-admin', end: 'lost' },
  { domain: 'grey.example', cause: 'greylisted', party: 'nobody', end: 'recovered' },
  { domain: 'busy.example', cause: 'rate-limited', detail: 'messages', party: 'sender-admin', end: 'waiting' },
  { domain: 'closed.example', cause: 'connection-failed', detail: 'refused', party: 'nobody', end: 'waiting' },
  { domain: failingDomain, cause: 'dns-failure', party: 'receiving-admin', end: 'waiting' }
]

let lab: LogLab
const seen = new Map<string, Seen>()
const of = (name: string): Seen => {
  const found = seen.get(name)
  if (found === undefined) throw new Error(`${name} did not run`)
  return found
}

const reports = new Map<string, Report>()
/** `whybounce report` over files and folders; of the same ones once. */
const reportOf = (...paths: readonly string[]): Report => {
  const key = paths.join('\n')
  const report: Report = reports.get(key) ?? JSON.parse(run('report', ...paths, '--json'))
  reports.set(key, report)
  return report
}

beforeAll(async () => {
  if (reason !== undefined) return
  lab = await startLogLab()
  for (const sender of lab.senders) {
    const refused = await sendAll(lab, sender)
    const events: readonly Event[] = run('events', sender.log, '--json', '--quiet')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    seen.set(sender.name, { sender, refused, events })
  }
})
afterAll(() => lab?.stop())

const outboundTo = ({ events }: Seen, recipient: string): readonly Event[] =>
  events.filter((event) => event.direction === 'outbound' && event.recipient === recipient)

const kindOf = (reply: string): string => ({ 2: 'delivered', 4: 'delayed' })[reply.charAt(0)] ?? 'failed'

describe.skipIf(reason !== undefined).each(['postfix', 'exim'])(`the log of %s${skipped}`, (name) => {
  test('tells of each attempt what the receiving server said, in its order', () => {
    const said = new Map<string, string[]>()
    for (const { recipient, reply } of lab.verdicts())
      if (recipient?.includes(name)) said.set(recipient, [...(said.get(recipient) ?? []), reply])
    expect(said.size).toBe(11)
    for (const [recipient, replies] of said) {
      const told = outboundTo(of(name), recipient).filter(({ outcome }) => outcome !== 'expired')
      expect(
        told.map(({ kind }) => kind),
        recipient
      ).toEqual(replies.map(kindOf))
      for (const [index, reply] of replies.entries()) expect(told[index]?.diagnosticCode).toContain(reply.split('\r\n')[0])
    }
  })

  test('gives each failure its cause, and who must act', () => {
    expect(of(name).events.filter(({ kind }) => kind === 'failed').length).toBeGreaterThan(5)
    for (const { domain, cause, detail, party } of expected)
      for (const event of outboundTo(of(name), `${name}@${domain}`).filter(({ kind }) => kind !== 'delivered'))
        expect([event.cause, event.detail ?? undefined, event.party], domain).toEqual([cause, detail, party])
    // Exim has the same words for a domain that does not exist and a mailbox that does not.
    const missing = outboundTo(of(name), `${name}@${missingDomain}`)
    expect(missing.map(({ kind, cause }) => [kind, cause])).toEqual([['failed', name === 'postfix' ? 'domain-not-found' : 'user-unknown']])
  })

  test('tells who sent it', () => {
    const failed = of(name).events.filter(({ direction, kind }) => direction === 'outbound' && kind !== 'delivered')
    expect(new Set(failed.map(({ sender }) => sender))).toEqual(new Set(['news@sender-lab.example']))
  })

  test('leaves no line unread, and each is counted', () => {
    const { sender } = of(name)
    const report = reportOf(sender.log)
    expect(report.lines.unread).toBe(0)
    expect(report.lines.samples).toEqual([])
    expect(report.lines.total).toBe(readFileSync(sender.log, 'utf8').trimEnd().split('\n').length)
    expect(report.files).toMatchObject([{ format: name, problem: null }])
    expect(report.limits).toEqual([])
  })

  test('counts messages by their end, and attempts each', () => {
    const { sender, events } = of(name)
    const report = reportOf(sender.log)
    // Delivered: accepted at once, after greylisting, two of three together, and the notices.
    const delivered = 4 + noticesDue
    expect(report.messages).toMatchObject({ delivered, deferred: 3, bounced: 7, expired: 2 })
    const deferrals = events.filter(({ kind }) => kind === 'delayed').length
    expect(report.attempts).toMatchObject({ delivered, deferred: deferrals, bounced: 7, expired: 2 })
    expect(deferrals).toBeGreaterThanOrEqual(2 * waiting(sender).length + 3)
  })

  test('a message that was greylisted and then delivered is one delivered message with a deferral', () => {
    const report = reportOf(of(name).sender.log)
    const refusals = lab.verdicts().filter(({ recipient, reply }) => recipient === `${name}@grey.example` && reply.startsWith('450'))
    expect(report.causes.filter(({ cause }) => cause === 'greylisted')).toMatchObject([
      { messages: 1, attempts: refusals.length, recovered: 1, lost: 0, waiting: 0, needs: 'nothing' }
    ])
    expect(refusals.length).toBe(1)
  })

  test('has a row for each cause, with what became of its messages', () => {
    const report = reportOf(of(name).sender.log)
    const messagesOf: Readonly<Record<string, number>> = { 'user-unknown': name === 'postfix' ? 2 : 3, 'system-unavailable': 2 }
    for (const { cause, detail, party, end } of expected) {
      const messages = messagesOf[cause] ?? 1
      const rows = report.causes.filter((row) => row.cause === cause)
      expect(
        rows.map((row) => [row.detail ?? undefined, row.party, row.messages, row.lost, row.waiting, row.recovered]),
        cause
      ).toEqual([
        [detail, party, messages, end === 'lost' ? messages : 0, end === 'waiting' ? messages : 0, end === 'recovered' ? messages : 0]
      ])
    }
  })

  test('is traced by recipient: each attempt, and the end', () => {
    const { sender } = of(name)
    const traced = (recipient: string): Trace => JSON.parse(run('trace', recipient, sender.log, '--json'))
    const kinds = ({ messages }: Trace): unknown => messages.map(({ outcome, attempts }) => [outcome, attempts.map(({ kind }) => kind)])
    expect(kinds(traced(`${name}@accepts.example`))).toEqual([['delivered', ['delivered']]])
    expect(kinds(traced(`${name}@grey.example`))).toEqual([['delivered', ['delayed', 'delivered']]])
    expect(kinds(traced(`${name}@full.example`))).toEqual([['failed', ['failed']]])
    expect(traced(`${name}@stuck.example`).messages).toMatchObject([{ outcome: 'expired', sender: 'news@sender-lab.example' }])
    expect(traced(`${name}@closed.example`).messages).toMatchObject([{ outcome: 'pending' }])
  })

  test('what it refused from others is told apart', () => {
    const { sender, refused, events } = of(name)
    const report = reportOf(sender.log)
    const replies = Object.entries(refused.recipients)
    expect(replies.every(([, reply]) => reply.startsWith('5'))).toBe(true)
    const inbound = events.filter(({ direction }) => direction === 'inbound')
    expect(inbound.map(({ recipient, cause }) => [recipient, cause])).toEqual([
      ['somebody@elsewhere.example', 'relay-denied'],
      ['nobody@sender-lab.example', 'user-unknown']
    ])
    expect(report.inboundRefused).toBe(replies.length)
    expect(report.inbound.map(({ cause, refused: count }) => [cause, count]).sort()).toEqual([
      ['relay-denied', 1],
      ['user-unknown', 1]
    ])
  })
})

test.skipIf(reason !== undefined)(`servers that hang up before a recipient is named are met as often as the logs say${skipped}`, () => {
  const said = lab.verdicts().filter(({ domain }) => domain === 'busy.example').length
  expect(['postfix', 'exim'].flatMap((name) => outboundTo(of(name), `${name}@busy.example`)).length).toBe(said)
})

test.skipIf(reason !== undefined)(`both logs together are the sum of each${skipped}`, () => {
  const [one, other] = ['postfix', 'exim'].map((name) => reportOf(of(name).sender.log))
  const both = reportOf(...lab.senders.map(({ log }) => log))
  for (const name of ['delivered', 'deferred', 'bounced', 'expired'] as const) {
    expect(both.messages[name]).toBe((one?.messages[name] ?? 0) + (other?.messages[name] ?? 0))
    expect(both.attempts[name]).toBe((one?.attempts[name] ?? 0) + (other?.attempts[name] ?? 0))
  }
})

test.skipIf(reason !== undefined)(`a folder of Exim's logs tells each refusal once, though the reject log repeats it${skipped}`, () => {
  const { log } = of('exim').sender
  const report = reportOf(join(log, '..'))
  expect(report.inboundRefused).toBe(2)
  expect(report.messages).toEqual(reportOf(log).messages)
})
