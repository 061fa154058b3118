import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { listenSmtp, type Script, type ScriptedServer } from '../../../../tests/smtp/scripted-server.ts'
import type { Budget } from './budget.ts'
import { type PlannerOptions, runProbes } from './planner.ts'
import type { ProbeAnswer } from './probe-answer.ts'
import { openVerifyState, type VerifyState } from './state.ts'
import type { NewTask } from './tasks.ts'

let folder: string
let state: VerifyState
let server: ScriptedServer | undefined

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'whybounce-planner-'))
  state = openVerifyState(join(folder, 'state'))
})
afterEach(async () => {
  state.close()
  await server?.stop()
  server = undefined
  rmSync(folder, { recursive: true, force: true })
})

const task = (address: string, more: Partial<NewTask> = {}): NewTask => {
  const domain = address.slice(address.lastIndexOf('@') + 1)
  return { kind: 'address', mailbox: address, address, domain, operator: domain, hosts: `mx.${domain}`, smtputf8: false, ...more }
}

const generous: Budget = { sessions: 2, perMinute: Number.POSITIVE_INFINITY, perSession: 100 }

const ask = async (script: Script, addresses: readonly (string | NewTask)[], more: Partial<PlannerOptions> = {}) => {
  server = await listenSmtp(script)
  state.add(addresses.map((address) => (typeof address === 'string' ? task(address) : address)))
  return again(more)
}

const again = (more: Partial<PlannerOptions> = {}) =>
  runProbes(state, {
    ehloName: 'prober.example',
    mailFrom: 'probe@prober.example',
    port: server?.port ?? 0,
    hostsOf: async ({ domain }) => [{ name: `mx.${domain}`, preference: 10, addresses: ['127.0.0.1'] }],
    budgetOf: () => generous,
    retryAfter: [20, 20],
    timeouts: { connect: 2_000, greeting: 2_000, command: 1_000 },
    ...more
  })

const answer = (address: string): ProbeAnswer | undefined => state.answer(address, Date.now())
const short = (address: string): string => {
  const { kind, cause, reason, catchAll } = answer(address) ?? { kind: 'none' }
  return [kind, reason ?? cause, catchAll].filter((part) => part !== undefined).join(' ')
}
const recipients = (): string[] =>
  (server?.seen ?? []).filter((line) => line.startsWith('RCPT')).map((line) => line.replace(/^RCPT TO:<|>.*$/g, ''))
const isInvented = (address: string): boolean => /^[a-z]{18}\d{3}@/.test(address)

const known = (...names: readonly string[]): Script => ({
  rcpt: (argument) => (names.some((name) => argument.includes(`<${name}@`)) ? '250 2.1.5 ok' : '550 5.1.1 User unknown')
})

test('a mailbox that is accepted beside an invented one that is refused is told apart from an unknown one; the invented one comes last', async () => {
  await ask(known('ann'), ['ann@one.example', 'bob@one.example'])
  expect(short('ann@one.example')).toBe('accepted false')
  expect(short('bob@one.example')).toBe('refused user-unknown false')
  expect(recipients().map(isInvented)).toEqual([false, false, true])
  expect(server?.connections()).toBe(1)
})

test('a domain that accepts everything is found out once, and remembered', async () => {
  await ask({}, ['ann@all.example', 'bob@all.example'])
  expect(short('ann@all.example')).toBe('accepted true')
  state.add([task('cid@all.example')])
  await again()
  expect(short('cid@all.example')).toBe('accepted true')
  expect(recipients().filter(isInvented)).toHaveLength(1)
})

test('where all are refused no invented mailbox is asked for', async () => {
  await ask(known(), ['ann@one.example', 'bob@one.example'])
  expect(recipients()).toEqual(['ann@one.example', 'bob@one.example'])
})

test('where the invented mailbox gets no clear answer nothing is said of accepting everything', async () => {
  await ask({ rcpt: (argument) => (argument.includes('<ann@') ? '250 ok' : '451 4.3.0 try later') }, ['ann@one.example'])
  expect(short('ann@one.example')).toBe('accepted')
})

