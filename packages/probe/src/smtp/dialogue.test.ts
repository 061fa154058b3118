import { getEventListeners } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import { listenFriendly } from '../../../../tests/smtp/friendly-server.ts'
import { listenSmtp, type Script, type ScriptedServer } from '../../../../tests/smtp/scripted-server.ts'
import { type Dialogue, type DialogueOptions, openDialogue, type Refusal } from './dialogue.ts'

const servers: { stop: () => Promise<void> }[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop()
})

const serve = async (script: Script): Promise<ScriptedServer> => {
  const server = await listenSmtp(script)
  servers.push(server)
  return server
}

const base = { address: '127.0.0.1', host: 'mx.example.com', ehloName: 'probe.example.com' }
const open = async (port: number, options: Partial<DialogueOptions> = {}): Promise<Dialogue> => {
  const opened = await openDialogue({ ...base, port, ...options })
  if ('refused' in opened) throw new Error(`refused: ${opened.refused.text}`)
  return opened
}
const refusal = async (script: Script, options: Partial<DialogueOptions> = {}): Promise<Refusal> => {
  const { port } = await serve(script)
  const opened = await openDialogue({ ...base, port, ...options })
  if (!('refused' in opened)) throw new Error('not refused')
  return opened
}
const codes = (replies: readonly { code: number }[]): readonly number[] => replies.map(({ code }) => code)
const many = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `user-${index}@example.com`)

/** Odd users are unknown, each seventh is greylisted; each reply names its recipient. */
const answerTo = (argument: string): string => {
  const [, index = ''] = /<user-(\d+)@/.exec(argument) ?? []
  return Number(index) % 7 === 3
    ? `451-4.7.1 ${index}\r\n451 4.7.1 later`
    : Number(index) % 2 === 1
      ? `550 5.1.1 ${index}`
      : `250 2.1.5 ${index}`
}

