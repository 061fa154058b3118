import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Running, start } from './start.ts'

const top = mkdtempSync(join(tmpdir(), 'whybounce-server-'))
const folder = join(top, 'dist')
const script = `console.log(${JSON.stringify('x'.repeat(2_000))})`
let running: Running

beforeAll(async () => {
  mkdirSync(join(folder, 'assets'), { recursive: true })
  mkdirSync(join(folder, 'codes', '550'), { recursive: true })
  writeFileSync(join(top, 'secret.txt'), 'secret')
  writeFileSync(join(folder, 'index.html'), '<h1>first</h1>')
  writeFileSync(join(folder, '404.html'), '<h1>none</h1>')
  writeFileSync(join(folder, 'codes', '550', 'index.html'), '<h1>550</h1>')
  writeFileSync(join(folder, 'assets', 'a-1234.js'), script)
  writeFileSync(join(folder, 'assets', 'a-1234.js.br'), brotliCompressSync(script))
  writeFileSync(join(folder, 'assets', 'a-1234.js.gz'), gzipSync(script))
  running = await start({ folder, host: '127.0.0.1', port: 0 })
})

afterAll(async () => {
  await running.stop()
  rmSync(top, { recursive: true })
})

type Answer = { status: number; headers: Record<string, string | string[] | undefined>; body: Buffer }

/** Asks by hand, since fetch cleans a path before it sends it. */
const ask = (path: string, { method = 'GET', headers = {} }: { method?: string; headers?: Record<string, string> } = {}): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(running.url)
    request({ hostname, port, path, method, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }))
    })
      .on('error', reject)
      .end()
  })

describe('what is served', () => {
  test.each([
    ['/', 200, '<h1>first</h1>'],
    ['/codes/550/', 200, '<h1>550</h1>'],
    ['/assets/a-1234.js', 200, script],
    ['/codes/551/', 404, '<h1>none</h1>'],
    ['/codes', 404, '<h1>none</h1>'],
    ['/?q=1', 200, '<h1>first</h1>'],
    ['/%zz', 404, '<h1>none</h1>']
  ])('%s is answered with %i', async (path, status, body) => {
    const answer = await ask(path)
    expect([answer.status, answer.body.toString()]).toEqual([status, body])
  })

  test('a page without its last slash, or in capitals, leads to the page', async () => {
    expect((await ask('/codes/550')).headers.location).toBe('/codes/550/')
    expect((await ask('/CODES/550/')).headers.location).toBe('/codes/550/')
  })

  test.each([
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/assets/../../secret.txt',
    '/..\\secret.txt',
    '//etc/passwd',
    '/assets/%00',
    '/.'
  ])('%s leads to nothing outside of the folder', async (path) => {
    const answer = await ask(path)
    expect(answer.body.toString()).not.toContain('secret')
    expect(answer.body.toString()).not.toContain('root:')
  })

  test('HEAD has the headers of GET and no body', async () => {
    const [head, get] = [await ask('/codes/550/', { method: 'HEAD' }), await ask('/codes/550/')]
    expect(head.status).toBe(200)
    expect(head.body.length).toBe(0)
    expect(head.headers['content-length']).toBe(get.headers['content-length'])
    expect(head.headers.etag).toBe(get.headers.etag)
  })

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])('%s is refused', async (method) => {
    const answer = await ask('/', { method })
    expect([answer.status, answer.headers.allow]).toEqual([405, 'GET, HEAD'])
  })
})

test.each(['/', '/assets/a-1234.js', '/none', '/codes/550'])('%s carries the security headers', async (path) => {
  const { headers } = await ask(path)
  expect(headers['content-security-policy']).toMatch(/^default-src 'none';.*connect-src 'none';.*frame-ancestors 'none'$/)
  expect(headers['content-security-policy']).not.toMatch(/unsafe|\*|https?:/)
  expect(headers['x-content-type-options']).toBe('nosniff')
  expect(headers['referrer-policy']).toBe('no-referrer')
  expect(headers['permissions-policy']).toContain('camera=()')
})

describe('compression', () => {
  test.each([
    ['br, gzip', 'br', brotliDecompressSync],
    ['gzip', 'gzip', gunzipSync],
    ['br;q=0, gzip', 'gzip', gunzipSync],
    ['', undefined, (body: Buffer) => body],
    ['brotli', undefined, (body: Buffer) => body]
  ])('Accept-Encoding %j is answered with %s', async (accepted, encoding, open) => {
    const { headers, body } = await ask('/assets/a-1234.js', { headers: { 'accept-encoding': accepted } })
    expect(headers['content-encoding']).toBe(encoding)
    expect(headers.vary).toBe('Accept-Encoding')
    expect(open(body).toString()).toBe(script)
  })
})

describe('caching', () => {
  test('a name with a hash is kept for ever, a page is asked for again', async () => {
    expect((await ask('/assets/a-1234.js')).headers['cache-control']).toContain('immutable')
    expect((await ask('/')).headers['cache-control']).toBe('no-cache')
  })

  test('a page that has not changed is not sent again', async () => {
    const { etag } = (await ask('/')).headers
    const again = await ask('/', { headers: { 'if-none-match': String(etag) } })
    expect([again.status, again.body.length]).toEqual([304, 0])
    expect(again.headers['content-security-policy']).toBeDefined()
  })
})

test('a taken port is an error that says so', async () => {
  const port = Number(new URL(running.url).port)
  await expect(start({ folder, host: '127.0.0.1', port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
})
