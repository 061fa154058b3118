import { randomFillSync } from 'node:crypto'
import { createSocket, type Socket } from 'node:dgram'
import { answersQuery, type Query } from './dns-message.ts'

/** `mismatch`: all that came was to another question. */
export type Silence = 'timeout' | 'unreachable' | 'mismatch'

/**
 * Questions to one server by UDP. An answer is taken from the server's address and port alone (the sockets are connected: the
 * kernel drops the rest, RFC 5452 §9.1), to the port that asked, with the random id and the same question. One that fits in
 * the id only is passed over: the right one may still come behind a forged one.
 */
export type UdpExchange = {
  /** Never rejects. Keeps the process alive until it is settled, which takes `timeout` milliseconds at most. */
  readonly ask: (query: Query, timeout: number) => Promise<Uint8Array | Silence>
  readonly close: () => void
}

/** Each socket has its own port, chosen at random by the kernel; which one asks is chosen at random as well (RFC 5452 §9.2). */
const socketsPerServer = 4
/** After so many questions a socket gives way to one with a new port, before anybody could find the port and use it. */
const questionsPerSocket = 1_000

type Pending = {
  readonly query: Query
  readonly settle: (outcome: Uint8Array | Silence) => void
  mismatched: boolean
}

type Port = {
  readonly socket: Socket
  readonly pending: Map<number, Pending>
  readonly ready: Promise<unknown>
  open: boolean
  asked: number
}

export const openUdp = (address: string, port: number, stray: () => void): UdpExchange => {
  const ports: (Port | undefined)[] = new Array(socketsPerServer).fill(undefined)
  const retired = new Set<Port>()
  const random = randomNumbers()
  let closed = false

  const failAll = (of: Port): void => {
    for (const pending of of.pending.values()) pending.settle('unreachable')
  }

  const openPort = (): Port => {
    const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4')
    // A pending question keeps the process alive by its timer; an idle socket must not.
    socket.unref()
    const pending = new Map<number, Pending>()
    const { promise: ready, resolve } = Promise.withResolvers<undefined>()
    const opened: Port = { socket, pending, ready, open: false, asked: 0 }
    socket.on('message', (bytes) => {
      const id = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0)
      const waiting = pending.get(id)
      if (waiting !== undefined && answersQuery(bytes, waiting.query, id)) return waiting.settle(bytes)
      if (waiting !== undefined) waiting.mismatched = true
      stray()
    })
    const failed = (): void => {
      failAll(opened)
      if (!opened.open) retire(opened)
    }
    // ICMP's "port unreachable" comes as ECONNREFUSED, for the socket and not for one question; the socket stays of use.
    socket.on('error', failed)
    socket.connect(port, address, (error?: Error) => {
      opened.open = error === undefined
      if (error !== undefined) failed()
      resolve(undefined)
    })
    return opened
  }

  const retire = (of: Port): void => {
    const index = ports.indexOf(of)
    if (index >= 0) ports[index] = undefined
    if (of.pending.size > 0) retired.add(of)
    else closeSocket(of)
  }

  const closeSocket = (of: Port): void => {
    retired.delete(of)
    of.open = false
    try {
      of.socket.close()
    } catch {
      // It never opened, or is closed already.
    }
  }

  const choosePort = (): Port => {
    const index = random() % socketsPerServer
    const chosen = ports[index] ?? openPort()
    ports[index] = chosen
    chosen.asked++
    return chosen
  }

  return {
    ask: (query, timeout) =>
      new Promise((resolve) => {
        if (closed) return resolve('unreachable')
        const from = choosePort()
        let id = random()
        while (from.pending.has(id)) id = random()
        const timer = setTimeout(() => waiting.settle(waiting.mismatched ? 'mismatch' : 'timeout'), timeout)
        const waiting: Pending = {
          query,
          mismatched: false,
          settle: (outcome) => {
            clearTimeout(timer)
            from.pending.delete(id)
            if (from.pending.size === 0 && retired.has(from)) closeSocket(from)
            resolve(outcome)
          }
        }
        from.pending.set(id, waiting)
        if (from.asked >= questionsPerSocket) retire(from)
        const bytes = Uint8Array.from(query.bytes)
        bytes[0] = id >> 8
        bytes[1] = id & 0xff
        if (from.open) from.socket.send(bytes)
        else
          from.ready.then(() => {
            if (from.open && from.pending.get(id) === waiting) from.socket.send(bytes)
          })
      }),
    close: () => {
      closed = true
      for (const of of [...ports, ...retired]) {
        if (of === undefined) continue
        failAll(of)
        closeSocket(of)
      }
    }
  }
}

/** Random 16-bit numbers from the system's generator, drawn by the thousand: one call each would cost more than the question. */
const randomNumbers = (): (() => number) => {
  const numbers = new Uint16Array(1_024)
  let next = numbers.length
  return () => {
    if (next === numbers.length) {
      randomFillSync(numbers)
      next = 0
    }
    return numbers[next++] ?? 0
  }
}
