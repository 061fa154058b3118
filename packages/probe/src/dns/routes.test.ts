import { afterEach, expect, test } from 'vitest'
import { startDnsServer } from '../../../../tests/dns/dns-server.ts'
import type { Zone } from '../../../../tests/dns/dns-zone.ts'
import { openResolver } from './resolver.ts'
import { openRoutes, type RoutesOptions } from './routes.ts'

const open: { close: () => unknown }[] = []
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close()
})

/** The resolver holds one answer only: what is asked twice is seen by the server. */
const start = async (zone: Zone, options: RoutesOptions = {}) => {
  const server = await startDnsServer(zone)
  const resolver = openResolver({ servers: [server.address], timeout: 5_000, tries: 1, cacheSize: 1 })
  open.push(server, resolver)
  const mxAsked = (): string[] => server.questions().flatMap(({ name, type }) => (type === 'MX' ? [name] : []))
  return { routes: openRoutes(resolver, options), server, mxAsked }
}
const zone: Zone = (name, type) =>
  name.startsWith('bad') ? 'servfail' : type === 'MX' ? [{ ttl: 1, data: `10 mx.${name}` }] : type === 'A' ? ['8.8.8.8'] : []

test('a domain is asked for once, however many ask, whatever the letter case', async () => {
  const { routes, mxAsked } = await start(zone)
  const found = await Promise.all(['a.test', 'A.TEST', 'a.test.', 'b.test', 'a.test'].map((domain) => routes.of(domain)))
  await routes.of('a.test')
  expect(found.map(({ domain, status }) => `${domain} ${status}`)).toEqual([
    'a.test hosts',
    'a.test hosts',
    'a.test hosts',
    'b.test hosts',
    'a.test hosts'
  ])
  expect(mxAsked()).toEqual(['a.test', 'b.test'])
})

test('a route holds for the run, a failure for its TTL', async () => {
  let time = 0
  const { routes, mxAsked } = await start(zone, { now: () => time })
  const ask = async (): Promise<void> => {
    for (const domain of ['a.test', 'bad1.test', 'bad2.test']) await routes.of(domain)
  }
  await ask()
  time = 4_999
  await ask()
  expect(mxAsked()).toEqual(['a.test', 'bad1.test', 'bad2.test'])
  time = 1_000_000_000
  await routes.of('a.test')
  // The resolver keeps time on its own clock and has, of the two failures, only the last one still.
  await routes.of('bad1.test')
  expect(mxAsked()).toEqual(['a.test', 'bad1.test', 'bad2.test', 'bad1.test'])
})

test('no more domains are asked for at once than allowed, and all get their route', async () => {
  const { routes, server } = await start((name, type) => ({ answers: type === 'MX' ? ['0 .'] : [], delay: name === '' ? 0 : 5 }), {
    concurrency: 3
  })
  const found = await Promise.all(Array.from({ length: 50 }, (_, index) => routes.of(`a${index}.test`)))
  expect([found.every(({ status }) => status === 'null-mx'), server.mostAtOnce()]).toEqual([true, 3])
})

test('of the routes, those used last are kept', async () => {
  const { routes, mxAsked } = await start(zone, { cacheSize: 2 })
  for (const domain of ['a.test', 'b.test', 'a.test', 'c.test', 'a.test', 'b.test']) await routes.of(domain)
  expect(mxAsked()).toEqual(['a.test', 'b.test', 'c.test', 'b.test'])
})

test('private addresses are for those who allow them', async () => {
  const local: Zone = (_name, type) => (type === 'MX' ? ['10 mx.test'] : type === 'A' ? ['127.0.0.1'] : [])
  const statuses = [await start(local), await start(local, { allowPrivate: true })].map(({ routes }) => routes.of('a.test'))
  expect((await Promise.all(statuses)).map(({ status }) => status)).toEqual(['private', 'hosts'])
})