describe('a dialogue that goes well', () => {
  it('greets, asks, and leaves; the transcript has all of it', async () => {
    const server = await serve({ greeting: '220-mx.example.com\r\n220 ready', rcpt: '250 2.1.5 ok' })
    const dialogue = await open(server.port)
    expect(dialogue.greeting).toMatchObject({ stage: 'greeting', code: 220, text: '220-mx.example.com\n220 ready' })
    expect(dialogue.ehlo).toMatchObject({ stage: 'ehlo', code: 250 })
    expect([...dialogue.capabilities.keys()]).toEqual(['PIPELINING'])
    expect(dialogue).toMatchObject({ localAddress: '127.0.0.1' })
    expect(dialogue.tls).toBeUndefined()
    expect(await dialogue.mail('')).toMatchObject({ stage: 'mail', code: 250 })
    expect(await dialogue.rcpt(['a@example.com'])).toMatchObject({ replies: [{ stage: 'rcpt', code: 250, text: '250 2.1.5 ok' }] })
    expect(await dialogue.reset()).toMatchObject({ code: 250 })
    await dialogue.quit()
    await server.idle()
    expect(server.seen).toEqual(['EHLO probe.example.com', 'MAIL FROM:<>', 'RCPT TO:<a@example.com>', 'RSET', 'QUIT'])
    expect(dialogue.transcript().map(({ from, text }) => `${from}: ${text}`)).toEqual([
      `note: connecting to mx.example.com [127.0.0.1]:${server.port}`,
      'them: 220-mx.example.com',
      'them: 220 ready',
      'us: EHLO probe.example.com',
      'them: 250-mx.example.com',
      'them: 250 PIPELINING',
      'us: MAIL FROM:<>',
      'them: 250 2.0.0 ok',
      'us: RCPT TO:<a@example.com>',
      'them: 250 2.1.5 ok',
      'us: RSET',
      'them: 250 2.0.0 ok',
      'us: QUIT',
      'them: 221 2.0.0 bye',
      'note: closed by us'
    ])
  })

  it('sends parameters, and UTF-8 where the address has it', async () => {
    const server = await serve({})
    const dialogue = await open(server.port)
    await dialogue.mail('probe@example.com', 'SMTPUTF8')
    await dialogue.rcpt(['b\u00fccher@example.com'], 'NOTIFY=NEVER')
    await dialogue.quit()
    const line = Buffer.from(server.seen[2] ?? '', 'latin1').toString('utf8')
    expect([server.seen[1], line]).toEqual(['MAIL FROM:<probe@example.com> SMTPUTF8', 'RCPT TO:<bücher@example.com> NOTIFY=NEVER'])
  })

  it('connects from the address it is told to', async () => {
    const { port } = await serve({})
    const dialogue = await open(port, { localAddress: '127.0.0.7' })
    expect(dialogue.localAddress).toBe('127.0.0.7')
    await dialogue.quit()
  })

  it('asks nothing for no recipients', async () => {
    const server = await serve({})
    const dialogue = await open(server.port)
    expect(await dialogue.rcpt([])).toEqual({ replies: [] })
    await dialogue.quit()
    expect(server.seen).toEqual(['EHLO probe.example.com', 'QUIT'])
  })

  it('pipelined or one by one, slow or at once: each recipient has its own reply', async () => {
    const recipients = many(600)
    const expected = recipients.map((recipient) => answerTo(`<${recipient}>`).replaceAll('\r\n', '\n'))
    for (const offers of [['PIPELINING'], ['SIZE 1000']]) {
      const { port } = await serve({ offers, rcpt: answerTo })
      const dialogue = await open(port)
      const { replies, error } = await dialogue.rcpt(recipients)
      expect(error).toBeUndefined()
      expect(replies.map(({ text }) => text)).toEqual(expected)
      expect(replies.every(({ stage, took }) => stage === 'rcpt' && took >= 0)).toBe(true)
      await dialogue.quit()
    }
  })

  it('waits for each reply before the next command where PIPELINING is not offered', async () => {
    const asked: number[] = []
    const server = await serve({
      offers: ['SIZE 1000'],
      rcpt: () => {
        asked.push(server.seen.filter((line) => line.startsWith('RCPT')).length)
        return [{ wait: 5 }, '250 ok']
      }
    })
    const dialogue = await open(server.port)
    expect(codes((await dialogue.rcpt(many(5))).replies)).toEqual([250, 250, 250, 250, 250])
    await dialogue.quit()
    expect(asked).toEqual([1, 2, 3, 4, 5])
  })

  it('keeps no more than the window on the way, however many recipients there are', async () => {
    const server = await serve({ rcpt: [] })
    const dialogue = await open(server.port, { timeouts: { command: 1_000 } })
    const { replies, error } = await dialogue.rcpt(many(5_000))
    expect(replies).toEqual([])
    expect(error).toMatchObject({ code: 'ETIMEDOUT' })
    const bytes = server.seen.filter((line) => line.startsWith('RCPT')).reduce((sum, line) => sum + line.length + 2, 0)
    expect(bytes).toBeGreaterThan(4_000)
    expect(bytes).toBeLessThanOrEqual(8_192)
  })

  it('many at once on one signal leave neither listeners nor connections', async () => {
    const server = await listenFriendly((address) => (address.startsWith('user-1') ? '550 5.1.1 no' : '250 ok'))
    servers.push(server)
    const warnings: Error[] = []
    const onWarning = (warning: Error): void => void warnings.push(warning)
    process.on('warning', onWarning)
    const { signal } = new AbortController()
    const results = await Promise.all(
      Array.from({ length: 200 }, async () => {
        const dialogue = await open(server.port, { signal })
        const { replies } = await dialogue.rcpt(many(20))
        await dialogue.quit()
        return codes(replies).filter((code) => code === 550).length
      })
    )
    process.off('warning', onWarning)
    expect(results).toEqual(Array(200).fill(11))
    expect(server.recipients()).toBe(4_000)
    expect(warnings).toEqual([])
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })
})

