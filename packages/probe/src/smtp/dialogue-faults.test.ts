import { getEventListeners } from 'node:events'
import { createServer } from 'node:net'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { type Act, listenSmtp, type Script, type ScriptedServer, type Verb } from '../../../../tests/smtp/scripted-server.ts'
import { ProbeError } from '../probe-error.ts'
import { type Dialogue, type DialogueOptions, openDialogue } from './dialogue.ts'
import { DialogueError } from './dialogue-error.ts'

const servers: ScriptedServer[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop()
})
const serve = async (script: Script): Promise<ScriptedServer> => {
  const server = await listenSmtp(script)
  servers.push(server)
  return server
}

const base = { address: '127.0.0.1', host: 'mx.example.com', ehloName: 'probe.example.com', tls: 'never' as const }
/** Milliseconds; only where a test waits for them to pass: a busy machine is slow too. */
const short = { greeting: 300, command: 300, starttls: 300 }

/** All that a prober asks, one after the other; what it got. */
const walk = async (port: number, options: Partial<DialogueOptions> = {}): Promise<{ codes: number[]; error?: unknown }> => {
  const codes: number[] = []
  let dialogue: Dialogue | undefined
  try {
    const opened = await openDialogue({ ...base, port, ...options })
    if ('refused' in opened) return { codes: [opened.refused.code] }
    dialogue = opened
    codes.push(opened.greeting.code, opened.ehlo.code)
    codes.push((await opened.mail('')).code)
    const { replies, error } = await opened.rcpt(['a@example.com', 'b@example.com', 'c@example.com'])
    codes.push(...replies.map(({ code }) => code))
    if (error !== undefined) return { codes, error }
    codes.push((await opened.reset()).code)
    return { codes }
  } catch (error) {
    return { codes, error }
  } finally {
    await dialogue?.quit()
  }
}

const whole = [220, 250, 250, 250, 250, 250, 250]
const reached: Partial<Record<Verb, number>> = { greeting: 0, ehlo: 0, mail: 2, rcpt: 3, rset: 6 }
const stages: Partial<Record<Verb, string>> = { greeting: 'greeting', ehlo: 'ehlo', mail: 'mail', rcpt: 'rcpt', rset: 'mail' }
const verbs: readonly Verb[] = ['greeting', 'ehlo', 'mail', 'rcpt', 'rset']
const reply: Partial<Record<Verb, string>> = { greeting: '220 mx', ehlo: '250 mx' }

describe.each(verbs)('at %s', (verb) => {
  const said = reply[verb] ?? '250 ok'
  it.each<[string, readonly Act[], string | readonly string[]]>([
    ['never answers', [], 'ETIMEDOUT'],
    ['drips a byte at a time, each well within the time', [{ drip: `${said.slice(0, 4)}${'x'.repeat(200)}\r\n`, every: 40 }], 'ETIMEDOUT'],
    ['drips lines that never end the reply', [{ drip: `${said.slice(0, 3)}-x\r\n`.repeat(50), every: 10 }], 'ETIMEDOUT'],
    ['stops in the middle of a line', [{ raw: said.slice(0, 5) }], 'ETIMEDOUT'],
    ['stops between the lines of a reply', [{ raw: `${said.slice(0, 3)}-more\r\n` }], 'ETIMEDOUT'],
    ['ends lines with CR alone', [{ raw: `${said}\r` }], 'ETIMEDOUT'],
    ['closes without a word', ['CLOSE'], 'ECLOSED'],
    ['closes in the middle of a line', [{ raw: said.slice(0, 5) }, 'CLOSE'], 'ECLOSED'],
    ['closes between the lines of a reply', [{ raw: `${said.slice(0, 3)}-more\r\n` }, 'CLOSE'], 'ECLOSED'],
    ['resets the connection', [{ wait: 10 }, 'RESET'], 'ECONNRESET'],
    ['sends 10 MB of one line', [{ flood: 10_000_000, of: `${said.slice(0, 4)}${'x'.repeat(1_000)}` }], 'ETOOLONG'],
    ['sends 10 MB of one reply', [{ flood: 10_000_000, of: `${said.slice(0, 3)}-x\r\n` }], 'ETOOLONG'],
    ['sends 10 MB of NULs', [{ flood: 10_000_000, of: '\0' }], 'ETOOLONG'],
    ['sends 10 MB of replies', [{ flood: 10_000_000, of: `${said}\r\n` }], 'EUNASKED'],
    ['says more than it was asked for', [{ raw: `${said}\r\n`.repeat(5) }], 'EUNASKED']
  ])('a server that %s: an error with its stage, and no reply but those before', async (_name, acts, code) => {
    const server = await serve({ [verb]: acts })
    const { codes, error } = await walk(server.port, code === 'ETIMEDOUT' ? { timeouts: short } : {})
    expect(error).toBeInstanceOf(ProbeError)
    expect(error).toBeInstanceOf(DialogueError)
    expect(error).toMatchObject({ code, stage: stages[verb], host: 'mx.example.com' })
    expect(codes).toEqual(whole.slice(0, reached[verb] ?? 0))
    // What it sent and nobody read lay in the buffers of the system.
    await server.idle()
  })

  it.each<[string, readonly Act[]]>([
    ['takes its time', [{ wait: 100 }, said]],
    ['drips, and is done in time', [{ drip: `${said}\r\n`, every: 2 }]],
    ['ends lines with LF alone', [{ raw: `${said}\n` }]],
    ['says nothing but the code', [said.slice(0, 3)]],
    ['has 8-bit garbage in its text', [{ raw: `${said} \xff\xfe\x80\xc3\r\n` }]],
    ['has NULs in its text', [{ raw: `${said} \0\0\r\n` }]],
    ['says a hundred lines', [{ raw: `${`${said.slice(0, 3)}-line\r\n`.repeat(99)}${said}\r\n` }]]
  ])('a server that %s is understood', async (_name, acts) => {
    const server = await serve({ [verb]: acts })
    expect(await walk(server.port)).toEqual({ codes: whole })
    await server.idle()
  })
})

