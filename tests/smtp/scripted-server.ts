import { createServer, type Server, type Socket } from 'node:net'
import { type SecureContextOptions, TLSSocket } from 'node:tls'

/**
 * What a server does at one step, in order. A string is said with CRLF behind it; `raw` as it stands (Latin-1); `drip` byte
 * by byte, `every` so many milliseconds; `flood` repeats `of` until so many bytes are out. No acts: it never answers.
 */
export type Act =
  | string
  | { readonly raw: string }
  | { readonly wait: number }
  | { readonly drip: string; readonly every: number }
  | { readonly flood: number; readonly of: string }
  | 'CLOSE'
  | 'RESET'
  | 'HANDSHAKE'

/** By what follows the verb, and how many of that verb came before; undefined: what any server says. */
type Answer = string | readonly Act[] | ((argument: string, before: number) => string | readonly Act[] | undefined)

export type Verb = 'greeting' | 'ehlo' | 'helo' | 'starttls' | 'auth' | 'mail' | 'rcpt' | 'rset' | 'quit'

export type Script = Partial<Readonly<Record<Verb, Answer>>> & {
  /** Keywords of the EHLO reply, where `ehlo` says nothing. */
  readonly offers?: readonly string[]
  readonly tls?: SecureContextOptions
  /** What it does once TLS is on. */
  readonly secured?: Script
}

export type ScriptedServer = {
  readonly port: number
  /** Commands as they came, of all connections. */
  readonly seen: readonly string[]
  /** Bytes that went out. */
  readonly written: () => number
  readonly connections: () => number
  /** Resolves when no client is connected any more. */
  readonly idle: () => Promise<void>
  readonly stop: () => Promise<void>
}

const usual = (verb: string, script: Script): string => {
  switch (verb) {
    case 'greeting':
      return '220 mx.example.com ESMTP'
    case 'ehlo':
      return ['mx.example.com', ...(script.offers ?? ['PIPELINING', ...(script.tls === undefined ? [] : ['STARTTLS'])])]
        .map((line, index, all) => `250${index === all.length - 1 ? ' ' : '-'}${line}`)
        .join('\r\n')
    case 'starttls':
      return script.tls === undefined ? '502 5.5.1 not implemented' : '220 2.0.0 ready'
    case 'quit':
      return '221 2.0.0 bye'
    case 'helo':
    case 'mail':
    case 'rcpt':
    case 'rset':
      return '250 2.0.0 ok'
    default:
      return '500 5.5.2 unknown command'
  }
}

/** Listens on 127.0.0.1, a free port if nothing else is said, and follows the script; what the script says nothing about is answered as any server would. */
export const listenSmtp = async (script: Script, address = '127.0.0.1', port = 0): Promise<ScriptedServer> => {
  const state = { seen: [] as string[], written: 0, connections: 0 }
  const sockets = new Set<Socket>()
  const waiting: (() => void)[] = []
  const server: Server = createServer((socket) => {
    state.connections++
    sockets.add(socket)
    socket.setNoDelay(true)
    socket.on('error', () => {})
    socket.on('close', () => {
      state.written += socket.bytesWritten
      sockets.delete(socket)
      if (sockets.size === 0) for (const resolve of waiting.splice(0)) resolve()
    })
    serve(socket, script, state.seen)
  })
  await new Promise<void>((resolve) => server.listen(port, address, resolve))
  const bound = server.address()
  if (typeof bound !== 'object' || bound === null) throw new Error('no port')
  return {
    port: bound.port,
    seen: state.seen,
    written: () => state.written + [...sockets].reduce((sum, socket) => sum + socket.bytesWritten, 0),
    connections: () => state.connections,
    idle: () => (sockets.size === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
    stop: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    }
  }
}

const serve = (plain: Socket, opening: Script, seen: string[]): void => {
  let socket: Socket = plain
  let script = opening
  let rest = ''
  let deaf = false
  const counts = new Map<string, number>()
  // Acts of one command after the other, also where commands come in one packet.
  let doing: Promise<void> = Promise.resolve()

  const answer = (verb: string, argument: string): void => {
    doing = doing.then(async () => {
      const before = counts.get(verb) ?? 0
      counts.set(verb, before + 1)
      const told = Object.hasOwn(script, verb) ? script[verb as Verb] : undefined
      const said = (typeof told === 'function' ? told(argument, before) : told) ?? usual(verb, script)
      const acts: readonly Act[] = typeof said === 'string' ? [said] : said
      // What follows is no command; acts alone decide what becomes of it.
      deaf ||= verb === 'starttls' && acts.some((act) => JSON.stringify(act).includes('220 '))
      for (const act of acts) await perform(act)
      if (verb === 'starttls' && script.tls !== undefined && typeof said === 'string' && said.startsWith('220')) handshake()
    })
  }

  const handshake = (): void => {
    socket.removeAllListeners('data')
    const secured = new TLSSocket(plain, { isServer: true, ...script.tls })
    secured.on('error', () => plain.destroy())
    script = script.secured ?? { ...script, ehlo: script.ehlo ?? usual('ehlo', { offers: ['PIPELINING', 'SIZE 1000'] }) }
    counts.clear()
    rest = ''
    deaf = false
    socket = secured
    socket.on('data', onData)
  }

  const write = (text: string): Promise<void> =>
    new Promise((resolve) => {
      if (socket.destroyed) resolve()
      else socket.write(Buffer.from(text, 'latin1'), () => resolve())
    })

  const perform = async (act: Act): Promise<void> => {
    if (act === 'CLOSE') socket.end()
    else if (act === 'RESET') plain.resetAndDestroy()
    else if (act === 'HANDSHAKE') handshake()
    else if (typeof act === 'string') await write(`${act}\r\n`)
    else if ('raw' in act) await write(act.raw)
    else if ('wait' in act) await new Promise((resolve) => setTimeout(resolve, act.wait))
    else if ('drip' in act) {
      for (const letter of act.drip) {
        if (socket.destroyed) return
        await write(letter)
        await new Promise((resolve) => setTimeout(resolve, act.every))
      }
    } else {
      const block = act.of.repeat(Math.max(1, Math.floor(16_384 / act.of.length)))
      for (let sent = 0; sent < act.flood && !socket.destroyed; sent += block.length) await write(block)
    }
  }

  const onData = (bytes: Buffer): void => {
    if (deaf) return
    rest += bytes.toString('latin1')
    for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n')) {
      const line = rest.slice(0, end).replace(/\r$/, '')
      rest = rest.slice(end + 1)
      seen.push(line)
      const [, verb = '', argument = ''] = /^(\S+) ?(.*)$/s.exec(line) ?? []
      answer(verb.toLowerCase(), argument)
    }
  }

  socket.on('data', onData)
  answer('greeting', '')
}
