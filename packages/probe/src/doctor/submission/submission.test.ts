import { createHmac } from 'node:crypto'
import { type Finding, type FindingCode, type FindingDetails, finding } from '@whybounce/core/finding'
import { afterEach, describe, expect, it, test } from 'vitest'
import { type DnsServer, startDnsServer } from '../../../../../tests/dns/dns-server.ts'
import { makeCertificates } from '../../../../../tests/smtp/certificates.ts'
import { type LoginScript, type LoginServer, listenLogin } from '../../../../../tests/smtp/login-server.ts'
import { openResolver } from '../../dns/resolver.ts'
import { openDialogue } from '../../smtp/dialogue.ts'
import type { Context, DoctorOptions, Report } from '../check.ts'
import { openContext } from '../context.ts'
import { submissionChecks } from './checks.ts'
import { base64, plainMessage } from './sasl.ts'

const certificates = makeCertificates()
const credentials = { user: 'john@example.com', password: 'Tr0ub4dor&3-staple' }
const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

const serve = async (script: LoginScript): Promise<LoginServer> => {
  const server = await listenLogin(script)
  closing.push(server.stop)
  return server
}

type Asked = {
  readonly host?: string
  readonly options?: Partial<DoctorOptions>
  /** The port that the host has in the examination, where it is not the server's. */
  readonly as?: number
}

/**
 * Runs the checks against a server that stands at 192.0.2.1 for them: connections to that address lead to 127.0.0.1, as behind a
 * router. With the host `127.0.0.1` it is on the loopback.
 */
const examine = async (
  server: LoginServer,
  { host = 'mail.example.com', options = {}, as = server.port }: Asked = {}
): Promise<readonly Finding[]> => {
  const dns: DnsServer = await startDnsServer({ [`${host} A`]: ['192.0.2.1'] })
  closing.push(dns.close)
  const { context, add, close } = openContext(
    {
      target: { kind: 'host', host, port: as },
      resolver: openResolver({ servers: [dns.address] }),
      ehloName: 'probe.example.com',
      roots: [certificates.authority.cert],
      allowPrivate: true,
      ...options
    },
    10_000
  )
  closing.push(close)
  const routed: Context = {
    ...context,
    open: (dialogue) =>
      openDialogue({
        ...dialogue,
        address: '127.0.0.1',
        port: server.port,
        ehloName: 'probe.example.com',
        roots: [certificates.authority.cert],
        signal: context.signal
      })
  }
  const found: Finding[] = []
  for (const check of submissionChecks) {
    if (!check.wanted(routed)) continue
    const report: Report = (
      what: Finding | FindingCode,
      evidence: readonly string[] = [],
      values?: Readonly<Record<string, string>>,
      details?: FindingDetails
    ) => {
      const one = typeof what === 'string' ? finding(what, evidence, values, details) : what
      found.push(one)
      add(one)
    }
    await check.run(routed, report)
  }
  return found
}

const codes = (found: readonly Finding[]): readonly FindingCode[] => found.map(({ code }) => code)
const withLogin: Partial<DoctorOptions> = { credentials }
const good = { tls: certificates.good } as const
const acceptPlain: NonNullable<LoginScript['auth']> = (line) =>
  line === `PLAIN ${plainMessage(credentials.user, credentials.password)}` ? '235 2.7.0 Authentication successful' : '535 5.7.8 no'