describe('what is no SMTP reply', () => {
  it.each([
    'SSH-2.0-OpenSSH_9.2p1',
    'HTTP/1.1 400 Bad Request',
    '+OK POP3 ready',
    '* OK IMAP4rev1',
    '',
    '999 hi',
    '354 go',
    '220-mx\r\n554 no'
  ])('a greeting of %j is EGREETING', async (greeting) => {
    const { port } = await serve({ greeting: [{ raw: `${greeting}\r\n` }] })
    expect((await walk(port)).error).toMatchObject({ code: 'EGREETING', stage: 'greeting' })
  })

  it.each<[Verb, string]>([
    ['ehlo', 'hello there'],
    ['ehlo', '334 VXNlcm5hbWU6'],
    ['ehlo', '250-mx\r\n550 no']
  ])('at %s, %j is EPROTOCOL', async (verb, text) => {
    const { port } = await serve({ [verb]: [{ raw: `${text}\r\n` }] })
    expect((await walk(port)).error).toMatchObject({ code: 'EPROTOCOL', stage: verb })
  })

  it.each(['250-ok\r\n550 no', 'ok', '25 ok', '2500 ok', ''])(
    'a recipient answered with %j has code 0, and nobody behind it has a reply',
    async (text) => {
      const { port } = await serve({ rcpt: (_argument, before) => (before === 1 ? [{ raw: `${text}\r\n` }] : '250 ok') })
      const { codes, error } = await walk(port)
      expect(codes).toEqual([220, 250, 250, 250, 0])
      expect(error).toMatchObject({ code: 'EPROTOCOL', stage: 'rcpt' })
    }
  )
})

