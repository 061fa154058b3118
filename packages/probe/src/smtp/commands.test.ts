import { createServer as createTlsServer, type Server as TlsServer } from 'node:tls'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { makeCertificates } from '../../../../tests/smtp/certificates.ts'
import { listenSmtp, type Script, type ScriptedServer } from '../../../../tests/smtp/scripted-server.ts'
import { readCertificateDer } from './certificate-der.ts'
import { type Dialogue, type DialogueOptions, openDialogue } from './dialogue.ts'
import { talkEarly } from './early-talk.ts'

const certificates = makeCertificates()
const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})
const serve = async (script: Script): Promise<ScriptedServer> => {
  const server = await listenSmtp(script)
  closing.push(() => server.stop())
  return server
}
const base = { address: '127.0.0.1', host: 'mx.example.com', ehloName: 'probe.example.com', roots: [certificates.authority.cert] }
const accepted = async (port: number, options: Partial<DialogueOptions> = {}): Promise<Dialogue> => {
  const opened = await openDialogue({ ...base, port, ...options })
  if ('refused' in opened) throw new Error(`refused: ${opened.refused.text}`)
  closing.push(() => opened.close())
  return opened
}

/** TLS from the first byte, then a few words of SMTP. */
const serveImmediate = async (chain = certificates.good.cert): Promise<number> => {
  const server: TlsServer = createTlsServer({ key: certificates.good.key, cert: chain }, (socket) => {
    socket.on('error', () => undefined)
    socket.write('220 mx.example.com ESMTP\r\n')
    socket.on('data', (bytes) => socket.write(String(bytes).startsWith('EHLO') ? '250-mx\r\n250 AUTH PLAIN\r\n' : '221 bye\r\n'))
  })
  server.on('tlsClientError', () => undefined)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => server.close())
  const bound = server.address()
  if (typeof bound !== 'object' || bound === null) throw new Error('no port')
  return bound.port
}

describe('TLS at once', () => {
  it('comes before the greeting, and STARTTLS is not said', async () => {
    const dialogue = await accepted(await serveImmediate(), { tls: 'immediate' })
    expect([...dialogue.capabilities]).toEqual([['AUTH', 'PLAIN']])
    expect(dialogue.tls).toMatchObject({ protocol: 'TLSv1.3', chainLength: 1, certificate: { authorized: true } })
    expect(dialogue.opening).toMatchObject({ greeting: { code: 220 }, ehlo: { code: 250 }, tls: { protocol: 'TLSv1.3' } })
    await dialogue.quit()
  })

  it('with a server that greets in the clear is an error of TLS', async () => {
    const { port } = await serve({})
    await expect(openDialogue({ ...base, port, tls: 'immediate' })).rejects.toMatchObject({ code: 'ETLS', stage: 'starttls', opening: {} })
  })
})

it.each([1, 2, 20, 100])('a chain of %d certificates is counted, and the first twenty are kept', async (count) => {
  const chain = certificates.good.cert + certificates.otherName.cert.repeat(count - 1)
  const dialogue = await accepted(await serveImmediate(chain), { tls: 'immediate' })
  expect(dialogue.tls?.chainLength).toBe(count)
  expect(dialogue.tls?.chain.length).toBe(Math.min(20, count))
  expect(dialogue.tls?.chain[0]).toMatchObject({ subject: 'CN=mx.example.com', key: 'EC prime256v1', signature: 'ecdsa-with-SHA256' })
  await dialogue.quit()
})

it('a chain of more bytes than OpenSSL takes is an error of TLS', async () => {
  const port = await serveImmediate(certificates.good.cert + certificates.otherName.cert.repeat(400))
  await expect(openDialogue({ ...base, port, tls: 'immediate' })).rejects.toMatchObject({ code: 'ETLS', stage: 'starttls' })
})

it.each<[string, Partial<DialogueOptions>, string]>([
  ['TLS 1.2 at most', { maxVersion: 'TLSv1.2' }, 'TLSv1.2'],
  ['TLS 1.3 at least', { minVersion: 'TLSv1.3' }, 'TLSv1.3']
])('%s is what is agreed on', async (_name, options, protocol) => {
  const { port } = await serve({ tls: certificates.good })
  expect((await accepted(port, options)).tls?.protocol).toBe(protocol)
})

