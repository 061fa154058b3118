import { createServer, type Socket } from 'node:net'

export type Scripted = { readonly port: number; readonly stop: () => Promise<void> }

/** Listens on a free port of the loopback and leaves each connection to the script. */
export const listen = async (script: (socket: Socket) => void): Promise<Scripted> => {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.setNoDelay(true)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    script(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  return {
    port: address.port,
    stop: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    }
  }
}

/** What a server says to a command: untagged lines, and how it ends. Undefined: what any server says. */
export type Answers = (command: string, args: string) => { readonly lines?: readonly string[]; readonly end?: string } | undefined

/** A small IMAP server with three messages, for what a good one never does. It answers as `answers` says, and by itself where that says nothing. */
export const listenImap = (
  answers: Answers,
  capabilities = 'IMAP4rev1 AUTH=PLAIN SASL-IR MOVE'
): Promise<Scripted & { readonly seen: string[] }> => {
  const seen: string[] = []
  const started = listen((socket) => {
    let rest = ''
    const say = (text: string): boolean => socket.write(`${text}\r\n`, 'latin1')
    say(`* OK [CAPABILITY ${capabilities}] mail.example.com ready`)
    let challenged: string | undefined
    socket.on('data', (bytes) => {
      rest += bytes.toString('latin1')
      for (let end = rest.indexOf('\r\n'); end >= 0; end = rest.indexOf('\r\n')) {
        const line = rest.slice(0, end)
        rest = rest.slice(end + 2)
        seen.push(line)
        if (challenged !== undefined) {
          say(`${challenged} OK done`)
          challenged = undefined
          continue
        }
        const [, tag = '*', command = '', args = ''] = /^(\S+) ((?:UID )?\S+) ?(.*)$/.exec(line) ?? []
        const told = answers(command.toUpperCase(), args)
        if (told === undefined && command.toUpperCase() === 'AUTHENTICATE' && !/\s/.test(args)) {
          challenged = tag
          say('+ ')
          continue
        }
        // `drop`: the connection ends behind these lines; `hang`: nothing comes any more.
        for (const each of told?.lines ?? usual(command.toUpperCase(), args, capabilities)) say(each)
        if (told?.end === 'drop') {
          socket.end()
          return
        }
        if (told?.end === 'hang') return
        say(`${tag} ${told?.end ?? 'OK done'}`)
      }
    })
  })
  return started.then((server) => ({ ...server, seen }))
}

const usual = (command: string, args: string, capabilities: string): readonly string[] => {
  switch (command) {
    case 'CAPABILITY':
      return [`* CAPABILITY ${capabilities}`]
    case 'LIST':
      return ['* LIST () "/" INBOX']
    case 'SELECT':
    case 'EXAMINE':
      return [
        '* 3 EXISTS',
        '* FLAGS (\\Seen)',
        '* OK [PERMANENTFLAGS (\\Seen \\Flagged)] kept',
        '* OK [UIDVALIDITY 7] valid',
        '* OK [UIDNEXT 4] next'
      ]
    case 'UID SEARCH':
      return ['* SEARCH 1 2 3']
    case 'UID FETCH':
      return (
        args
          .split(' ', 1)[0]
          ?.split(',')
          .map((uid) => fetched(Number(uid), args.includes('BODY'))) ?? []
      )
    default:
      return []
  }
}

export const fetched = (uid: number, withBody: boolean, body = `Subject: ${uid}\r\n\r\nText\r\n`): string =>
  withBody ? `* ${uid} FETCH (UID ${uid} BODY[]<0> {${body.length}}\r\n${body})` : `* ${uid} FETCH (UID ${uid} RFC822.SIZE ${body.length})`
