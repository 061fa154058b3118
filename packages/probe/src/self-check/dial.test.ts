import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { dialTcp } from './dial.ts'

const listen = async (): Promise<{ readonly port: number; readonly closed: () => Promise<void> }> => {
  const server = createServer((socket) => socket.on('error', () => undefined).resume())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    closed: async () => {
      server.close()
      await once(server, 'close')
    }
  }
}

test('a port that listens is open, and the connection is closed again', async () => {
  const { port, closed } = await listen()
  expect(await dialTcp('127.0.0.1', port, 10_000)).toBe('open')
  // Ends only when no connection is left.
  await closed()
})

test('a port where nothing listens is refused', async () => {
  const { port, closed } = await listen()
  await closed()
  expect(await dialTcp('127.0.0.1', port, 10_000)).toBe('refused')
})

test('what is no address that can be connected to is unreachable', async () => {
  expect(await dialTcp('255.255.255.255', 25, 10_000)).toBe('unreachable')
})

/** A listener that never accepts: when its queue is full, the system drops what else comes, as a firewall does. */
const blockedListener = `
const { parentPort } = require('node:worker_threads')
const server = require('node:net').createServer()
server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
  parentPort.postMessage(server.address().port)
  setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0))
})`

test.skipIf(process.platform !== 'linux')('silence is a timeout', async () => {
  const worker = new Worker(blockedListener, { eval: true })
  const fillers: Socket[] = []
  try {
    const [port] = (await once(worker, 'message')) as [number]
    // A backlog of 1 takes two connections; two more are in the way of being made.
    for (let filler = 0; filler < 4; filler++) fillers.push(createConnection({ port, host: '127.0.0.1' }).on('error', () => undefined))
    await Promise.all(fillers.slice(0, 2).map((socket) => once(socket, 'connect')))
    expect(await dialTcp('127.0.0.1', port, 300)).toBe('timeout')
  } finally {
    for (const socket of fillers) socket.destroy()
    await worker.terminate()
  }
})

test('a signal ends the wait, before it and in the middle of it', async () => {
  const ending = new AbortController()
  const waits = dialTcp('127.0.0.1', 1, 10_000, { signal: ending.signal })
  ending.abort()
  expect(['timeout', 'refused']).toContain(await waits)
  expect(await dialTcp('127.0.0.1', 1, 10_000, { signal: ending.signal })).toBe('timeout')
})

/** A network of its own, with routes that say no in several ways. */
const hasNamespaces = userInfo().uid === 0 && existsSync('/usr/bin/unshare') && existsSync('/usr/sbin/ip')
test.skipIf(!hasNamespaces)('a route that forbids is told apart from none', () => {
  const script = `
    ip link set lo up
    ip route add prohibit 203.0.113.0/24
    ip route add unreachable 198.51.100.0/24
    exec "$0" --input-type=module -e "
      import { dialTcp } from '${join(import.meta.dirname, 'dial.ts')}'
      for (const address of ['203.0.113.1', '198.51.100.1', '192.0.2.1', '127.0.0.1']) console.log(await dialTcp(address, 25, 5000))
    "`
  const said = execFileSync('/usr/bin/unshare', ['-n', 'sh', '-c', script, process.execPath], { encoding: 'utf8' })
  expect(said.trim().split('\n')).toEqual(['prohibited', 'unreachable', 'unreachable', 'refused'])
})