describe('what is offered', () => {
  it.each<[string, LoginScript, Asked, readonly FindingCode[]]>([
    ['a login inside STARTTLS alone', { ...good, inside: 'PLAIN LOGIN' }, {}, ['auth.offered']],
    ['a login inside TLS from the first byte', { ...good, implicit: true, inside: 'PLAIN LOGIN' }, { as: 465 }, ['auth.offered']],
    [
      'a login before TLS that takes passwords',
      { ...good, before: 'PLAIN', inside: 'PLAIN', auth: (_, ask) => ask('').then(() => '501 5.7.0 cancelled') },
      {},
      ['auth.offered', 'auth.clear']
    ],
    [
      'a login before TLS that takes none there',
      { ...good, before: 'PLAIN LOGIN', inside: 'PLAIN LOGIN', auth: () => '530 5.7.0 Must issue a STARTTLS command first' },
      {},
      ['auth.offered', 'auth.clear-refused']
    ],
    [
      'a login before TLS that cannot be tried now',
      { ...good, before: 'LOGIN', inside: 'LOGIN', auth: () => '454 4.7.0 busy' },
      {},
      ['auth.offered', 'auth.clear-unknown']
    ],
    [
      'a login before TLS that cuts the connection',
      { ...good, before: 'LOGIN', inside: 'LOGIN', auth: () => undefined },
      {},
      ['auth.offered', 'auth.clear-unknown']
    ],
    ['a login before TLS that shows no password', { ...good, before: 'SCRAM-SHA-256', inside: 'PLAIN' }, {}, ['auth.offered']],
    ['a login on the loopback without TLS', { before: 'PLAIN' }, { host: '127.0.0.1' }, ['auth.offered']],
    ['DIGEST-MD5', { ...good, inside: 'DIGEST-MD5 PLAIN' }, {}, ['auth.offered', 'auth.digest-md5']],
    ['nothing on port 25', good, { as: 25 }, []],
    ['nothing on a port of its own', good, {}, []],
    ['nothing on port 587', good, { as: 587 }, ['auth.no-login']],
    ['nothing on port 587, and no TLS', {}, { as: 587 }, ['auth.no-login-without-tls']],
    [
      'nothing before TLS, which is refused',
      { ...good, starttls: () => '454 4.7.0 TLS not available' },
      { as: 587 },
      ['auth.tls-needed-to-see']
    ],
    ['nothing on port 587 of the loopback', {}, { host: '127.0.0.1', as: 587 }, []],
    ['nothing to somebody with a password', good, { options: withLogin }, ['auth.not-offered']],
    [
      'nothing at an MX host, to somebody with a password',
      good,
      { host: 'aspmx.l.google.com', as: 25, options: withLogin },
      ['auth.wrong-host']
    ],
    ['nothing at a port that a provider does not have', good, { host: 'smtp.mail.me.com', as: 2525 }, ['auth.settings', 'auth.wrong-port']],
    [
      'nothing at port 25 of a provider that has no such port',
      good,
      { host: 'smtp.mail.me.com', as: 25 },
      ['auth.settings', 'auth.wrong-port']
    ],
    ['a greeting that is none', { greeting: '554 5.7.1 no service' }, { as: 587 }, ['auth.not-seen']]
  ])('%s', async (_, script, asked, expected) => expect(codes(await examine(await serve(script), asked))).toEqual(expected))

  it('is told before and after TLS', async () => {
    const [offered] = await examine(await serve({ ...good, inside: 'PLAIN LOGIN' }))
    expect(offered?.evidence).toEqual(['before TLS: none', 'inside TLS: AUTH PLAIN LOGIN'])
  })

  it('is asked without a word of a password', async () => {
    const server = await serve({ ...good, before: 'PLAIN', inside: 'PLAIN', auth: (_, ask) => ask('').then((line) => `501 ${line}`) })
    const found = await examine(server)
    expect(found.at(-1)?.evidence).toEqual(['without TLS, AUTH PLAIN: 334'])
    expect(server.seen.filter((line) => line.startsWith('AUTH'))).toEqual(['AUTH PLAIN'])
  })
})

