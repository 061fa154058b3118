import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { type Socket as Connection, createServer, type Server } from 'node:net'
import { type Fault, type FoundEntry, findEntry, type Zone, type ZoneAnswer } from './dns-zone.ts'
import { encodeAnswer } from './encode-answer.ts'

type Question = {
  readonly name: string
  readonly type: string
  readonly transport: 'udp' | 'tcp'
  readonly edns: boolean
  /** RD and CD. */
  readonly recursion: boolean
  readonly checkingDisabled: boolean
  /** Port that it came from. */
  readonly port: number
}

export type DnsServer = {
  /** `address:port`, UDP and TCP. */
  readonly address: string
  /** What was asked, in order. */
  readonly questions: () => readonly Question[]
  /** Questions that waited for their answer at the same time, at most. */
  readonly mostAtOnce: () => number
  readonly close: () => Promise<void>
}

export type DnsServerOptions = {
  /** Keep no log of the questions and all answers of a table or a function by question: for benchmarks. */
  readonly fast?: boolean
  /** Do not listen on TCP. */
  readonly udpOnly?: boolean
  /** Where it listens, instead of a free port of 127.0.0.1: for several servers on one port. */
  readonly host?: string
  readonly port?: number
}

type Reply = { readonly bytes: Buffer; readonly fault?: Fault; readonly delay: number }

const typeNames: Readonly<Record<number, string>> = {
  1: 'A',
  2: 'NS',
  5: 'CNAME',
  6: 'SOA',
  12: 'PTR',
  15: 'MX',
  16: 'TXT',
  28: 'AAAA',
  43: 'DS',
  46: 'RRSIG',
  48: 'DNSKEY',
  52: 'TLSA'
}

/** A DNS server in this process on 127.0.0.1 that answers from a zone, faults included. */
export const startDnsServer = async (zone: Zone, options: DnsServerOptions = {}): Promise<DnsServer> => {
  const log: Question[] = []
  const prebuilt = new Map<string, Reply>()
  const connections = new Set<Connection>()
  let waiting = 0
  let most = 0
  let closed = false

  const build = (query: Buffer): Reply & { readonly name: string; readonly type: string; readonly edns: boolean } => {
    const { name, type, end } = readQuestion(query)
    const edns = query.readUInt16BE(10) > 0
    const found = checked(findEntry(zone, name, type), query)
    const { answer } = found
    const bytes = answer.raw === undefined ? encodeAnswer({ name, type, edns }, found) : Buffer.from(answer.raw)
    return {
      name,
      type,
      edns,
      bytes: spoil(bytes, answer, end),
      ...(answer.fault === undefined ? {} : { fault: answer.fault }),
      delay: answer.delay ?? 0
    }
  }

  const answerTo = (query: Buffer, transport: 'udp' | 'tcp', port: number): Reply => {
    if (!options.fast) {
      const built = build(query)
      log.push({
        name: built.name,
        type: built.type,
        transport,
        edns: built.edns,
        recursion: ((query[2] ?? 0) & 1) !== 0,
        checkingDisabled: ((query[3] ?? 0) & 0x10) !== 0,
        port
      })
      return built
    }
    // Question and EDNS as they are on the wire: everything behind the id.
    const key = query.toString('latin1', 2)
    const known = prebuilt.get(key) ?? build(query)
    prebuilt.set(key, known)
    return known
  }

  const later = (reply: Reply, send: () => void): void => {
    most = Math.max(most, ++waiting)
    const finish = (): void => {
      waiting--
      if (!closed) send()
    }
    if (reply.delay > 0) setTimeout(finish, reply.delay)
    else finish()
  }

  const send = (socket: Socket, bytes: Buffer, to: RemoteInfo): void => socket.send(bytes, to.port, to.address, () => undefined)

  const onDatagram = (query: Buffer, from: RemoteInfo): void => {
    const reply = answerTo(query, 'udp', from.port)
    const withId = Buffer.from(reply.bytes)
    if (withId.length > 1) query.copy(withId, 0, 0, 2)
    const edns = query.readUInt16BE(10) > 0
    const fault = reply.fault
    if (fault === 'timeout' || (fault === 'edns-timeout' && edns)) return
    later(reply, () => {
      if (fault === undefined) return send(udp, withId, from)
      if (fault === 'wrong-id' || fault === 'forged-first') send(udp, changed(withId, 1), from)
      if (fault === 'wrong-question' || fault === 'forged-first') send(udp, changed(withId, 14), from)
      if (fault === 'wrong-source-port') send(other, withId, from)
      if (fault === 'wrong-id' || fault === 'wrong-question' || fault === 'wrong-source-port') return
      send(udp, byTcpOnly.has(fault) ? truncate(withId, query) : withId, from)
    })
  }

  const onConnection = (connection: Connection): void => {
    connections.add(connection)
    connection.on('close', () => connections.delete(connection))
    connection.on('error', () => undefined)
    let held = Buffer.alloc(0)
    connection.on('data', (chunk) => {
      held = Buffer.concat([held, chunk])
      while (held.length >= 2 && held.length >= held.readUInt16BE() + 2) {
        const query = held.subarray(2, held.readUInt16BE() + 2)
        held = held.subarray(query.length + 2)
        const reply = answerTo(query, 'tcp', connection.remotePort ?? 0)
        if (reply.fault === 'tcp-closed') return connection.destroy()
        if (reply.fault === 'tcp-timeout') return
        const bytes = Buffer.concat([Buffer.from([reply.bytes.length >> 8, reply.bytes.length & 0xff]), reply.bytes])
        query.copy(bytes, 2, 0, 2)
        later(reply, () => {
          if (reply.fault === 'tcp-cut') return connection.end(bytes.subarray(0, bytes.length - 5))
          if (reply.fault === 'drip') return drip(connection, bytes)
          connection.write(bytes)
        })
      }
    })
  }

  const tcp = createServer(onConnection)
  const udp = await bindBoth(options.udpOnly ? undefined : tcp, options.host, options.port)
  const other = await bind()
  udp.on('message', onDatagram)
  return {
    address: `${options.host ?? '127.0.0.1'}:${udp.address().port}`,
    questions: () => log,
    mostAtOnce: () => most,
    close: async () => {
      closed = true
      for (const connection of connections) connection.destroy()
      udp.close()
      other.close()
      if (tcp.listening) await new Promise((resolve) => tcp.close(resolve))
    }
  }
}