test.each([
  ['550 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org', 'ip-blocklisted'],
  ['550 5.7.25 Client host rejected: cannot find your hostname', 'reverse-dns-missing'],
  ['553 5.1.8 Sender address rejected: Domain not found', 'invalid-sender']
])('an answer about us ends all questions to the operator, and nobody is undeliverable: %s', async (reply, cause) => {
  const { blocked } = await ask({ rcpt: reply }, ['a@one.example', 'b@one.example', 'c@one.example'], {
    budgetOf: () => ({ sessions: 1, perMinute: Number.POSITIVE_INFINITY, perSession: 1 })
  })
  expect(recipients()).toHaveLength(1)
  expect(['a', 'b', 'c'].map((name) => short(`${name}@one.example`))).toEqual(Array(3).fill('skipped prober-blocked'))
  expect(blocked.get('one.example')?.cause).toBe(cause)
})

test('one policy refusal may be about one mailbox: only several in a row are taken to be about us', async () => {
  const refusing = { rcpt: '550 5.7.1 Access denied by policy' }
  await ask(refusing, ['a@one.example', 'b@one.example'], { budgetOf: () => ({ ...generous, sessions: 1 }) })
  expect(short('a@one.example')).toMatch(/^unclear/)
  state.add(['c', 'd', 'e', 'f', 'g', 'h'].map((name) => task(`${name}@two.example`)))
  await again({ budgetOf: () => ({ ...generous, sessions: 1, perSession: 1 }) })
  expect(recipients().filter((address) => address.endsWith('two.example')).length).toBeLessThan(6)
  expect(short('h@two.example')).toBe('skipped prober-blocked')
})

test('a greylisted recipient is asked again, with the same sender, and its later answer counts', async () => {
  let asked = 0
  await ask(
    { rcpt: (argument) => (argument.includes('<ann@') ? (++asked === 1 ? '450 4.2.0 Greylisted' : '250 ok') : '550 5.1.1 User unknown') },
    ['ann@one.example']
  )
  expect(short('ann@one.example')).toBe('accepted false')
  expect(answer('ann@one.example')?.attempts).toBe(2)
  expect(new Set(server?.seen.filter((line) => line.startsWith('MAIL')))).toEqual(new Set(['MAIL FROM:<probe@prober.example>']))
})

test('a recipient that stays greylisted is unclear, and never refused', async () => {
  await ask({ rcpt: '450 4.2.0 Greylisted' }, ['ann@one.example'])
  expect(short('ann@one.example')).toBe('unclear greylisted')
  expect(answer('ann@one.example')?.attempts).toBe(3)
})

test('a wait that the server states comes before the schedule; what waits beyond the end is left for the next run', async () => {
  await ask({ rcpt: '450 4.2.0 Greylisted, try again in 300 seconds' }, ['ann@one.example'], { until: Date.now() + 5_000 })
  expect(recipients()).toHaveLength(1)
  const waits = Date.parse(answer('ann@one.example')?.retryAt ?? '') - Date.now()
  expect(waits).toBeGreaterThan(290_000)
  expect(waits).toBeLessThan(310_000)
  expect(state.counts().waiting).toBe(1)
})

test('an unknown mailbox told with a 4xx is asked again before it is believed', async () => {
  await ask({ rcpt: '450 4.1.1 <ann@one.example>: User unknown in local recipient table' }, ['ann@one.example'])
  expect(short('ann@one.example')).toBe('refused user-unknown')
  expect(recipients().length).toBe(3)
})

test.each([
  ['550', 'unclear undetermined'],
  ['550 5.7.1 Relaying denied', 'unclear relay-denied'],
  ['530 5.7.0 Must issue a STARTTLS command first', 'unclear tls-failure'],
  ['452 4.2.2 Mailbox full', 'unclear mailbox-full'],
  ['552 5.2.2 Mailbox full', 'unclear mailbox-full'],
  ['550 5.1.1 User unknown', 'refused user-unknown']
])('%s', async (reply, expected) => {
  await ask({ rcpt: reply }, ['ann@one.example'])
  expect(short('ann@one.example')).toBe(expected)
})

