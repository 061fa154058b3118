import { fork } from 'node:child_process'
import { connect } from 'node:net'
import { fileURLToPath } from 'node:url'
import { openDialogue } from '../packages/probe/dist/index.js'
import { listenFriendly } from '../tests/smtp/friendly-server.ts'

/**
 * `node bench/smtp.ts`: how many recipients a second one process asks about, sessions of a hundred recipients side by side,
 * with and without PIPELINING, against a friendly server in a process of its own; beside the floor, sockets that send the
 * same bytes and count the lines that come back. `--count N` recipients (200,000 where not given), `--sessions N` at once.
 * The server takes a core as well: on two cores the figures are those of one.
 */
const perSession = 100

const numberOf = (name: string, fallback: number): number => {
  const at = process.argv.indexOf(name)
  return at < 0 ? fallback : Number(process.argv[at + 1])
}

/** Odd users are unknown, each seventh is greylisted. */
const answerTo = (address: string): string => {
  const index = Number(/\d+/.exec(address)?.[0] ?? 0)
  if (index % 7 === 3) return '451 4.7.1 Greylisting in effect, please come back later'
  return index % 2 === 1 ? `550 5.1.1 <${address}>: Recipient address rejected: User unknown` : '250 2.1.5 Ok'
}

const serve = async (): Promise<void> => {
  const offers = process.argv.includes('--plain') ? ['8BITMIME'] : ['PIPELINING', '8BITMIME']
  const server = await listenFriendly(answerTo, { offers })
  process.send?.(server.port)
}

type Server = { readonly port: number; readonly stop: () => void }

const startServer = (kind: '--pipelined' | '--plain'): Promise<Server> =>
  new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(import.meta.url), ['--serve', kind])
    child.once('error', reject)
    child.once('message', (port) => resolve({ port: Number(port), stop: () => child.kill() }))
  })

const recipientsOf = (session: number): readonly string[] =>
  Array.from({ length: perSession }, (_, index) => `user${session * perSession + index}@example.com`)

/** One session of ours; gives how many were answered. */
const ask = async (port: number, session: number): Promise<number> => {
  const dialogue = await openDialogue({ address: '127.0.0.1', host: 'mx.example.com', port, ehloName: 'probe.example.com' })
  if ('refused' in dialogue) throw new Error(dialogue.refused.text)
  await dialogue.mail('')
  const { replies } = await dialogue.rcpt(recipientsOf(session))
  await dialogue.quit()
  const wrong = replies.findIndex(({ text }, index) => text !== answerTo(`user${session * perSession + index}@example.com`))
  if (wrong >= 0) throw new Error(`wrong reply at ${wrong}`)
  return replies.length
}

/** The same bytes on a bare socket: each write waits for as many line ends as it asked for; nothing is read but those. */
const pingPong = (port: number, session: number, pipelined: boolean): Promise<number> =>
  new Promise((resolve, reject) => {
    const commands = recipientsOf(session).map((recipient) => `RCPT TO:<${recipient}>\r\n`)
    const batches = pipelined ? [commands.join('')] : commands
    const answers = pipelined ? perSession : 1
    const helloLines = pipelined ? 3 : 2
    const steps: readonly (readonly [string, number])[] = [
      ['', 1],
      ['EHLO probe.example.com\r\n', helloLines],
      ['MAIL FROM:<>\r\n', 1],
      ...batches.map((batch) => [batch, answers] as const),
      ['QUIT\r\n', 1]
    ]
    let at = 0
    let awaited = 1
    const socket = connect({ host: '127.0.0.1', port, noDelay: true })
    socket.on('error', reject)
    socket.on('data', (bytes) => {
      for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, end + 1)) awaited--
      if (awaited > 0) return
      at++
      const step = steps[at]
      if (step === undefined) {
        socket.destroy()
        resolve(perSession)
        return
      }
      awaited = step[1]
      socket.write(step[0])
    })
  })

const run = async (count: number, sessions: number, one: (session: number) => Promise<number>): Promise<{ rate: number; cpu: number }> => {
  let next = 0
  let answered = 0
  const total = Math.ceil(count / perSession)
  const worker = async (): Promise<void> => {
    while (next < total) {
      const got = await one(next++)
      answered += got
    }
  }
  const used = process.cpuUsage()
  const start = performance.now()
  await Promise.all(Array.from({ length: sessions }, worker))
  const time = performance.now() - start
  const { user, system } = process.cpuUsage(used)
  if (answered !== total * perSession) throw new Error(`${answered} of ${total * perSession} answered`)
  return { rate: (answered / time) * 1_000, cpu: (user + system) / answered }
}

const measure = async (): Promise<void> => {
  const count = numberOf('--count', 200_000)
  const sessions = numberOf('--sessions', 100)
  console.log(
    `${count.toLocaleString('en')} recipients, ${perSession} a session, ${sessions} sessions at once, Node ${process.versions.node}\n`
  )
  for (const kind of ['--pipelined', '--plain'] as const) {
    const server = await startServer(kind)
    const rows: readonly (readonly [string, (session: number) => Promise<number>])[] = [
      ['openDialogue', (session) => ask(server.port, session)],
      ['floor: bare sockets, lines counted', (session) => pingPong(server.port, session, kind === '--pipelined')]
    ]
    for (const [name, one] of rows) {
      await run(count / 10, sessions, one)
      const { rate, cpu } = await run(count, sessions, one)
      const figure = Math.round(rate).toLocaleString('en').padStart(9)
      console.log(
        `${`${kind === '--pipelined' ? 'pipelined' : 'one by one'}, ${name}`.padEnd(48)}${figure} /s  ${cpu.toFixed(1).padStart(5)} µs of CPU each`
      )
    }
    server.stop()
  }
  console.log(`\npeak memory ${Math.round(process.resourceUsage().maxRSS / 1_024)} MB`)
}

await (process.argv.includes('--serve') ? serve() : measure())
