import { randomInt } from 'node:crypto'
import { connect } from 'node:net'
import { answersQuery, type Query } from './dns-message.ts'
import type { ServerAddress } from './name-server.ts'
import type { Silence } from './udp-exchange.ts'

/**
 * One question over a connection of its own (RFC 7766), for answers that do not fit in UDP. `timeout` (milliseconds) bounds
 * connection, question and answer together, so a server that drips gains nothing; the answer's length field bounds it to 65,535
 * bytes, and what follows is not read. A first message that is not the answer is `mismatch`. Never rejects.
 */
export const askByTcp = (server: ServerAddress, query: Query, timeout: number, signal: AbortSignal): Promise<Uint8Array | Silence> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve('unreachable')
    const id = randomInt(0x1_0000)
    const socket = connect({ host: server.address, port: server.port })
    const settle = (outcome: Uint8Array | Silence): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
      socket.destroy()
      resolve(outcome)
    }
    const abort = (): void => settle('unreachable')
    const timer = setTimeout(() => settle('timeout'), timeout)
    signal.addEventListener('abort', abort)
    socket.on('connect', () => {
      const bytes = new Uint8Array(query.bytes.length + 2)
      bytes.set(query.bytes, 2)
      bytes[0] = query.bytes.length >> 8
      bytes[1] = query.bytes.length & 0xff
      bytes[2] = id >> 8
      bytes[3] = id & 0xff
      socket.write(bytes)
    })
    const chunks: Buffer[] = []
    let size = 0
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      size += chunk.length
      if (size < 2) return
      // One copy of the first two bytes at most: they nearly always come together.
      const first = chunks[0] ?? chunk
      const length = first.length >= 2 ? first.readUInt16BE() : Buffer.concat(chunks).readUInt16BE()
      if (size < length + 2) return
      const bytes = Buffer.concat(chunks).subarray(2, length + 2)
      settle(answersQuery(bytes, query, id) ? bytes : 'mismatch')
    })
    socket.on('error', () => settle('unreachable'))
    socket.on('close', () => settle('unreachable'))
  })