describe('replies that are out of step', () => {
  it('one too many within a batch: noticed at the next command at the latest', async () => {
    const surplus = '550 5.1.1 a\r\n550 5.1.1 again'
    const { port } = await serve({ rcpt: (_argument, before) => (before === 1 ? surplus : '250 ok') })
    const { codes, error } = await walk(port)
    expect(error).toMatchObject({ code: 'EUNASKED' })
    expect([3, 6]).toContain(codes.length)
  })

  it('one too many in the packet of the last: none of the batch is believed', async () => {
    let held = ''
    const { port } = await serve({
      rcpt: (_argument, before) => {
        held += before === 1 ? '550 5.1.1 b\r\n550 5.1.1 again\r\n' : '250 ok\r\n'
        return before < 2 ? [{ wait: 1 }] : [{ raw: held }]
      }
    })
    const { codes, error } = await walk(port)
    expect(codes).toEqual([220, 250, 250])
    expect(error).toMatchObject({ code: 'EUNASKED', stage: 'rcpt' })
  })

  it('half a reply before the command: it is not sent', async () => {
    const server = await serve({ mail: [{ raw: '250 ok\r\n25' }] })
    const { codes, error } = await walk(server.port)
    expect(codes).toEqual([220, 250, 250])
    expect(error).toMatchObject({ code: 'EUNASKED' })
    expect(server.seen.some((line) => line.startsWith('RCPT'))).toBe(false)
  })

  it('any bytes in any pieces: every recipient with a reply has that of its own place', async () => {
    const line = fc.constantFrom('250 ok', '550 5.1.1 no', '451 4.7.1 later', '421 bye', '250-ok', '550-no', 'junk', '25', '\xff\0')
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 6 }),
        async (lines, sizes) => {
          const stream = lines.map((each) => `${each}\r\n`).join('')
          const acts: Act[] = []
          let from = 0
          for (const size of sizes) {
            acts.push({ raw: stream.slice(from, from + size) })
            from += size
          }
          acts.push({ raw: stream.slice(from) }, 'CLOSE')
          const server = await listenSmtp({ rcpt: (_argument, before) => (before === 0 ? acts : []) })
          const opened = await openDialogue({ ...base, port: server.port })
          if ('refused' in opened) throw new Error('refused')
          const { replies, error } = await opened.rcpt(['a@example.com', 'b@example.com', 'c@example.com'])
          opened.close()
          await server.stop()
          expect(replies.length === 3 || error !== undefined).toBe(true)
          const said = replies.map(({ text }) => `${text.replaceAll('\n', '\r\n')}\r\n`).join('')
          expect(stream.startsWith(Buffer.from(said, 'latin1').toString('latin1'))).toBe(true)
          expect(replies.every(({ code, text }) => code === 0 || text.startsWith(String(code).charAt(0)))).toBe(true)
        }
      ),
      { numRuns: 60 }
    )
  })
})

describe('bounds of the whole dialogue', () => {
  it('bytes: many small replies add up', async () => {
    const { port } = await serve({ offers: ['SIZE 1000'], rcpt: `550 ${'x'.repeat(300)}` })
    const opened = await openDialogue({ ...base, port, limits: { total: 5_000 } })
    if ('refused' in opened) throw new Error('refused')
    const { replies, error } = await opened.rcpt(Array(100).fill('a@example.com'))
    expect(error).toMatchObject({ code: 'ETOOLONG', stage: 'rcpt' })
    expect(replies.length).toBeGreaterThan(10)
    expect(replies.length).toBeLessThan(18)
  })

  it('time: commands that are each in time are not in all', async () => {
    const { port } = await serve({ rset: [{ wait: 60 }, '250 ok'] })
    const opened = await openDialogue({ ...base, port, timeouts: { total: 1_000 } })
    if ('refused' in opened) throw new Error('refused')
    const asks = async (): Promise<void> => {
      for (let count = 0; count < 1_000; count++) await opened.reset()
    }
    await expect(asks()).rejects.toMatchObject({ code: 'ETIMEDOUT', message: 'the dialogue with mx.example.com took longer than 1000 ms' })
  })

  it('time: each stage has its own, whatever was left of the one before', async () => {
    const server = await serve({ greeting: [{ wait: 900 }, '220 mx'], mail: [{ wait: 900 }, '250 ok'] })
    expect(await walk(server.port, { timeouts: { connect: 500, greeting: 5_000, command: 5_000 } })).toEqual({ codes: whole })
  })

  it('time: a dialogue that nobody uses ends too', async () => {
    const server = await serve({})
    const opened = await openDialogue({ ...base, port: server.port, timeouts: { total: 1_000 } })
    if ('refused' in opened) throw new Error('refused')
    await server.idle()
    await expect(opened.mail('')).rejects.toMatchObject({ code: 'ETIMEDOUT' })
  })

  it('of 10 MB only what the buffers of the system take is sent to us, and next to nothing is kept', async () => {
    const server = await serve({ mail: [{ flood: 100_000_000, of: `250-${'x'.repeat(500)}\r\n` }] })
    const before = process.memoryUsage.rss()
    const results = await Promise.all(Array.from({ length: 20 }, () => walk(server.port)))
    for (const { error } of results) expect(error).toMatchObject({ code: 'ETOOLONG', stage: 'mail' })
    await server.idle()
    expect(server.written()).toBeLessThan(20 * 20_000_000)
    expect(process.memoryUsage.rss() - before).toBeLessThan(200_000_000)
  })
})