test('a server that wants fewer recipients in a transaction gets them in several', async () => {
  const addresses = Array.from({ length: 12 }, (_, index) => `u${index}@one.example`)
  let inTransaction = 0
  await ask(
    {
      mail: () => {
        inTransaction = 0
        return undefined
      },
      rcpt: () => (++inTransaction > 5 ? '452 4.5.3 Too many recipients' : '550 5.1.1 User unknown')
    },
    addresses
  )
  expect(addresses.map(short)).toEqual(Array(12).fill('refused user-unknown'))
  expect(server?.connections()).toBe(1)
})

test('a connection that breaks after some answers loses none of them, and the rest is asked anew', async () => {
  const addresses = Array.from({ length: 6 }, (_, index) => `u${index}@one.example`)
  await ask({ offers: [], rcpt: (_, before) => (before === 3 ? ['CLOSE'] : '550 5.1.1 User unknown') }, addresses)
  expect(addresses.map(short)).toEqual(Array(6).fill('refused user-unknown'))
})

test.each([
  ['closes at once', { greeting: ['CLOSE'] as const }],
  ['closes at RCPT', { rcpt: ['CLOSE'] as const }],
  ['never greets', { greeting: [] }],
  ['says 421', { greeting: '421 4.3.2 busy' }],
  ['says garbage', { greeting: 'hello, nice to see you' }],
  ['refuses EHLO and HELO', { ehlo: '451 no', helo: '451 no' }],
  ['drips', { greeting: [{ drip: '220 hello', every: 400 }] as const }]
])('a server that %s makes nobody undeliverable', async (_, script) => {
  await ask(script, ['a@one.example', 'b@one.example'], { timeouts: { connect: 500, greeting: 300, command: 300 } })
  for (const address of ['a@one.example', 'b@one.example']) expect(answer(address)?.kind).toMatch(/^(?:no-answer|unclear|skipped)$/)
  expect(state.counts().waiting).toBe(0)
})

test('a rate limit pauses the operator and is no attempt of the address', async () => {
  let asked = 0
  await ask(
    { rcpt: () => (++asked === 1 ? '450 4.7.0 Too many messages from your IP, rate limit exceeded, retry in 1 seconds' : '250 ok') },
    ['a@one.example']
  )
  expect(short('a@one.example')).toBe('accepted true')
  expect(answer('a@one.example')?.attempts).toBe(1)
})

test('an operator that asks for slowness again and again is left alone', async () => {
  const { blocked } = await ask({ rcpt: '450 4.7.0 Too many messages from your IP, rate limit exceeded, retry in 1 seconds' }, [
    'a@one.example'
  ])
  expect(blocked.get('one.example')?.cause).toBe('rate-limited')
  expect(answer('a@one.example')?.kind).toBe('unclear')
  expect(state.counts().waiting).toBe(0)
})

test('an address with letters outside ASCII is only given to a server that offers SMTPUTF8', async () => {
  await ask({ offers: ['SMTPUTF8'], ...known('ann', Buffer.from('jürgen').toString('latin1')) }, [
    task('jürgen@one.example', { smtputf8: true }),
    'ann@one.example'
  ])
  expect(short('jürgen@one.example')).toMatch(/^accepted/)
  expect(server?.seen).toContain('MAIL FROM:<probe@prober.example> SMTPUTF8')
  await server?.stop()
  await ask({ offers: [] }, [task('jörg@two.example', { smtputf8: true })])
  expect(short('jörg@two.example')).toBe('skipped smtputf8-not-offered')
})

test('no operator gets more sessions at once, nor more recipients in a session, than its budget', async () => {
  const addresses = Array.from({ length: 30 }, (_, index) => `u${index}@one.example`)
  const perConnection: number[] = []
  await ask(
    {
      ehlo: () => {
        perConnection.push(0)
        return undefined
      },
      rcpt: '550 5.1.1 User unknown'
    },
    addresses,
    { budgetOf: () => ({ sessions: 1, perMinute: Number.POSITIVE_INFINITY, perSession: 7 }) }
  )
  expect(perConnection).toHaveLength(Math.ceil(30 / 7))
  expect(addresses.map(short)).toEqual(Array(30).fill('refused user-unknown'))
})

