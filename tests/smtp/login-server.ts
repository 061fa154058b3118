import { createServer, type Socket } from 'node:net'
import { type SecureContextOptions, TLSSocket } from 'node:tls'

/** Gives the next line of the client after a 334 with this challenge. */
type Ask = (challenge: string) => Promise<string>

/** A submission server on 127.0.0.1 whose AUTH is the test's. What nothing is said about is answered as any server would. */
export type LoginScript = {
  readonly greeting?: string
  readonly tls?: SecureContextOptions
  /** TLS before the greeting. */
  readonly implicit?: true
  /** What stands behind AUTH in the EHLO reply, before TLS and inside it; undefined: not offered. */
  readonly before?: string
  readonly inside?: string
  /** `PLAIN AGFiYw==`: the whole line behind AUTH. Gives the reply; undefined: the connection is cut. */
  readonly auth?: (line: string, ask: Ask, insideTls: boolean) => Promise<string | undefined> | string | undefined
  /** The reply to STARTTLS, where it is refused; asked each time. */
  readonly starttls?: () => string | undefined
  readonly mail?: string
  readonly rcpt?: string
}

export type LoginServer = {
  readonly port: number
  /** Lines as they came. */
  readonly seen: readonly string[]
  readonly stop: () => Promise<void>
}

export const listenLogin = async (script: LoginScript): Promise<LoginServer> => {
  const seen: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((plain) => {
    sockets.add(plain)
    plain.on('error', () => {})
    plain.on('close', () => sockets.delete(plain))
    serve(plain, script, seen).catch(() => plain.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const bound = server.address()
  if (typeof bound !== 'object' || bound === null) throw new Error('no port')
  return {
    port: bound.port,
    seen,
    stop: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    }
  }
}

const serve = async (plain: Socket, script: LoginScript, seen: string[]): Promise<void> => {
  const secure = (): TLSSocket => {
    const secured = new TLSSocket(plain, { isServer: true, ...script.tls })
    secured.on('error', () => plain.destroy())
    return secured
  }
  let socket: Socket = script.implicit ? secure() : plain
  let insideTls = script.implicit === true
  let next = linesOf(socket)
  const say = (text: string): void => void socket.write(`${text}\r\n`)
  const ask: Ask = async (challenge) => {
    say(`334 ${challenge}`)
    return (await next()) ?? '*'
  }
  say(script.greeting ?? '220 mail.example.com ESMTP')
  for (let line = await next(); line !== undefined; line = await next()) {
    seen.push(line)
    const [verb = ''] = line.toUpperCase().split(' ')
    if (verb === 'EHLO') {
      const auth = insideTls ? script.inside : script.before
      const offers = [
        ...(auth === undefined ? [] : [`AUTH ${auth}`]),
        ...(script.tls !== undefined && !insideTls ? ['STARTTLS'] : []),
        'HELP'
      ]
      say(['250-mail.example.com', ...offers.map((offer, at) => `250${at === offers.length - 1 ? ' ' : '-'}${offer}`)].join('\r\n'))
    } else if (verb === 'STARTTLS' && script.tls !== undefined) {
      const refusal = script.starttls?.()
      say(refusal ?? '220 2.0.0 ready')
      if (refusal !== undefined) continue
      socket.removeAllListeners('data')
      socket = secure()
      insideTls = true
      next = linesOf(socket)
    } else if (verb === 'AUTH') {
      const reply = await (script.auth ?? (() => '535 5.7.8 no'))(line.slice(5), ask, insideTls)
      if (reply === undefined) plain.destroy()
      else say(reply)
    } else if (verb === 'MAIL') say(script.mail ?? '250 2.1.0 ok')
    else if (verb === 'RCPT') say(script.rcpt ?? '250 2.1.5 ok')
    else if (verb === 'RSET') say('250 2.0.0 ok')
    else if (verb === 'QUIT') {
      say('221 2.0.0 bye')
      socket.end()
    } else say('500 5.5.2 unknown command')
  }
}

/** The lines of a connection one by one; undefined at its end. */
const linesOf = (socket: Socket): (() => Promise<string | undefined>) => {
  const waiting: ((line: string | undefined) => void)[] = []
  const lines: string[] = []
  let rest = ''
  let over = false
  socket.on('data', (bytes) => {
    rest += bytes.toString('latin1')
    for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n')) {
      const line = rest.slice(0, end).replace(/\r$/, '')
      rest = rest.slice(end + 1)
      const taker = waiting.shift()
      if (taker === undefined) lines.push(line)
      else taker(line)
    }
  })
  socket.on('close', () => {
    over = true
    for (const taker of waiting.splice(0)) taker(undefined)
  })
  return () => {
    const line = lines.shift()
    return line !== undefined || over ? Promise.resolve(line) : new Promise((resolve) => waiting.push(resolve))
  }
}