/** A fault that is meant for those who validate is gone where CD is set. */
const checked = (found: FoundEntry, query: Buffer): FoundEntry => {
  if (!found.answer.bogus || ((query[3] ?? 0) & 0x10) !== 0) return found
  return { ...found, answer: { ...found.answer, fault: 'servfail' } }
}

const byTcpOnly = new Set<Fault>(['truncated', 'tcp-closed', 'tcp-cut', 'tcp-timeout', 'drip'])

/** Header and question alone, with TC set. */
const truncate = (bytes: Buffer, query: Buffer): Buffer => {
  const cut = Buffer.from(bytes.subarray(0, readQuestion(query).end))
  cut.writeUInt16BE(cut.readUInt16BE(2) | 0x0200, 2)
  cut.fill(0, 6, 12)
  return cut
}

const spoil = (bytes: Buffer, answer: ZoneAnswer, questionEnd: number): Buffer => {
  switch (answer.fault) {
    case 'garbage':
      return Buffer.from('\0\0this is no DNS message, however long one reads it')
    case 'cut':
      return bytes.subarray(0, bytes.length - 14)
    case 'pointer-loop': {
      const header = Buffer.from(bytes.subarray(0, questionEnd))
      header.writeUInt16BE(1, 6)
      header.fill(0, 8, 12)
      return Buffer.concat([header, Buffer.from([0xc0, questionEnd, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 1])])
    }
    default:
      return bytes
  }
}

const changed = (bytes: Buffer, at: number): Buffer => {
  const other = Buffer.from(bytes)
  other[at] = (other[at] ?? 0) ^ 1
  return other
}

const drip = (connection: Connection, bytes: Buffer): void => {
  let at = 0
  const timer = setInterval(() => {
    if (connection.destroyed || at === bytes.length) clearInterval(timer)
    else connection.write(bytes.subarray(at, ++at))
  }, 20)
  connection.on('close', () => clearInterval(timer))
}

const readQuestion = (query: Buffer): { readonly name: string; readonly type: string; readonly end: number } => {
  const labels: string[] = []
  let at = 12
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length).toLowerCase())
    at += length + 1
  }
  return { name: labels.join('.') || '.', type: typeNames[query.readUInt16BE(at + 1)] ?? 'A', end: at + 5 }
}

const bind = async (host = '127.0.0.1', port = 0): Promise<Socket> => {
  // The address is one of ours already: no look-up, which costs more than the answer.
  const socket = createSocket({ type: 'udp4', recvBufferSize: 4_194_304, lookup: (host, _options, done) => done(null, host, 4) })
  // Without a look-up it is bound at once.
  const bound = once(socket, 'listening')
  socket.bind(port, host)
  await bound
  return socket
}

/** UDP and TCP on one port; another port where somebody else has it by TCP. */
const bindBoth = async (tcp: Server | undefined, host = '127.0.0.1', port = 0): Promise<Socket> => {
  for (;;) {
    const udp = await bind(host, port)
    if (tcp === undefined) return udp
    try {
      tcp.listen(udp.address().port, host)
      await once(tcp, 'listening')
      return udp
    } catch (error) {
      udp.close()
      if (port !== 0) throw error
    }
  }
}
