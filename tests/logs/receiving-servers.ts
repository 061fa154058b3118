import { appendFileSync, writeFileSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { startDnsServer } from '../dns/dns-server.ts'
import type { ZoneEntry } from '../dns/dns-zone.ts'
import { failingDomain, type Receiver, receivers, type Verdict } from './receivers.ts'

/**
 * A program of its own, that runs in the servers' namespace: all receiving servers, and the name server that leads to them. Its arguments
 * are the file to which each verdict goes, a line of JSON each, and the file that says that all are there.
 */
const [journal = '', ready = ''] = process.argv.slice(2)

const serve = (receiver: Receiver, before: Map<string, number>) => (socket: Socket) => {
  const say = (reply: string): void => void socket.write(`${reply}\r\n`)
  /** Before it is said: whoever has the answer finds it here. */
  const note = (recipient: string | null, reply: string): void => {
    const verdict: Verdict = { domain: receiver.domain, recipient, reply }
    appendFileSync(journal, `${JSON.stringify(verdict)}\n`)
  }
  const judge = (recipient: string | null, reply: string): void => {
    note(recipient, reply)
    say(reply)
  }
  let recipients: string[] = []
  let isData = false
  let rest = ''

  const mail = (size: number): void => {
    recipients = []
    if (receiver.mail !== undefined) {
      judge(null, receiver.mail)
      // RFC 5321 §3.8: 421 is said where the server hangs up.
      socket.end()
    } else if (size > (receiver.maxSize ?? Number.POSITIVE_INFINITY))
      judge(null, '552 5.3.4 Message size exceeds fixed maximum message size')
    else say('250 2.1.0 ok')
  }

  const rcpt = (recipient: string): void => {
    const times = before.get(recipient) ?? 0
    before.set(recipient, times + 1)
    const refusal = receiver.rcpt?.(recipient, times)
    if (refusal !== undefined) {
      judge(recipient, refusal)
      return
    }
    recipients.push(recipient)
    say('250 2.1.5 ok')
  }

  const endOfData = (): void => {
    isData = false
    const reply = receiver.data ?? '250 2.0.0 ok, it is ours now'
    for (const recipient of recipients) note(recipient, reply)
    recipients = []
    say(reply)
  }

  const answer = (line: string): void => {
    if (isData) {
      if (line === '.') endOfData()
      return
    }
    const address = /<([^>]*)>/.exec(line)?.[1] ?? ''
    switch (line.slice(0, 4).toUpperCase()) {
      case 'EHLO': {
        const size = receiver.maxSize === undefined ? '' : `250-SIZE ${receiver.maxSize}\r\n`
        say(`250-mx.${receiver.domain}\r\n250-PIPELINING\r\n250-ENHANCEDSTATUSCODES\r\n${size}250 8BITMIME`)
        break
      }
      case 'MAIL':
        mail(Number(/ SIZE=(\d+)/i.exec(line)?.[1] ?? 0))
        break
      case 'RCPT':
        rcpt(address)
        break
      case 'DATA':
        isData = recipients.length > 0
        say(isData ? '354 go ahead' : '554 5.5.1 no valid recipients')
        break
      case 'QUIT':
        say('221 2.0.0 bye')
        socket.end()
        break
      default:
        say('250 2.0.0 ok')
    }
  }

  socket.on('error', () => {})
  socket.on('data', (bytes) => {
    rest += bytes.toString('latin1')
    for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n')) {
      const line = rest.slice(0, end).replace(/\r$/, '')
      rest = rest.slice(end + 1)
      answer(line)
    }
  })
  say(`220 mx.${receiver.domain} ESMTP`)
}

const zone: Record<string, ZoneEntry> = { [`${failingDomain} *`]: 'servfail' }
for (const receiver of receivers) {
  const { domain, address, listens } = receiver
  zone[`${domain} MX`] = [`10 mx.${domain}`]
  zone[`mx.${domain} A`] = [address]
  if (listens === false) continue
  const server = createServer(serve(receiver, new Map()))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(25, address, resolve)
  })
}
await startDnsServer(zone, { host: '127.0.0.53', port: 53 })
writeFileSync(ready, '')
