import type { Finding, FindingCode } from '@whybounce/core/finding'
import { afterEach, describe, expect, it } from 'vitest'
import { runCheck } from '../../../../../tests/doctor/run-check.ts'
import { listenSmtp, type Script, type ScriptedServer } from '../../../../../tests/smtp/scripted-server.ts'
import type { SmtpReply } from '../../smtp/dialogue.ts'
import { recipientCheck } from './recipient-check.ts'
import { judgeRelay, relayCheck } from './relay-check.ts'

const servers: ScriptedServer[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop()
})
const serve = async (script: Script): Promise<ScriptedServer> => {
  const server = await listenSmtp(script)
  servers.push(server)
  return server
}
const codesOf = (found: readonly Finding[]): readonly FindingCode[] => found.map(({ code }) => code)

/** By recipient; the others are unknown users. */
const users =
  (...known: readonly (readonly [string, string])[]) =>
  (argument: string): string =>
    known.find(([user]) => argument.includes(`<${user}@`))?.[1] ?? '550 5.1.1 No such user here'
const ok = '250 2.1.5 ok'
const roles = [
  ['postmaster', ok],
  ['abuse', ok]
] as const

const run = async (script: Script, address?: string): Promise<{ readonly found: readonly Finding[]; readonly seen: readonly string[] }> => {
  const server = await serve(script)
  const target =
    address === undefined
      ? ({ kind: 'domain', domain: 'example.com' } as const)
      : ({ kind: 'address', address, domain: 'example.com' } as const)
  const found = await runCheck(recipientCheck, target, {
    before: (context) => {
      const at = { host: 'mx.example.com', address: '127.0.0.1', port: server.port, implicitTls: false, role: 'mx' as const }
      void context.once('servers', async () => ({ servers: [at], withoutIpv6: [], notAllowed: [] }))
    }
  })
  return { found, seen: server.seen }
}

it('what broke the dialogue off is told', async () => {
  const { found } = await run({ rcpt: [{ flood: 200_000, of: '550-x\r\n' }] })
  expect(found.find(({ code }) => code === 'server.rcpt-unknown')?.evidence).toEqual([expect.stringContaining('more than 65536 bytes')])
})

const both: readonly FindingCode[] = ['server.postmaster-accepted', 'server.abuse-accepted']