describe('a server that refuses', () => {
  it.each<[string, Script, { code: number; stage: string }]>([
    ['554 at greeting', { greeting: '554 5.7.1 no service for you' }, { code: 554, stage: 'greeting' }],
    ['421 at greeting, and closes', { greeting: ['421 4.7.0 try later', 'CLOSE'] }, { code: 421, stage: 'greeting' }],
    ['421 at greeting, and stays', { greeting: '421 4.7.0 try later' }, { code: 421, stage: 'greeting' }],
    ['450 at EHLO', { ehlo: '450 4.7.1 wait', helo: '250 ok' }, { code: 450, stage: 'ehlo' }],
    ['550 at EHLO and HELO: the first says why', { ehlo: '550 5.7.1 listed', helo: '503 no' }, { code: 550, stage: 'ehlo' }],
    ['550 at EHLO, and closes at HELO', { ehlo: '550 5.7.1 listed', helo: ['CLOSE'] }, { code: 550, stage: 'ehlo' }],
    ['502 at EHLO, 550 at HELO: the second says why', { ehlo: '502 what?', helo: '550 5.7.1 listed' }, { code: 550, stage: 'ehlo' }],
    ['421 at EHLO', { ehlo: ['421 4.3.2 shutting down', 'CLOSE'] }, { code: 421, stage: 'ehlo' }],
    ['421 right behind the greeting', { greeting: ['220 mx\r\n421 4.7.0 too many', 'CLOSE'] }, { code: 421, stage: 'ehlo' }]
  ])('%s is a refusal', async (_name, script, expected) => {
    const { refused, transcript } = await refusal(script)
    expect(refused).toMatchObject(expected)
    expect(transcript.some(({ from, text }) => from === 'them' && text === refused.text)).toBe(true)
  })

  it.each([500, 501, 502, 504, 550, 554])('HELO is tried after %d at EHLO', async (code) => {
    const server = await serve({ ehlo: `${code} what?`, helo: '250 mx.example.com' })
    const dialogue = await open(server.port)
    expect(dialogue.ehlo.text).toBe('250 mx.example.com')
    expect(dialogue.capabilities.size).toBe(0)
    expect(codes((await dialogue.rcpt(many(3))).replies)).toEqual([250, 250, 250])
    await dialogue.quit()
    expect(server.seen.slice(0, 2)).toEqual(['EHLO probe.example.com', 'HELO probe.example.com'])
  })

  it('says QUIT to a server that refuses and stays', async () => {
    const server = await serve({ greeting: '554 no' })
    await openDialogue({ ...base, port: server.port })
    await server.idle()
    expect(server.seen).toEqual(['QUIT'])
  })
})

describe('421 is the last word', () => {
  it('in a batch it answers its recipient; those behind it have no reply', async () => {
    const { port } = await serve({ rcpt: (_argument, before) => (before === 2 ? ['421 4.7.0 enough', 'CLOSE'] : '250 ok') })
    const dialogue = await open(port)
    const { replies, error } = await dialogue.rcpt(many(6))
    expect(codes(replies)).toEqual([250, 250, 421])
    expect(error).toMatchObject({ name: 'ProbeError', code: 'ECLOSING', stage: 'rcpt', host: 'mx.example.com' })
    await expect(dialogue.reset()).rejects.toMatchObject({ code: 'ECLOSING' })
  })

  it('to the last of a batch it is its reply, and no error', async () => {
    const { port } = await serve({ rcpt: (_argument, before) => (before === 2 ? '421 4.7.0 enough' : '250 ok') })
    const dialogue = await open(port)
    expect(await dialogue.rcpt(many(3))).toMatchObject({ replies: [{ code: 250 }, { code: 250 }, { code: 421 }] })
    await expect(dialogue.mail('')).rejects.toMatchObject({ code: 'ECLOSING' })
  })

  it('said to nobody it answers the next command, which is not sent', async () => {
    const server = await serve({ rcpt: ['550 5.1.1 no such user\r\n421 4.7.0 too many errors', 'CLOSE'] })
    const dialogue = await open(server.port)
    expect(codes((await dialogue.rcpt(['a@example.com'])).replies)).toEqual([550])
    await server.idle()
    const { replies, error } = await dialogue.rcpt(many(3))
    expect(replies).toMatchObject([{ stage: 'rcpt', code: 421, text: '421 4.7.0 too many errors' }])
    expect(error).toBeDefined()
    await expect(dialogue.mail('')).rejects.toMatchObject({ name: 'ProbeError' })
    expect(server.seen).toEqual(['EHLO probe.example.com', 'RCPT TO:<a@example.com>'])
  })
})

