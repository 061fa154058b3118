import type { SecureContextOptions } from 'node:tls'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { type Certificate, makeCertificates } from '../../../../tests/smtp/certificates.ts'
import { type Act, listenSmtp, type Script, type ScriptedServer } from '../../../../tests/smtp/scripted-server.ts'
import { type Dialogue, type DialogueOptions, openDialogue, type Refusal } from './dialogue.ts'

const certificates = makeCertificates()
const servers: ScriptedServer[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop()
})
const serve = async (script: Script): Promise<ScriptedServer> => {
  const server = await listenSmtp(script)
  servers.push(server)
  return server
}

const base = { address: '127.0.0.1', host: 'mx.example.com', ehloName: 'probe.example.com', roots: [certificates.authority.cert] }
const open = (port: number, options: Partial<DialogueOptions> = {}): Promise<Dialogue | Refusal> =>
  openDialogue({ ...base, port, ...options })
const accepted = async (port: number, options: Partial<DialogueOptions> = {}): Promise<Dialogue> => {
  const opened = await open(port, options)
  if ('refused' in opened) throw new Error(`refused: ${opened.refused.text}`)
  return opened
}

const unhandled: unknown[] = []
const onUnhandled = (error: unknown): void => void unhandled.push(error)
process.on('uncaughtException', onUnhandled)
process.on('unhandledRejection', onUnhandled)
afterAll(() => {
  process.off('uncaughtException', onUnhandled)
  process.off('unhandledRejection', onUnhandled)
  expect(unhandled).toEqual([])
})

describe('a certificate', () => {
  it.each<[string, Certificate, string | undefined, string]>([
    ['that is in order', certificates.good, undefined, 'mx.example.com'],
    ['with a wildcard', certificates.wildcard, undefined, 'mx.example.com'],
    ['for a host with a dot behind it', certificates.good, undefined, 'mx.example.com.'],
    ['that has expired', certificates.expired, 'CERT_HAS_EXPIRED', 'mx.example.com'],
    ['that is not valid yet', certificates.notYet, 'CERT_NOT_YET_VALID', 'mx.example.com'],
    ['signed by itself', certificates.selfSigned, 'DEPTH_ZERO_SELF_SIGNED_CERT', 'mx.example.com'],
    ['of another name', certificates.otherName, 'ERR_TLS_CERT_ALTNAME_INVALID', 'mx.example.com'],
    ['for a host that is an address', certificates.good, 'ERR_TLS_CERT_ALTNAME_INVALID', '192.0.2.1']
  ])('%s is a fact, and a fault only where TLS is required', async (_name, tls, problem, host) => {
    const server = await serve({ tls })
    const dialogue = await accepted(server.port, { host })
    expect(dialogue.tls?.protocol).toBe('TLSv1.3')
    expect(dialogue.tls?.cipher).toMatch(/^TLS_/)
    const { certificate } = dialogue.tls ?? {}
    expect(certificate).toMatchObject({ authorized: problem === undefined })
    expect(certificate?.problem).toBe(problem)
    expect((await dialogue.rcpt(['a@example.com', 'b@example.com'])).replies.map(({ code }) => code)).toEqual([250, 250])
    await dialogue.quit()

    const strict = open(server.port, { host, tls: 'required' })
    if (problem === undefined) await strict.then((opened) => ('quit' in opened ? opened.quit() : undefined))
    else await expect(strict).rejects.toMatchObject({ name: 'ProbeError', code: 'ECERTIFICATE', stage: 'starttls' })
    await server.idle()
  })

  it('is told with its names and dates', async () => {
    const { port } = await serve({ tls: certificates.good })
    const dialogue = await accepted(port)
    expect(dialogue.tls?.certificate).toEqual({
      subject: 'CN=mx.example.com',
      issuer: 'CN=Test Authority',
      names: ['mx.example.com', 'mail.example.com'],
      validFrom: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/),
      validTo: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/),
      fingerprint256: expect.stringMatching(/^(?:[0-9A-F]{2}:){31}[0-9A-F]{2}$/),
      authorized: true
    })
    await dialogue.quit()
  })
})