describe('a domain', () => {
  it.each<[string, Script, readonly FindingCode[]]>([
    ['takes both', { rcpt: users(...roles) }, both],
    ['has no postmaster', { rcpt: users(['abuse', ok]) }, ['server.postmaster-refused', 'server.abuse-accepted']],
    ['has no abuse', { rcpt: users(['postmaster', ok]) }, ['server.postmaster-accepted', 'server.abuse-refused']],
    ['greylists', { rcpt: '451 4.7.1 Greylisted, please try again in 300 seconds' }, ['server.greylists']],
    ['limits the rate', { rcpt: '450 4.7.1 Error: too much mail from 192.0.2.1' }, ['server.rate-limits']],
    [
      'blocks us at RCPT',
      { rcpt: '554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org' },
      ['server.refuses-our-address']
    ],
    [
      'refuses our EHLO name at RCPT',
      { rcpt: '504 5.5.2 <probe>: Helo command rejected: need fully-qualified hostname' },
      ['server.ehlo-refused']
    ],
    ['has a problem', { rcpt: '451 4.3.0 Temporary lookup failure' }, ['server.recipient-unclear', 'server.recipient-unclear']],
    [
      'refuses bounces',
      { mail: (from) => (from.includes('<>') ? '550 5.7.1 no null senders' : ok), rcpt: users(...roles) },
      ['server.null-sender-refused', ...both]
    ],
    ['refuses all senders', { mail: '550 5.1.8 Sender refused' }, ['server.refuses', 'server.rcpt-unknown']],
    [
      'refuses bounces in words that sound like a blame of the sender',
      { mail: (from) => (from.includes('<>') ? '550 5.7.1 Null sender not accepted here' : ok), rcpt: users(...roles) },
      ['server.null-sender-refused', ...both]
    ],
    [
      'refuses each sender for its own reason',
      { mail: (from) => (from.includes('<>') ? '550 5.7.1 no null senders' : '550 5.1.8 Domain of sender not found') },
      ['server.null-sender-refused', 'server.sender-refused', 'server.rcpt-unknown']
    ],
    ['wants a login at MAIL', { mail: '530 5.7.1 Client was not authenticated' }, ['server.wants-login', 'server.rcpt-unknown']],
    ['wants a login at RCPT', { rcpt: '550 authentication required' }, ['server.wants-login']],
    ['wants TLS that did not come about', { mail: '530 5.7.0 Must issue a STARTTLS command first' }, ['server.rcpt-unknown']],
    ['does not know the domain', { rcpt: '554 5.7.1 <x@example.com>: Relay access denied' }, ['server.recipient-domain-refused']],
    [
      'does not know the domain (Exchange)',
      { rcpt: '550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain' },
      ['server.recipient-domain-refused']
    ],
    [
      'relays one and not the other',
      { rcpt: users(['postmaster', ok], ['abuse', '550 relay not permitted']) },
      ['server.postmaster-accepted', 'server.abuse-refused']
    ],
    [
      'refuses for a reason that names our address',
      { rcpt: '554 5.7.1 Message refused, policy 12 (client 192.0.2.9)' },
      ['server.recipient-unclear', 'server.recipient-unclear']
    ],
    [
      'names our address beside an unknown user',
      { rcpt: '550 5.1.1 User unknown; rejecting 192.0.2.9' },
      ['server.postmaster-refused', 'server.abuse-refused']
    ],
    [
      'bans our address at RCPT',
      {
        rcpt: '550 5.7.606 Access denied, banned sending IP [192.0.2.1]. To request removal from this list please visit https://sender.office.com/'
      },
      ['server.refuses-our-address']
    ],
    ['ends at MAIL', { mail: ['421 4.3.0 bye', 'CLOSE'] }, ['server.refuses-for-now', 'server.rcpt-unknown']],
    ['breaks off at RCPT', { rcpt: ['CLOSE'] }, ['server.rcpt-unknown']],
    ['does not talk', { greeting: ['CLOSE'] }, ['server.rcpt-unknown']],
    ['refuses the connection', { greeting: '554 no' }, ['server.rcpt-unknown']],
    ['has a broken handshake', { offers: ['STARTTLS'], starttls: ['220 go', { wait: 20 }, 'CLOSE'], rcpt: users(...roles) }, both]
  ])('that %s', async (_name, script, codes) => {
    const { found, seen } = await run(script)
    expect(codesOf(found)).toEqual(codes)
    expect(seen.filter((line) => /^(?:DATA|BDAT)/i.test(line))).toEqual([])
  })

  it('that greylists tells how long to wait', async () => {
    const { found } = await run({ rcpt: '451 4.7.1 Greylisted, please try again in 300 seconds' })
    expect(found[0]).toMatchObject({ verdict: 'unknown', cause: 'greylisted', fix: expect.stringContaining('in 5 minutes') })
  })
})