it('what was said on the way is there when the handshake breaks, and when the server refuses', async () => {
  const broken = await serve({ offers: ['STARTTLS', 'SIZE 5'], starttls: ['220 ready', { wait: 30 }, 'CLOSE'] })
  await expect(openDialogue({ ...base, port: broken.port })).rejects.toMatchObject({
    code: 'ETLS',
    opening: {
      greeting: { code: 220 },
      ehlo: { code: 250 },
      capabilities: new Map([
        ['STARTTLS', ''],
        ['SIZE', '5']
      ])
    }
  })
  const refusing = await serve({ tls: certificates.good, secured: { ehlo: '550 no', helo: '550 no' } })
  expect(await openDialogue({ ...base, port: refusing.port })).toMatchObject({ opening: { tls: { cipher: expect.any(String) } } })
  const half = await serve({ greeting: [{ raw: '220 mx' }] })
  await expect(openDialogue({ ...base, port: half.port, timeouts: { greeting: 200 } })).rejects.toMatchObject({
    code: 'ETIMEDOUT',
    unfinished: 6
  })
})

describe('a command', () => {
  const password = Buffer.from('\0user\0correct horse').toString('base64')

  it('of several steps goes step by step; what is secret stands nowhere', async () => {
    const server = await serve({ auth: '334 VXNlcm5hbWU6' })
    const dialogue = await accepted(server.port)
    expect(await dialogue.command('AUTH LOGIN')).toMatchObject({ code: 334, stage: 'auth' })
    // The scripted server knows no such verb, and says so.
    expect(await dialogue.command(password, { secret: true })).toMatchObject({ code: 500 })
    expect(await dialogue.command('NOOP', { stage: 'mail' })).toMatchObject({ stage: 'mail' })
    expect(server.seen).toContain(password)
    expect(JSON.stringify(dialogue.transcript())).not.toContain(password)
    expect(dialogue.transcript().map(({ text }) => text)).toContain('…')
  })

  it.each<[string, string]>([
    ['in a reply', `500 5.5.2 unknown command: AUTH PLAIN ${password}`],
    ['in a line that is no reply', `what is ${password}`]
  ])('whose secret the server repeats %s is shown without it', async (_name, auth) => {
    const { port } = await serve({ auth: [{ raw: `${auth}\r\n` }] })
    const dialogue = await accepted(port)
    const reply = await dialogue.command(`AUTH PLAIN ${password}`, { secret: true })
    const after: unknown = await dialogue.command('NOOP').catch((error: unknown) => error)
    expect(JSON.stringify([reply, after, String(after), dialogue.transcript()])).not.toContain(password)
  })

  it('with a control character is a mistake whose error does not show the secret', async () => {
    const { port } = await serve({})
    const dialogue = await accepted(port)
    const error: unknown = await dialogue.command(`AUTH PLAIN ${password}\r\nRSET`, { secret: true }).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(TypeError)
    expect(String(error)).not.toContain(password)
  })
})

describe('talk before the greeting', () => {
  it.each<[string, Script, readonly number[]]>([
    ['is answered', { greeting: [{ wait: 50 }, '220 mx'] }, [220, 250]],
    ['is punished at the greeting', { greeting: [{ wait: 50 }, '554 5.5.1 protocol error', 'CLOSE'] }, [554]],
    ['is punished at EHLO', { ehlo: ['421 4.7.0 you talk too soon', 'CLOSE'] }, [220, 421]],
    ['is cut off', { greeting: ['CLOSE'] }, []]
  ])('%s', async (_name, script, codes) => {
    const { port } = await serve(script)
    const said = await talkEarly({ ...base, port, timeouts: { greeting: 2_000 } })
    expect(said.replies.map(({ code }) => code)).toEqual(codes)
    expect(said.error === undefined).toBe(codes.length === 2)
  })
})

describe('the DER of a certificate', () => {
  it('gives nothing, and no error, for what is none', () => {
    const [good] = [certificates.good.cert].map((pem) => Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64'))
    if (good === undefined) throw new Error('no certificate')
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => void readCertificateDer(bytes)))
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(255), fc.nat(good.length), (at, byte, length) => {
        const changed = Uint8Array.from(good)
        changed[at] = byte
        const read = readCertificateDer(changed.subarray(0, length))
        expect(read === undefined || (read.publicKey.length <= length && /^[\d.]*$/.test(read.signature))).toBe(true)
      })
    )
    expect(readCertificateDer(good)?.signature).toBe('1.2.840.10045.4.3.2')
    expect(readCertificateDer(good.subarray(0, good.length - 1))).toBeUndefined()
  })
})
