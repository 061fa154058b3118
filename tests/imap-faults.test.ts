import { describe, expect, test } from 'vitest'
import { type ImapBatch, type ImapOptions, openImap, SourceError } from '../packages/sources/src/index.ts'
import { type Answers, fetched, listen, listenImap } from './imap/scripted-server.ts'

type ImapItem = ImapBatch['items'][number]

const urlOf = (port: number): string => `imap://user@127.0.0.1:${port}/INBOX`

const failure = async (port: number, options: Partial<ImapOptions> = {}): Promise<SourceError> => {
  const error = await openImap({ url: urlOf(port), password: 'secret', ...options }).then(
    () => undefined,
    (reason: unknown) => reason
  )
  if (!(error instanceof SourceError)) throw new Error(`no SourceError: ${String(error)}`)
  return error
}

const readItems = async (answers: Answers, options: Partial<ImapOptions> = {}): Promise<{ items: ImapItem[]; seen: string[] }> => {
  const server = await listenImap(answers)
  try {
    const source = await openImap({ url: urlOf(server.port), password: 'secret', reconnectDelay: 1, ...options })
    const items: ImapItem[] = []
    for await (const batch of source.batches()) {
      items.push(...batch.items)
      await source.acknowledge(batch)
    }
    await source.close()
    return { items, seen: server.seen }
  } finally {
    await server.stop()
  }
}

const uidsOf = (items: readonly ImapItem[]): (number | string)[] => items.map((item) => ('uid' in item ? item.uid : item.problem))

describe('what is no IMAP server', () => {
  test.each([
    ['answers nothing', () => {}, { code: 'timeout', step: 'greeting' }],
    ['speaks SMTP', (say: (text: string) => void) => say('220 mail.example.com ESMTP\r\n'), { code: 'not-imap' }],
    ['speaks POP3', (say: (text: string) => void) => say('+OK ready\r\n'), { code: 'not-imap' }],
    ['answers HTTP', (say: (text: string) => void) => say('HTTP/1.1 400 Bad Request\r\n\r\n<html>'), { code: 'not-imap' }],
    ['answers bytes', (say: (text: string) => void) => say('\x00\x01\xff{99999999999}\r\n((((((\r\n'), {}]
  ])('it %s: told in a sentence, in time', async (_, script, expected) => {
    const server = await listen((socket) => script((text: string) => socket.write(text, 'latin1')))
    const error = await failure(server.port, { timeouts: { greeting: 400 } })
    await server.stop()
    expect(['timeout', 'not-imap', 'connection-lost', 'too-large']).toContain(error.code)
    expect(error).toMatchObject(expected)
    expect(error.message).toMatch(/^[A-Z1].*\.$/)
    expect(error.message).not.toContain('secret')
  })

  test('it hangs up at once', async () => {
    const server = await listen((socket) => socket.end())
    expect((await failure(server.port)).code).toBe('connection-lost')
    await server.stop()
  })

  test('it speaks no TLS where TLS is due', async () => {
    const server = await listen(() => {})
    const error = await failure(server.port, { url: `imaps://user@127.0.0.1:${server.port}`, timeouts: { connect: 400 } })
    await server.stop()
    expect(error).toMatchObject({ code: 'timeout', step: 'connect' })
  })
})