test('the budget of a minute holds over a restart, and what it does not allow waits for the next run', async () => {
  const addresses = Array.from({ length: 10 }, (_, index) => `u${index}@one.example`)
  const budgetOf = (): Budget => ({ sessions: 1, perMinute: 4, perSession: 4 })
  await ask({ rcpt: '550 5.1.1 User unknown' }, addresses, { budgetOf, until: Date.now() + 2_000 })
  expect(recipients()).toHaveLength(4)
  state.close()
  state = openVerifyState(join(folder, 'state'))
  await again({ budgetOf, until: Date.now() + 500 })
  expect(recipients()).toHaveLength(4)
  expect(state.counts()).toEqual({ waiting: 6, done: 4 })
})

test('a process that dies in the middle asks nothing again of which it had the answer', async () => {
  const addresses = Array.from({ length: 40 }, (_, index) => `u${index}@one.example`)
  const stop = new AbortController()
  const budgetOf = (): Budget => ({ sessions: 1, perMinute: Number.POSITIVE_INFINITY, perSession: 10 })
  await ask({ rcpt: '550 5.1.1 User unknown' }, addresses, {
    budgetOf,
    signal: stop.signal,
    onSession: () => stop.abort(new Error('killed'))
  }).catch(() => undefined)
  const first = recipients().length
  state.close()
  state = openVerifyState(join(folder, 'state'))
  await again({ budgetOf })
  expect(first).toBeGreaterThan(0)
  expect(first).toBeLessThan(40)
  expect(addresses.map(short)).toEqual(Array(40).fill('refused user-unknown'))
  expect(recipients()).toHaveLength(40)
})

test.each([
  '550-Verification failed for <probe@prober.example>\n550-Response: 550 5.1.1 User unknown\n550 Sender verify failed',
  '550 Return address <probe@prober.example> is undeliverable: 550 5.1.1 User unknown',
  '550 probe@prober.example: no such user',
  '550 Domain prober.example does not exist',
  '450 4.1.2 <ann@one.example>: Recipient address rejected: Domain not found',
  '550 unknown host',
  '451 user lookup failed: user unknown or LDAP unavailable',
  '450 4.3.2 Recipient unknown at this time: directory service down',
  '450 4.2.1 <ann@one.example>: account temporarily disabled for maintenance',
  '550 5.1.1 Rejected by Spamhaus',
  '550 Directory harvest attack: User unknown',
  '550 5.1.1 Too many user unknown; your IP is blocked',
  '550 5.1.1 Please try again later',
  '550 Requested action not taken: mailbox unavailable',
  '535 5.7.8 user unknown',
  '354 5.1.1 user unknown',
  '999 5.1.1 user unknown',
  'user unknown 550 5.1.1'
])('nobody is dead for an answer that speaks of us, of the moment, or of nothing: %s', async (reply) => {
  await ask({ rcpt: reply.replaceAll('\n', '\r\n') }, ['ann@one.example'], { retryAfter: [10] })
  expect(answer('ann@one.example')?.kind).not.toBe('refused')
  expect(answer('ann@one.example')?.kind).not.toBe('accepted')
})

test.each([
  '550 5.1.1 <ann@one.example>: Recipient address rejected: User unknown in relay recipient table',
  '550 5.1.1 <ann@one.example>: Recipient address rejected: undeliverable address: host 192.0.2.1[192.0.2.1] said: 550 5.1.1 User unknown (in reply to RCPT TO command)',
  '550 No such user here',
  '550 Unrouteable address',
  '553 sorry, no mailbox here by that name (#5.1.1 - chkuser)'
])('an answer that speaks of the mailbox is believed: %s', async (reply) => {
  await ask({ rcpt: reply }, ['ann@one.example'], { retryAfter: [10] })
  expect(answer('ann@one.example')?.kind).toBe('refused')
})