describe('STARTTLS', () => {
  it('forgets what was offered in the clear, and says EHLO again', async () => {
    const offers = ['STARTTLS', 'PIPELINING', 'X-CLEAR']
    const server = await serve({ offers, tls: certificates.good, secured: { offers: ['SIZE 5', 'X-SECURE'] } })
    const dialogue = await accepted(server.port)
    expect([...dialogue.capabilities]).toEqual([
      ['SIZE', '5'],
      ['X-SECURE', '']
    ])
    expect(dialogue.localAddress).toBe('127.0.0.1')
    await dialogue.quit()
    expect(server.seen).toEqual(['EHLO probe.example.com', 'STARTTLS', 'EHLO probe.example.com', 'QUIT'])
  })

  it.each<[string, SecureContextOptions, string]>([
    ['TLS 1.2', { maxVersion: 'TLSv1.2' }, 'TLSv1.2'],
    ['TLS 1.0', { minVersion: 'TLSv1', maxVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' }, 'TLSv1']
  ])('a server that knows only %s', async (_name, tls, protocol) => {
    const { port } = await serve({ tls: { ...certificates.good, ...tls } })
    const dialogue = await accepted(port)
    expect(dialogue.tls?.protocol).toBe(protocol)
    await dialogue.quit()
    if (protocol === 'TLSv1') await expect(open(port, { tls: 'required' })).rejects.toMatchObject({ code: 'ETLS', stage: 'starttls' })
  })

  it('is not said where it is not wanted, or not offered', async () => {
    const never = await serve({ tls: certificates.good })
    expect((await accepted(never.port, { tls: 'never' })).tls).toBeUndefined()
    const none = await serve({})
    expect((await accepted(none.port)).tls).toBeUndefined()
    expect([...never.seen, ...none.seen]).not.toContain('STARTTLS')
  })

  it('required and not offered is an error, also after HELO', async () => {
    for (const script of [{}, { ehlo: '502 what?' }]) {
      const { port } = await serve(script)
      await expect(open(port, { tls: 'required' })).rejects.toMatchObject({ code: 'ENOSTARTTLS', stage: 'starttls' })
    }
  })

  it.each(['454 4.7.0 TLS not available', '502 5.5.1 not implemented', '554 5.7.0 no'])(
    'refused with %j: on in the clear, unless required',
    async (starttls) => {
      const { port } = await serve({ offers: ['STARTTLS', 'PIPELINING'], starttls })
      const dialogue = await accepted(port)
      expect(dialogue.tls).toBeUndefined()
      expect((await dialogue.rcpt(['a@example.com'])).replies).toMatchObject([{ code: 250 }])
      await dialogue.quit()
      expect(await open(port, { tls: 'required' })).toMatchObject({ refused: { stage: 'starttls', text: starttls } })
    }
  )

  it('421 to it is a refusal', async () => {
    const { port } = await serve({ offers: ['STARTTLS'], starttls: ['421 4.7.0 bye', 'CLOSE'] })
    expect(await open(port)).toMatchObject({ refused: { stage: 'starttls', code: 421 } })
  })

  it('a refusal of the EHLO after it is a refusal', async () => {
    const { port } = await serve({ tls: certificates.good, secured: { ehlo: '550 5.7.1 no', helo: '550 no' } })
    expect(await open(port)).toMatchObject({ refused: { stage: 'ehlo', text: '550 5.7.1 no' } })
  })
})

describe('bytes in the clear behind the reply to STARTTLS', () => {
  it.each<[string, readonly Act[]]>([
    ['a reply', [{ raw: '220 ready\r\n250 injected\r\n' }]],
    ['an EHLO reply of three lines', [{ raw: '220 ready\r\n250-mx\r\n250-AUTH PLAIN\r\n250 SIZE\r\n' }]],
    ['half a line', [{ raw: '220 ready\r\n250' }]],
    ['a 421', [{ raw: '220 ready\r\n421 bye\r\n' }]],
    ['junk', [{ raw: '220 ready\r\n\0\xff\r\n' }]],
    ['one line feed', [{ raw: '220 ready\r\n\n' }]]
  ])('%s: thrown away, and the dialogue ends', async (_name, starttls) => {
    const server = await serve({ offers: ['STARTTLS'], starttls })
    await expect(open(server.port)).rejects.toMatchObject({ code: 'ESTARTTLSINJECTION', stage: 'starttls' })
    await server.idle()
  })

  it('in a packet of their own they break the handshake', async () => {
    const server = await serve({
      offers: ['STARTTLS'],
      starttls: [{ raw: '220 ready\r\n' }, { wait: 50 }, { raw: '250 injected\r\n' }, 'HANDSHAKE']
    })
    await expect(open(server.port)).rejects.toMatchObject({ code: 'ETLS', stage: 'starttls' })
    await server.idle()
  })

  it('behind a refusal they are a reply to nothing', async () => {
    const { port } = await serve({ offers: ['STARTTLS'], starttls: [{ raw: '454 no\r\n250 ok\r\n' }] })
    await expect(open(port)).rejects.toMatchObject({ code: 'EUNASKED' })
  })
})

describe('a handshake that fails', () => {
  it.each<[string, readonly Act[], string]>([
    ['never goes on', ['220 ready'], 'ETIMEDOUT'],
    ['closes', ['220 ready', { wait: 30 }, 'CLOSE'], 'ETLS'],
    ['resets', ['220 ready', { wait: 30 }, 'RESET'], 'ETLS'],
    ['floods', ['220 ready', { wait: 30 }, { flood: 10_000_000, of: 'x' }], 'ETLS'],
    ['drips', ['220 ready', { wait: 30 }, { drip: '\x16\x03\x03\x40\x00\x02\x00\x3f\xfc'.padEnd(500, 'x'), every: 20 }], 'ETIMEDOUT'],
    ['closes before the reply', ['CLOSE'], 'ECLOSED'],
    ['answers 250 instead of 220', ['250 ok'], 'EPROTOCOL'],
    ['answers with junk', ['what'], 'EPROTOCOL']
  ])('a server that %s', async (_name, starttls, code) => {
    const server = await serve({ offers: ['STARTTLS'], starttls })
    const opening = open(server.port, { timeouts: code === 'ETIMEDOUT' ? { starttls: 400 } : {} })
    await expect(opening).rejects.toMatchObject({ name: 'ProbeError', code, stage: 'starttls', host: 'mx.example.com' })
    if (code === 'ETLS') await expect(opening).rejects.toHaveProperty('cause')
    await server.idle()
  })

  it('a server that has no version or cipher for us', async () => {
    const alert = { raw: '\x15\x03\x03\x00\x02\x02\x28' }
    const { port } = await serve({ offers: ['STARTTLS'], starttls: ['220 ready', { wait: 30 }, alert] })
    const error: unknown = await open(port).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'ETLS', stage: 'starttls' })
    expect(error).toHaveProperty('cause.code', 'ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE')
  })

  it("a root that is no certificate is the caller's mistake", async () => {
    const server = await serve({ tls: certificates.good })
    const roots = ['-----BEGIN CERTIFICATE-----\nnone\n-----END CERTIFICATE-----']
    await expect(open(server.port, { roots })).rejects.toBeInstanceOf(TypeError)
    expect(server.connections()).toBe(0)
  })

  it.each(['mx\0.example.com', '', `${'a'.repeat(300)}.example.com`, 'mx example\r\n', '.', '*'])(
    'a host name that is none, %j',
    async (host) => {
      const server = await serve({ tls: certificates.good })
      const opened = await open(server.port, { host }).catch((reason: unknown) => reason)
      if (opened instanceof Error) expect(opened).toMatchObject({ code: 'ETLS', stage: 'starttls' })
      else expect(opened).toMatchObject({ tls: { certificate: { authorized: false } } })
      if (typeof opened === 'object' && opened !== null && 'quit' in opened) (opened as Dialogue).close()
      await server.idle()
    }
  )

  it('is stopped by the caller', async () => {
    const stop = new AbortController()
    const server = await serve({
      offers: ['STARTTLS'],
      starttls: () => {
        setTimeout(() => stop.abort(), 30)
        return ['220 ready']
      }
    })
    await expect(open(server.port, { signal: stop.signal, timeouts: {} })).rejects.toMatchObject({ code: 'EABORTED', stage: 'starttls' })
    await server.idle()
  })
})

describe('faults behind TLS', () => {
  it.each<[string, Script, string]>([
    ['closes', { rcpt: ['CLOSE'] }, 'ECLOSED'],
    ['resets', { rcpt: [{ wait: 10 }, 'RESET'] }, 'ECONNRESET'],
    ['never answers', { rcpt: [] }, 'ETIMEDOUT'],
    ['sends 10 MB', { rcpt: [{ flood: 10_000_000, of: '250-x\r\n' }] }, 'ETOOLONG']
  ])('a server that %s', async (_name, secured, code) => {
    const server = await serve({ tls: certificates.good, secured })
    const dialogue = await accepted(server.port, { timeouts: code === 'ETIMEDOUT' ? { command: 500 } : {} })
    expect(await dialogue.rcpt(['a@example.com'])).toMatchObject({ replies: [], error: { code, stage: 'rcpt' } })
    await dialogue.quit()
    await server.idle()
  })
})