describe('what servers do', () => {
  test('a step that takes too long is named', async () => {
    const server = await listen((socket) => {
      socket.write('* OK [CAPABILITY IMAP4rev1] ready\r\n')
    })
    const error = await failure(server.port, { timeouts: { connect: 700, greeting: 700, 'sign-in': 100 } })
    await server.stop()
    expect(error).toMatchObject({ code: 'timeout', step: 'sign-in' })
    expect(error.message).toContain('signing in')
  })

  test('a message that does not come in time is a lost connection, and its step is named', async () => {
    const notices: string[] = []
    const reading = readItems(
      (command, args) => (command === 'UID FETCH' && args.includes('BODY') ? { lines: [], end: 'hang' } : undefined),
      {
        timeouts: { fetch: 100 },
        reconnects: 1,
        notice: ({ words }) => notices.push(words)
      }
    )
    await expect(reading).rejects.toMatchObject({ code: 'timeout', step: 'fetch' })
    expect(notices).toEqual([expect.stringContaining('while reading a message')])
  })

  test('what hangs ends at once when the caller aborts', async () => {
    const controller = new AbortController()
    const reason = new Error('interrupted')
    const reading = readItems(
      (command, args) => {
        if (command !== 'UID FETCH' || !args.includes('BODY')) return undefined
        controller.abort(reason)
        return { lines: [], end: 'hang' }
      },
      { signal: controller.signal }
    )
    await expect(reading).rejects.toBe(reason)
  })

  test('waiting to connect again ends at once when the caller aborts', async () => {
    const controller = new AbortController()
    const reason = new Error('interrupted')
    const reading = readItems((command) => (command === 'UID FETCH' ? { lines: [], end: 'drop' } : undefined), {
      signal: controller.signal,
      reconnectDelay: 100_000,
      notice: () => setImmediate(() => controller.abort(reason))
    })
    await expect(reading).rejects.toBe(reason)
  })

  test('one that has no TLS gets no password, but for the machine itself', async () => {
    const { seen } = await readItems(() => undefined)
    expect(seen.some((line) => line.includes('AUTHENTICATE'))).toBe(true)
    // The name leads to this machine, but does not say so.
    const server = await listenImap(() => undefined)
    const error = await failure(server.port, { url: `imap://user@[::ffff:127.0.0.1]:${server.port}` })
    await server.stop()
    expect(error.code).toBe('starttls-missing')
    expect(server.seen.join()).not.toMatch(/AUTHENTICATE|LOGIN/)
  })

  test('an access token goes by XOAUTH2', async () => {
    const server = await listenImap(() => undefined, 'IMAP4rev1 AUTH=XOAUTH2 SASL-IR')
    const source = await openImap({ url: urlOf(server.port), accessToken: 'token-of-today' })
    await source.close()
    await server.stop()
    const [, payload = ''] = /AUTHENTICATE XOAUTH2 (\S+)/.exec(server.seen.join('\n')) ?? []
    expect(Buffer.from(payload, 'base64').toString()).toBe('user=user\x01auth=Bearer token-of-today\x01\x01')
  })

  test('a token where only passwords are taken', async () => {
    const server = await listenImap(() => undefined)
    const error = await failure(server.port, { password: undefined, accessToken: 'token-of-today' })
    await server.stop()
    expect(error.code).toBe('login-refused')
    expect(server.seen.join()).not.toContain('AUTHENTICATE')
  })

  test('a login that is refused for now is not called a wrong password', async () => {
    const server = await listenImap((command) => (command === 'AUTHENTICATE' ? { end: 'NO [UNAVAILABLE] Try\x1b[31m later' } : undefined))
    const error = await failure(server.port)
    await server.stop()
    expect(error.code).toBe('unavailable')
    expect(error.message).not.toContain('\x1b')
  })

  test('a message that the server cannot hand out is a problem; the others come', async () => {
    const { items, seen } = await readItems(
      (command, args) =>
        command === 'UID FETCH' && args.includes('BODY') && /^[\d,]*\b2\b/.test(args)
          ? { lines: [], end: 'NO [SERVERBUG] broken' }
          : undefined,
      { mark: 'seen' }
    )
    expect(uidsOf(items)).toEqual([1, expect.stringContaining('broken'), 3])
    expect(seen.find((line) => line.includes('STORE'))).toContain('UID STORE 1,3 +FLAGS.SILENT (\\Seen)')
  })

  test('a server that refuses every message is told; none is passed over', async () => {
    const reading = readItems((command, args) =>
      command === 'UID FETCH' && args.includes('BODY') ? { lines: [], end: 'NO no' } : undefined
    )
    await expect(reading).rejects.toMatchObject({ code: 'command-refused', step: 'fetch', message: expect.stringContaining('"no"') })
  })

  test('a server that cannot do it now is asked again', async () => {
    let busy = true
    const { items } = await readItems((command, args) => {
      if (command !== 'UID FETCH' || !args.includes('BODY') || !busy) return undefined
      busy = false
      return { lines: [], end: 'NO [UNAVAILABLE] busy' }
    })
    expect(uidsOf(items)).toEqual([1, 2, 3])
  })

  test('messages out of order, flags in between and doubles come in order and once', async () => {
    const { items } = await readItems((command, args) =>
      command === 'UID FETCH' && args.includes('BODY')
        ? {
            lines: [
              fetched(3, true),
              '* 2 FETCH (FLAGS (\\Seen) UID 2)',
              fetched(1, true),
              fetched(2, true),
              fetched(1, true),
              '* 9 FETCH (UID 9 FLAGS ())'
            ]
          }
        : undefined
    )
    expect(uidsOf(items)).toEqual([1, 2, 3])
  })

  test('a server that sends far more than it said is cut off, and every message comes once', async () => {
    const body = 'Subject: x\r\n\r\n'.padEnd(900, 'x')
    const { items } = await readItems(
      (command, args) =>
        command === 'UID FETCH' && args.includes('BODY')
          ? { lines: (args.split(' ', 1)[0] ?? '').split(',').map((uid) => fetched(Number(uid), true, body)) }
          : undefined,
      { batchBytes: 500, maxMessageBytes: 800 }
    )
    expect(uidsOf(items.filter((item) => 'uid' in item))).toEqual([1, 2, 3])
  })

  test('a server that ignores the limit of a fetch does not fill the memory', async () => {
    const server = await listenImap((command, args) =>
      command === 'UID FETCH' && args.includes('BODY') ? { lines: ['* 1 FETCH (UID 1 BODY[]<0> {99999999}'], end: 'x' } : undefined
    )
    const source = await openImap({ url: urlOf(server.port), password: 'secret' })
    await expect(source.batches().next()).rejects.toMatchObject({ code: 'too-large' })
    await source.close()
    await server.stop()
  })

  test('a connection that breaks within a message: what came before it is not fetched again', async () => {
    let broken = false
    const { items, seen } = await readItems((command, args) => {
      if (command !== 'UID FETCH' || !args.includes('BODY') || broken) return undefined
      broken = true
      return { lines: [fetched(1, true), '* 2 FETCH (UID 2 BODY[]<0> {500}', 'Subject: 2'], end: 'drop' }
    })
    expect(uidsOf(items)).toEqual([1, 2, 3])
    expect(seen.flatMap((line) => /UID FETCH (\S+) .*BODY/.exec(line)?.[1] ?? [])).toEqual(['1,2,3', '2,3'])
  })

  test('a connection that breaks at the same place every time is given up', async () => {
    let times = 0
    const reading = readItems(
      (command, args) => {
        if (command !== 'UID FETCH' || !args.includes('BODY')) return undefined
        times++
        return { lines: [], end: 'drop' }
      },
      { reconnects: 3 }
    )
    await expect(reading).rejects.toMatchObject({ code: 'connection-lost', step: 'fetch' })
    expect(times).toBe(4)
  })

  test('a move that is refused is told with the server’s words', async () => {
    const reading = readItems((command) => (command === 'UID MOVE' ? { end: 'NO [OVERQUOTA] mailbox is full' } : undefined), {
      moveTo: 'Processed'
    })
    await expect(reading).rejects.toMatchObject({ code: 'move-refused', message: expect.stringContaining('mailbox is full') })
  })

  test('a mark that the mailbox does not keep is refused before anything is read', async () => {
    const server = await listenImap(() => undefined)
    const error = await failure(server.port, { mark: '$Processed' })
    await server.stop()
    expect(error.code).toBe('mark-refused')
    expect(error.message).toContain('\\Seen \\Flagged')
    expect(server.seen.join()).not.toContain('FETCH')
  })

  test('a mailbox that may only be read is not marked', async () => {
    const server = await listenImap((command) =>
      command === 'SELECT' ? { lines: ['* 1 EXISTS', '* OK [UIDVALIDITY 7] valid'], end: 'OK [READ-ONLY] selected' } : undefined
    )
    expect((await failure(server.port, { mark: 'seen' })).code).toBe('read-only')
    await server.stop()
  })
})