describe('a login', () => {
  const refusing = (reply: string): LoginScript => ({ ...good, inside: 'PLAIN', auth: () => reply })
  it.each<[string, LoginScript, Asked, readonly FindingCode[]]>([
    ['that is right', { ...good, inside: 'PLAIN', auth: acceptPlain }, {}, ['auth.accepted', 'auth.sender-accepted']],
    ['that is wrong', refusing('535 5.7.8 Error: authentication failed'), {}, ['auth.wrong-credentials']],
    ['that must wait', refusing('454 4.7.0 Temporary authentication failure'), {}, ['auth.temporary']],
    ['that ends the dialogue', refusing('421 4.7.0 too many connections'), {}, ['auth.temporary']],
    ['that is cut', { ...good, inside: 'PLAIN', auth: () => undefined }, {}, ['auth.broke-off']],
    ['with an answer that is none', refusing('250 fine'), {}, ['auth.odd-challenge']],
    ['with what is no reply', refusing('hello?'), {}, ['auth.odd-challenge']],
    ['with a reply that is too long', refusing(`535-${'x'.repeat(100_000)}`), {}, ['auth.broke-off']],
    ['where tokens alone are taken', { ...good, inside: 'XOAUTH2 OAUTHBEARER' }, {}, ['auth.only-oauth']],
    ['where nothing is spoken that we speak', { ...good, inside: 'GSSAPI NTLM' }, {}, ['auth.no-common-mechanism']],
    ['without TLS', { before: 'PLAIN', auth: () => '538 5.7.11 no' }, {}, ['auth.clear-refused', 'auth.not-sent-in-clear']],
    ['with another name in the certificate', { tls: certificates.otherName, inside: 'PLAIN' }, {}, ['auth.not-sent-bad-certificate']],
    ['with a certificate that has expired', { tls: certificates.expired, inside: 'PLAIN' }, {}, ['auth.not-sent-bad-certificate']],
    [
      'on the loopback, without TLS',
      { before: 'PLAIN', auth: acceptPlain },
      { host: '127.0.0.1' },
      ['auth.accepted', 'auth.sender-accepted']
    ],
    [
      'on the loopback, with any certificate',
      { tls: certificates.selfSigned, inside: 'PLAIN', auth: acceptPlain },
      { host: '127.0.0.1' },
      ['auth.accepted', 'auth.sender-accepted']
    ],
    [
      'inside TLS from the first byte',
      { ...good, implicit: true, inside: 'PLAIN', auth: acceptPlain },
      { as: 465 },
      ['auth.accepted', 'auth.sender-accepted']
    ],
    [
      'by SCRAM, of a server that proves nothing',
      { ...good, inside: 'SCRAM-SHA-256', auth: () => '235 2.7.0 ok' },
      {},
      ['auth.accepted', 'auth.server-not-proved', 'auth.sender-accepted']
    ],
    [
      'with a sender that must wait',
      { ...good, inside: 'PLAIN', auth: acceptPlain, mail: '451 4.3.0 later' },
      {},
      ['auth.accepted', 'auth.sender-unknown']
    ],
    [
      'with a sender that is not the account',
      {
        ...good,
        inside: 'PLAIN',
        auth: acceptPlain,
        rcpt: '553 5.7.1 <john@example.org>: Sender address rejected: not owned by user john@example.com'
      },
      { options: { from: 'example.org' } },
      ['auth.accepted', 'auth.sender-not-owned']
    ],
    [
      'at a provider that ends passwords',
      {
        ...good,
        inside: 'LOGIN XOAUTH2',
        greeting: '220 smtp.office365.com Microsoft ESMTP',
        auth: (_, ask) => ask('').then(() => ask('').then(() => '235 2.7.0 ok'))
      },
      {},
      ['auth.accepted', 'auth.password-ends', 'auth.sender-accepted']
    ]
  ])('%s', async (_, script, { options, ...asked }, expected) => {
    const found = await examine(await serve(script), { ...asked, options: { ...withLogin, ...options } })
    const [offered, ...others] = codes(found).filter((code) => code !== 'auth.settings')
    expect(offered).toBe('auth.offered')
    expect(others).toEqual(expected)
  })

  it('never sends the password where it can be read', async () => {
    for (const script of [
      { before: 'PLAIN LOGIN', auth: () => '538 5.7.11 no' },
      { tls: certificates.otherName, inside: 'PLAIN LOGIN', before: 'PLAIN LOGIN', auth: () => '538 5.7.11 no' },
      { tls: certificates.selfSigned, inside: 'PLAIN', implicit: true }
    ] as const) {
      const server = await serve(script)
      await examine(server, { options: withLogin, ...('implicit' in script ? { as: 465 } : {}) })
      expect(server.seen.filter((line) => /^AUTH \S+ \S/.test(line))).toEqual([])
    }
  })

  it('is not sent where TLS was there a moment ago and is gone now', async () => {
    let asked = 0
    const starttls = (): string | undefined => (asked++ === 0 ? undefined : '454 4.7.0 not now')
    const server = await serve({ ...good, before: 'PLAIN', inside: 'PLAIN', starttls, auth: () => '538 5.7.11 no' })
    expect(codes(await examine(server, { options: withLogin }))).toEqual(['auth.offered', 'auth.clear-refused', 'auth.not-sent-in-clear'])
    expect(server.seen).not.toContain(`AUTH PLAIN ${plainMessage(credentials.user, credentials.password)}`)
  })

  it('is tried once, and sends no message', async () => {
    const server = await serve({ ...good, inside: 'PLAIN LOGIN', auth: () => '535 5.7.8 no' })
    await examine(server, { options: withLogin })
    expect(server.seen.filter((line) => line.startsWith('AUTH'))).toHaveLength(1)
    expect(server.seen.join('\n')).not.toMatch(/^(?:MAIL|DATA|BDAT)/m)
  })

  it('goes by LOGIN in steps', async () => {
    const steps: string[] = []
    const auth: LoginScript['auth'] = async (line, ask) => {
      steps.push(line, await ask(base64('Username:')), await ask(base64('Password:')))
      return '235 2.7.0 ok'
    }
    const found = await examine(await serve({ ...good, inside: 'LOGIN', auth }), { options: withLogin })
    expect(codes(found)).toContain('auth.accepted')
    expect(steps).toEqual(['LOGIN', base64(credentials.user), base64(credentials.password)])
  })

  it('goes by PLAIN where the server asks for the message', async () => {
    const auth: LoginScript['auth'] = async (_, ask) => acceptPlain(`PLAIN ${await ask('')}`, ask, true)
    expect(codes(await examine(await serve({ ...good, inside: 'PLAIN', auth }), { options: withLogin }))).toContain('auth.accepted')
  })

  it('goes by CRAM-MD5', async () => {
    const auth: LoginScript['auth'] = async (_, ask) => {
      const digest = createHmac('md5', credentials.password).update('<1@mail.example.com>').digest('hex')
      return (await ask(base64('<1@mail.example.com>'))) === base64(`${credentials.user} ${digest}`) ? '235 2.7.0 ok' : '535 5.7.8 no'
    }
    expect(codes(await examine(await serve({ ...good, inside: 'CRAM-MD5', auth }), { options: withLogin }))).toContain('auth.accepted')
  })

  it.each<[string, LoginScript['inside'], string]>([
    ['of CRAM-MD5', 'CRAM-MD5', 'no base64!'],
    ['of CRAM-MD5, empty', 'CRAM-MD5', ''],
    ['of SCRAM', 'SCRAM-SHA-256', base64('r=x,s=QQ==,i=1')]
  ])('is given up at a challenge %s that is none', async (_, inside, challenge) => {
    const heard: string[] = []
    const auth: LoginScript['auth'] = async (_line, ask) => {
      heard.push(await ask(challenge))
      return '501 5.7.0 cancelled'
    }
    const found = await examine(await serve({ ...good, inside: inside ?? '', auth }), { options: withLogin })
    expect(codes(found)).toContain('auth.odd-challenge')
    expect(heard).toEqual(['*'])
  })
})