test('a domain with more addresses than a minute allows is found to accept everything in its first session', async () => {
  const addresses = Array.from({ length: 40 }, (_, index) => `u${index}@one.example`)
  await ask({}, addresses, { budgetOf: () => ({ sessions: 2, perMinute: 12, perSession: 6 }), until: Date.now() + 1_500 })
  expect(recipients().some(isInvented)).toBe(true)
  expect(state.catchAll('one.example', Date.now())).toBe(true)
})

test('a session holds no more recipients than its budget, invented ones included', async () => {
  const perSession: number[] = []
  await ask(
    {
      ehlo: () => {
        perSession.push(0)
        return undefined
      },
      rcpt: () => {
        perSession[perSession.length - 1] = (perSession.at(-1) ?? 0) + 1
        return '250 ok'
      }
    },
    Array.from({ length: 9 }, (_, index) => task(`ann@d${index}.example`, { operator: 'one', hosts: 'mx.one' })),
    {
      budgetOf: () => ({ sessions: 1, perMinute: Number.POSITIVE_INFINITY, perSession: 5 }),
      hostsOf: async () => [{ name: 'mx.one', preference: 10, addresses: ['127.0.0.1'] }]
    }
  )
  expect(Math.max(...perSession)).toBeLessThanOrEqual(5)
  expect(short('ann@d8.example')).toBe('accepted true')
})

test('sessions that fail together are one attempt, and nobody ends without having been asked', async () => {
  let greetings = 0
  await ask(
    { greeting: () => (++greetings <= 3 ? '421 4.3.2 busy' : undefined), rcpt: '550 5.1.1 User unknown' },
    Array.from({ length: 30 }, (_, index) => `u${index}@one.example`),
    {
      budgetOf: () => ({ sessions: 3, perMinute: Number.POSITIVE_INFINITY, perSession: 5 }),
      retryAfter: [100, 100, 100]
    }
  )
  expect(Array.from({ length: 30 }, (_, index) => short(`u${index}@one.example`))).toEqual(Array(30).fill('refused user-unknown'))
})

test('two spellings of a mailbox are one question', async () => {
  await ask({ rcpt: '550 5.1.1 User unknown' }, [task('ann@one.example'), task('Ann@one.example', { mailbox: 'ann@one.example' })])
  expect(recipients()).toEqual(['ann@one.example'])
})

test('a new run asks anew where it was blocked, and keeps what is sure', async () => {
  await ask({ rcpt: '550 5.7.1 Client host [192.0.2.1] blocked using zen.spamhaus.org' }, ['ann@one.example'])
  state.renew(Date.now())
  expect(state.counts().waiting).toBe(1)
  await server?.stop()
  await ask({ rcpt: '550 5.1.1 User unknown' }, [])
  expect(short('ann@one.example')).toBe('refused user-unknown')
  state.renew(Date.now())
  expect(state.counts().waiting).toBe(0)
})

test('a state that another run has open is refused', () => {
  expect(() => openVerifyState(join(folder, 'state'))).toThrow(/locked/)
})

test('what one host says of an invented mailbox proves nothing about an answer of another', () => {
  const invented = { ...task('qwertyuiopasdfghjk123@one.example'), kind: 'control' as const }
  state.add([task('ann@one.example'), invented])
  const [control, address] = state.claim('one.example', Date.now(), 2)
  if (control === undefined || address === undefined) throw new Error('no tasks')
  expect(control.kind).toBe('control')
  const at = new Date().toISOString()
  state.record([
    { task: control, answer: { kind: 'refused', cause: 'user-unknown', host: 'mx1.one.example', at, attempts: 1 } },
    { task: address, answer: { kind: 'accepted', host: 'mx2.one.example', at, attempts: 1 } }
  ])
  expect(short('ann@one.example')).toBe('accepted')
  state.record([{ task: address, answer: { kind: 'accepted', host: 'mx1.one.example', at, attempts: 1 } }])
  expect(short('ann@one.example')).toBe('accepted false')
})