describe("a caller's mistake", () => {
  it.each<[string, Partial<DialogueOptions>, string]>([
    ['a line end in the EHLO name', { ehloName: 'a\r\nMAIL' }, 'TypeError'],
    ['two words as EHLO name', { ehloName: 'a b' }, 'TypeError'],
    ['no EHLO name', { ehloName: '' }, 'TypeError'],
    ['a name instead of an address', { address: 'localhost' }, 'TypeError'],
    ['a name to connect from', { localAddress: 'localhost' }, 'TypeError'],
    ['no port', { port: 0 }, 'RangeError'],
    ['half a port', { port: 25.5 }, 'RangeError'],
    ['a timeout of zero', { timeouts: { command: 0 } }, 'RangeError'],
    ['a timeout that is no number', { timeouts: { total: Number.NaN } }, 'RangeError'],
    ['an endless timeout', { timeouts: { greeting: Number.POSITIVE_INFINITY } }, 'RangeError'],
    ['a limit of zero', { limits: { reply: 0 } }, 'RangeError'],
    ['half a byte', { limits: { total: 0.5 } }, 'RangeError']
  ])('%s: nothing is sent', async (_name, options, error) => {
    const server = await serve({})
    await expect(openDialogue({ ...base, port: server.port, ...options })).rejects.toMatchObject({ name: error })
    expect(server.connections()).toBe(0)
  })

  it.each(['a@example.com>\r\nRCPT TO:<b@example.com', 'a\nb@example.com', 'a\rb', 'a\0b', 'a\tb', 'a\x7fb'])(
    'the address %j is not sent, nor is any other of the batch',
    async (address) => {
      const server = await serve({})
      const dialogue = await open(server.port)
      await expect(dialogue.rcpt(['fine@example.com', address])).rejects.toBeInstanceOf(TypeError)
      await expect(dialogue.rcpt(['fine@example.com'], `X=${address}`)).rejects.toBeInstanceOf(TypeError)
      await expect(dialogue.mail(address)).rejects.toBeInstanceOf(TypeError)
      await expect(dialogue.mail('', address)).rejects.toBeInstanceOf(TypeError)
      // The dialogue itself is unharmed.
      expect(codes((await dialogue.rcpt(['fine@example.com'])).replies)).toEqual([250])
      await dialogue.quit()
      expect(server.seen).toEqual(['EHLO probe.example.com', 'RCPT TO:<fine@example.com>', 'QUIT'])
    }
  )

  it('an address of 10 MB is not sent', async () => {
    const { port } = await serve({})
    const dialogue = await open(port)
    await expect(dialogue.rcpt([`${'a'.repeat(10_000_000)}@example.com`])).rejects.toBeInstanceOf(RangeError)
    await dialogue.quit()
  })

  it('a second command before the reply to the first is refused; the first is unharmed', async () => {
    const { port } = await serve({})
    const dialogue = await open(port)
    const first = dialogue.rcpt(many(3))
    await expect(dialogue.mail('')).rejects.toBeInstanceOf(TypeError)
    expect(codes((await first).replies)).toEqual([250, 250, 250])
    await dialogue.quit()
  })
})
