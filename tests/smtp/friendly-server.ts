import { createServer, type Socket } from 'node:net'

/** What the server knows about an address: its whole reply, without the line's end. */
export type RecipientTable = (address: string) => string

export type FriendlyServer = {
  readonly port: number
  readonly recipients: () => number
  readonly connections: () => number
  readonly mostAtOnce: () => number
  readonly stop: () => Promise<void>
}

/**
 * A server that keeps the rules and answers as fast as it can: one write for all commands of a packet, and no check of
 * anything. For benchmarks and for many sessions at once; faults are scripted-server's.
 */
export const listenFriendly = async (
  table: RecipientTable,
  {
    offers = ['PIPELINING', '8BITMIME'],
    port = 0,
    address = '127.0.0.1'
  }: { offers?: readonly string[]; port?: number; address?: string } = {}
): Promise<FriendlyServer> => {
  const hello = ['mx.example.com', ...offers].map((line, at, all) => `250${at === all.length - 1 ? ' ' : '-'}${line}\r\n`).join('')
  const sockets = new Set<Socket>()
  const counts = { recipients: 0, connections: 0, mostAtOnce: 0 }
  const answer = (line: string): string => {
    switch (line.slice(0, 4).toUpperCase()) {
      case 'RCPT':
        counts.recipients++
        return `${table(line.slice(line.indexOf('<') + 1, line.lastIndexOf('>')))}\r\n`
      case 'EHLO':
        return hello
      case 'HELO':
      case 'MAIL':
      case 'RSET':
        return '250 2.0.0 ok\r\n'
      case 'QUIT':
        return '221 2.0.0 bye\r\n'
      default:
        return '502 5.5.1 not implemented\r\n'
    }
  }
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    counts.connections++
    counts.mostAtOnce = Math.max(counts.mostAtOnce, sockets.size)
    let rest = ''
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    socket.on('data', (bytes) => {
      const lines = (rest + bytes.toString('utf8')).split('\r\n')
      rest = lines.pop() ?? ''
      let said = ''
      for (const line of lines) said += answer(line)
      if (said !== '') socket.write(said)
      if (lines.at(-1)?.toUpperCase() === 'QUIT') socket.end()
    })
    socket.write('220 mx.example.com ESMTP\r\n')
  })
  await new Promise<void>((resolve) => server.listen(port, address, 4_096, resolve))
  const bound = server.address()
  if (typeof bound !== 'object' || bound === null) throw new Error('no port')
  return {
    port: bound.port,
    recipients: () => counts.recipients,
    connections: () => counts.connections,
    mostAtOnce: () => counts.mostAtOnce,
    stop: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    }
  }
}
