import { createServer, type Server } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Socket, type Server as TcpServer } from 'node:net'
import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { askRspamd, readCheck } from './rspamd.ts'
import { askSpamd, readReport } from './spamd.ts'

const message = new TextEncoder().encode('From: a@example.com\r\nSubject: x\r\n\r\nHello\r\n')
const open: (Server | TcpServer)[] = []

const sockets: Socket[] = []

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  for (const server of open.splice(0)) await new Promise((resolve) => server.close(resolve))
})

const listen = async (server: Server | TcpServer): Promise<number> => {
  open.push(server)
  server.on('connection', (socket: Socket) => void sockets.push(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

const report = `SPAMD/1.1 0 EX_OK\r\nContent-length: 300\r\nSpam: True ; 6.0 / 5.0\r\n\r\n
Content analysis details:   (6.0 points, 5.0 required)

 pts rule name              description
---- ---------------------- --------------------------------------------------
 2.7 MISSING_DATE           Missing Date: header
-0.0 NO_RECEIVED            Informational: message has no Received headers
 1.8 DRUGS_ERECTILE         Refers to a drug
`

test('the table of a report becomes rules', () => {
  expect(readReport(report)).toMatchObject({
    isSpam: true,
    score: 6,
    required: 5,
    rules: [
      { name: 'MISSING_DATE', points: 2.7, says: 'Missing Date: header' },
      { name: 'NO_RECEIVED' },
      { name: 'DRUGS_ERECTILE', points: 1.8 }
    ]
  })
})

test.each<[string, string]>([
  ['', 'closed without an answer'],
  ['220 mx.example.com ESMTP\r\n', 'no spamd'],
  ['SPAMD/1.0 76 Bad header line: x\r\n', '76 Bad header line'],
  ['SPAMD/1.1 0 EX_OK\r\n\r\n', 'no score']
])('an answer of %j is told', (answer, says) => {
  expect(readReport(answer)).toContain(says)
})

test.each<[string, string]>([
  ['<html>', 'no Rspamd'],
  ['[]', 'no Rspamd'],
  ['{"error":"Unauthorized"}', 'Unauthorized'],
  ['{"score":"x"}', 'no score'],
  ['{"is_skipped":true}', 'not to check']
])('a check of %s is told', (answer, says) => {
  expect(readCheck(answer)).toContain(says)
})

test('no answer makes a reader throw', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        fc.string().map((text) => report + text)
      ),
      (answer) => {
        expect(readReport(answer)).toBeDefined()
        expect(readCheck(answer)).toBeDefined()
      }
    )
  )
})

/** Reads what comes, and says this. */
const spamdSaying = (answer: string | undefined): Promise<number> =>
  listen(
    createTcpServer({ allowHalfOpen: true }, (socket) => {
      socket.on('error', () => undefined)
      socket.on('data', () => undefined)
      socket.on('end', () => {
        if (answer !== undefined) socket.end(answer)
      })
    })
  )

test.each<[string, string | undefined, string]>([
  ['a report', report, 'lint.spamd-spam'],
  ['a report that it is none', report.replace('True ; 6.0', 'False ; 1.0'), 'lint.spamd-fine'],
  ['something else', 'HTTP/1.1 400 Bad Request\r\n\r\n', 'lint.spamd-failed'],
  ['nothing', '', 'lint.spamd-failed'],
  ['300 kB', 'x'.repeat(300_000), 'lint.spamd-failed']
])('a spamd that says %s', async (_, answer, code) => {
  expect((await askSpamd(message, { port: await spamdSaying(answer) })).code).toBe(code)
})

test('a spamd that says nothing and stays is left', async () => {
  const server = createTcpServer({ allowHalfOpen: true }, (socket) => void socket.on('error', () => undefined).resume())
  const port = await listen(server)
  const found = await askSpamd(message, { port, timeout: 50 })
  expect(found).toMatchObject({ code: 'lint.spamd-failed', evidence: ['no answer within 0.05 s'] })
})

const rspamdSaying = (status: number, answer: string): Promise<number> =>
  listen(
    createServer((request, response) => {
      request.resume()
      request.on('end', () => response.writeHead(status).end(answer))
    })
  )
const check = (action: string): string =>
  JSON.stringify({
    is_skipped: false,
    score: 7.123,
    required_score: 15,
    action,
    symbols: { BAD: { score: 7.1, description: 'It is bad' }, ZERO: { score: 0 } }
  })

test.each<[string, number, string, string]>([
  ['no action', 200, check('no action'), 'lint.rspamd-fine'],
  ['greylist', 200, check('greylist'), 'lint.rspamd-delays'],
  ['add header', 200, check('add header'), 'lint.rspamd-spam'],
  ['an action of one’s own', 200, check('phishing'), 'lint.rspamd-fine'],
  ['Unauthorized', 403, '{"error":"Unauthorized"}', 'lint.rspamd-failed'],
  ['a redirect', 302, '', 'lint.rspamd-failed'],
  ['2 MB', 200, ' '.repeat(2_000_000), 'lint.rspamd-failed']
])('an Rspamd that says %s', async (_, status, answer, code) => {
  const url = `http://127.0.0.1:${await rspamdSaying(status, answer)}`
  const found = await askRspamd(message, { url })
  expect(found.code).toBe(code)
  if (status === 200 && answer.length < 1_000) expect(found.evidence).toEqual(['+7.1 BAD: It is bad'])
})

test('nobody there is told as that, with how to start it', async () => {
  const port = await spamdSaying('')
  await new Promise((resolve) => open.splice(0)[0]?.close(resolve))
  const spamd = await askSpamd(message, { port })
  expect(spamd).toMatchObject({ code: 'lint.spamd-not-running', verdict: 'unknown' })
  expect(spamd.fix).toContain('apt install spamd')
  expect((await askRspamd(message, { url: `http://127.0.0.1:${port}` })).code).toBe('lint.rspamd-not-running')
})

test('a user and a password in the URL are not shown', async () => {
  const found = await askRspamd(message, { url: `http://user:secret@127.0.0.1:${await rspamdSaying(200, check('reject'))}` })
  expect(JSON.stringify(found)).not.toContain('secret')
})

test('what stops the run stops the question', async () => {
  const port = await listen(createTcpServer({ allowHalfOpen: true }, (socket) => void socket.on('error', () => undefined).resume()))
  expect((await askSpamd(message, { port, signal: AbortSignal.abort() })).verdict).toBe('unknown')
  expect((await askRspamd(message, { url: `http://127.0.0.1:${port}`, signal: AbortSignal.abort() })).verdict).toBe('unknown')
})