describe('an address', () => {
  it.each<[string, Script, readonly FindingCode[]]>([
    ['is taken', { rcpt: users(...roles, ['john', ok]) }, [...both, 'server.recipient-accepted']],
    ['is unknown', { rcpt: users(...roles) }, [...both, 'server.recipient-refused']],
    ['has a full mailbox', { rcpt: users(...roles, ['john', '552 5.2.2 Mailbox is full']) }, [...both, 'server.recipient-refused']],
    ['is taken like any other', { rcpt: ok }, [...both, 'server.takes-any-recipient']],
    [
      'is taken, and nobody knows about others',
      { rcpt: (argument) => (/<(?:john|abuse|postmaster)@/.test(argument) ? ok : '451 4.3.0 try later') },
      [...both, 'server.recipient-unclear']
    ],
    [
      'is refused for another reason',
      { rcpt: users(...roles, ['john', '550 5.7.1 Message refused by policy']) },
      [...both, 'server.recipient-unclear']
    ],
    [
      'is refused for our address',
      { rcpt: users(...roles, ['john', '550 5.7.1 your IP is listed at zen.spamhaus.org, blocked using it']) },
      [...both, 'server.refuses-our-address']
    ]
  ])('that %s', async (_name, script, codes) => {
    expect(codesOf((await run(script, 'john@example.com')).found)).toEqual(codes)
  })

  it('that is unknown has the cause in the words of the server', async () => {
    const { found } = await run({ rcpt: users(...roles) }, 'john@example.com')
    expect(found.at(-1)).toMatchObject({
      cause: 'user-unknown',
      harm: 'all',
      evidence: ['RCPT TO:<john@example.com>', '550 5.1.1 No such user here']
    })
  })
})

describe('a relay', () => {
  const at = { host: 'mx.example.com', address: '192.0.2.1', port: 25, implicitTls: false, role: 'target' as const }
  const reply = (code: number): SmtpReply => ({ stage: 'rcpt', code, text: `${code} said`, took: 1 })
  const forms = [
    { recipient: 'a@example.net', local: false },
    { recipient: 'a%example.net@mx.example.com', local: true }
  ]
  it.each<[string, readonly (readonly [string, number])[], boolean, FindingCode]>([
    [
      'that refuses all',
      [
        ['a@example.net', 554],
        ['a%example.net@mx.example.com', 550],
        ['control', 550]
      ],
      false,
      'server.no-relay'
    ],
    [
      'that takes any',
      [
        ['a@example.net', 250],
        ['a%example.net@mx.example.com', 250],
        ['control', 250]
      ],
      false,
      'server.open-relay'
    ],
    [
      'that takes any from its own network',
      [
        ['a@example.net', 250],
        ['a%example.net@mx.example.com', 250],
        ['control', 550]
      ],
      true,
      'server.relay-trusted'
    ],
    [
      'that falls for a trick',
      [
        ['a@example.net', 554],
        ['a%example.net@mx.example.com', 250],
        ['control', 550]
      ],
      false,
      'server.open-relay'
    ],
    [
      'that takes any mailbox of its own',
      [
        ['a@example.net', 554],
        ['a%example.net@mx.example.com', 250],
        ['control', 250]
      ],
      false,
      'server.relay-unknown'
    ],
    [
      'that is not sure',
      [
        ['a@example.net', 451],
        ['a%example.net@mx.example.com', 554],
        ['control', 550]
      ],
      false,
      'server.relay-unknown'
    ],
    ['that broke off', [], false, 'server.relay-unknown']
  ])('%s', (_name, replies, inside, code) => {
    const said = new Map(replies.map(([recipient, answer]) => [recipient, reply(answer)] as const))
    expect(judgeRelay(at, forms, said, 'control', inside).code).toBe(code)
  })

  it.each<[string, Script, FindingCode]>([
    ['that is closed', { rcpt: '554 5.7.1 Relay access denied' }, 'server.no-relay'],
    ['that is open to this machine', { rcpt: ok }, 'server.relay-trusted'],
    ['that refuses the sender', { mail: '550 5.7.1 no' }, 'server.relay-unknown']
  ])('%s is asked without a message', async (_name, script, code) => {
    const server = await serve(script)
    const found = await runCheck(relayCheck, { kind: 'host', host: '127.0.0.1', port: server.port }, { options: { relayTest: true } })
    expect(codesOf(found)).toEqual([code])
    expect(server.seen.filter((line) => /^(?:DATA|BDAT)/i.test(line))).toEqual([])
    expect(server.connections()).toBe(2)
  })

  it('is not asked unless told', () => {
    const target = { kind: 'host', host: '127.0.0.1' } as const
    return expect(runCheck(relayCheck, target)).rejects.toThrow('does not want')
  })
})