describe('no connection', () => {
  const unusedPort = async (): Promise<number> => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const bound = server.address()
    await new Promise((resolve) => server.close(resolve))
    return typeof bound === 'object' && bound !== null ? bound.port : 1
  }

  it('refused', async () => {
    const { error } = await walk(await unusedPort())
    expect(error).toMatchObject({ name: 'ProbeError', code: 'ECONNREFUSED', stage: 'connect', host: 'mx.example.com' })
    expect(error).toHaveProperty('cause.code', 'ECONNREFUSED')
    expect((error as DialogueError).transcript.map(({ from }) => from)).toEqual(['note', 'note'])
  })

  it('from an address that is not ours', async () => {
    const { error } = await walk(await unusedPort(), { localAddress: '192.0.2.77' })
    expect(error).toMatchObject({ code: 'EADDRNOTAVAIL', stage: 'connect' })
  })

  it('no answer: a full queue of connections takes no more', async () => {
    // A process that never accepts: the system's queue fills, and connecting hangs as behind a firewall that drops.
    const { port, stop } = await deafPort()
    const attempts = await Promise.all(Array.from({ length: 8 }, () => walk(port, { timeouts: { connect: 300, greeting: 300 } })))
    const stages = attempts.map(({ error }) => (error instanceof ProbeError ? `${error.stage} ${error.code}` : 'none'))
    expect(new Set(stages).has('connect ETIMEDOUT')).toBe(true)
    expect(stages.every((stage) => stage === 'connect ETIMEDOUT' || stage === 'greeting ETIMEDOUT')).toBe(true)
    await stop()
  })
})

/** A port whose process has stopped: connections are queued by the system and not accepted. */
const deafPort = async (): Promise<{ port: number; stop: () => Promise<void> }> => {
  const { spawn } = await import('node:child_process')
  const child = spawn(process.execPath, [
    '-e',
    "const s=require('net').createServer().listen({port:0,host:'127.0.0.1',backlog:1},()=>{console.log(s.address().port);process.kill(process.pid,'SIGSTOP')})"
  ])
  const port = await new Promise<number>((resolve) => child.stdout.once('data', (bytes: Buffer) => resolve(Number(bytes.toString()))))
  return {
    port,
    stop: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGKILL')
      await ended
    }
  }
}

describe('stopped by the caller', () => {
  it('before it begins: no connection', async () => {
    const server = await serve({})
    const { error } = await walk(server.port, { signal: AbortSignal.abort('enough') })
    expect(error).toMatchObject({ code: 'EABORTED', stage: 'connect', cause: 'enough' })
    expect(server.connections()).toBe(0)
  })

  it.each(verbs)('at %s: the connection ends at once', async (verb) => {
    const stop = new AbortController()
    const server = await serve({
      [verb]: () => {
        setTimeout(() => stop.abort(), 5)
        return []
      }
    })
    const { codes, error } = await walk(server.port, { signal: stop.signal, timeouts: {} })
    expect(error).toMatchObject({ code: 'EABORTED', stage: stages[verb] })
    expect(codes).toEqual(whole.slice(0, reached[verb] ?? 0))
    await server.idle()
  })

  it('between two commands: the next one fails', async () => {
    const stop = new AbortController()
    const server = await serve({})
    const opened = await openDialogue({ ...base, port: server.port, signal: stop.signal })
    if ('refused' in opened) throw new Error('refused')
    stop.abort()
    await server.idle()
    await expect(opened.mail('')).rejects.toMatchObject({ code: 'EABORTED' })
    await opened.quit()
  })

  it('close and quit can be said twice, in the middle, and after the end', async () => {
    const server = await serve({ rcpt: [] })
    const opened = await openDialogue({ ...base, port: server.port })
    if ('refused' in opened) throw new Error('refused')
    const asked = opened.rcpt(['a@example.com'])
    await opened.quit()
    expect(await asked).toMatchObject({ replies: [], error: { code: 'ECLOSED' } })
    opened.close()
    await opened.quit()
    await server.idle()
  })

  it('no timer and no connection outlive a dialogue, however it ends', async () => {
    const { signal } = new AbortController()
    const handles = (): number => process.getActiveResourcesInfo().filter((name) => /Timeout|TCPSocket|TLS/.test(name)).length
    const endings: readonly Script[] = [
      {},
      { greeting: '554 no' },
      { greeting: ['RESET'] },
      { mail: ['CLOSE'] },
      { rcpt: [{ flood: 1e6, of: 'x' }] },
      { ehlo: 'junk' }
    ]
    const before = handles()
    for (const script of endings) {
      const server = await listenSmtp(script)
      await walk(server.port, { signal })
      await server.idle()
      await server.stop()
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(handles()).toBeLessThanOrEqual(before)
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })
})
