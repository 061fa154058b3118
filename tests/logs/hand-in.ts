import { connect } from 'node:net'

/** A message that is handed in by SMTP. */
export type Submission = {
  readonly port: number
  /** From which address of loopback: 127.0.0.1 may send anywhere, others may not. */
  readonly from: '127.0.0.1' | '127.0.0.2'
  readonly sender: string
  readonly recipients: readonly string[]
  /** Bytes of the text, about. */
  readonly size?: number
}

/** What became of it: the reply to each recipient, and to the data where somebody was accepted. */
export type Accepted = { readonly recipients: Readonly<Record<string, string>>; readonly data: string | null }

const handIn = async ({ port, from, sender, recipients, size = 200 }: Submission): Promise<Accepted> => {
  const socket = connect({ port, host: '127.0.0.1', localAddress: from })
  const waiting: ((reply: string) => void)[] = []
  const replies: string[] = []
  let rest = ''
  socket.on('data', (bytes) => {
    rest += bytes.toString('latin1')
    // The last line of a reply has a space behind its code (RFC 5321 §4.2).
    for (let match = /^\d{3} [^\n]*\n/m.exec(rest); match !== null; match = /^\d{3} [^\n]*\n/m.exec(rest)) {
      rest = rest.slice(match.index + match[0].length)
      const next = waiting.shift()
      if (next === undefined) replies.push(match[0].trim())
      else next(match[0].trim())
    }
  })
  const reply = (): Promise<string> =>
    new Promise((resolve, reject) => {
      const there = replies.shift()
      if (there !== undefined) resolve(there)
      else {
        waiting.push(resolve)
        socket.once('close', () => reject(new Error('the server hung up')))
      }
    })
  const ask = (line: string): Promise<string> => {
    socket.write(`${line}\r\n`)
    return reply()
  }
  await reply()
  await ask('EHLO app.sender-lab.example')
  await ask(`MAIL FROM:<${sender}>`)
  const told: Record<string, string> = {}
  for (const recipient of recipients) told[recipient] = await ask(`RCPT TO:<${recipient}>`)
  let data: string | null = null
  if (Object.values(told).some((each) => each.startsWith('2'))) {
    await ask('DATA')
    const head = `From: <${sender}>\r\nTo: <${recipients[0] ?? ''}>\r\nSubject: hello\r\n\r\n`
    const body = `${'x'.repeat(70)}\r\n`.repeat(Math.ceil(size / 72))
    data = await ask(`${head}${body}.`)
  }
  await ask('QUIT')
  socket.destroy()
  return { recipients: told, data }
}

/** A program of its own, that runs in the servers' namespace: its argument are the submissions, its output what became of them. */
const submissions: readonly Submission[] = JSON.parse(process.argv[2] ?? '[]')
const accepted: Accepted[] = []
for (const submission of submissions) accepted.push(await handIn(submission))
process.stdout.write(JSON.stringify(accepted))