test('the password is in nothing that is told, whatever a server repeats', async () => {
  const { user, password } = credentials
  const forms = [
    password,
    base64(password),
    base64(`\0${password}`),
    plainMessage(user, password),
    encodeURIComponent(password).slice(0, 12)
  ]
  const echoes: readonly LoginScript[] = ['PLAIN', 'LOGIN'].flatMap((inside) =>
    ['535 5.7.8 no:', '554 5.7.1', '235 2.7.0 ok', '250 odd', '500 unknown command', '504 5.5.4 unknown', 'no reply'].map(
      (start): LoginScript => {
        const auth: LoginScript['auth'] = async (line, ask) => {
          const words = inside === 'LOGIN' ? [await ask(base64('Username:')), await ask(base64('Password:'))] : [line]
          return `${start} ${words.join(' ')} ${Buffer.from(words.at(-1)?.split(' ').at(-1) ?? '', 'base64')} ${password.slice(0, 10)}`
        }
        const echo = `550 5.7.1 ${password} ${plainMessage(user, password).slice(3, 30)}`
        return { ...good, inside, auth, mail: echo, rcpt: echo }
      }
    )
  )
  for (const script of echoes) {
    const found = await examine(await serve(script), { options: withLogin })
    const told = JSON.stringify(found)
    expect(codes(found)).toContain('auth.offered')
    expect(found.length).toBeGreaterThan(1)
    for (const form of forms) expect(told).not.toContain(form)
    for (let at = 0; at + 8 <= password.length; at++) expect(told).not.toContain(password.slice(at, at + 8))
  }
})
