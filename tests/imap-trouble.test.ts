import { describe, expect, test } from 'vitest'
import { openImap } from '../packages/sources/src/index.ts'
import { dovecotIsInstalled, password, startDovecot } from './imap/dovecot.ts'
import { failure, messageOf, needs, readAll, subjectsOf, upTo, useMailboxes } from './imap/mailbox.ts'

const { dovecot, newAccount, open, checkpointOf } = useMailboxes()

describe.skipIf(!dovecotIsInstalled)(`a connection that is lost${needs}`, () => {
  test('is made again, and no message is lost or comes twice', async () => {
    const account = newAccount(40)
    const notices: string[] = []
    const source = await open(account, { batchMessages: 5, moveTo: 'Processed', notice: ({ code }) => notices.push(code) })
    const subjects: string[] = []
    for await (const batch of source.batches()) {
      subjects.push(...subjectsOf(batch))
      // Before the move, in the middle of it, and behind it.
      if (batch.number % 3 === 0) expect(dovecot().killSessions()).toBeGreaterThan(0)
      const moving = source.acknowledge(batch)
      if (batch.number % 3 === 1) dovecot().killSessions()
      await moving
      if (batch.number === 5) dovecot().killSessions()
    }
    await source.close()
    expect(subjects).toEqual(upTo(40))
    expect(notices).toContain('reconnecting')
    expect(account.count('Processed')).toBe(40)
    expect(account.total()).toBe(40)
  })

  test('in the middle of a message is made again', async () => {
    const account = dovecot().account('middle')
    account.deliver(upTo(5).map((number) => `Subject: ${number}\r\n\r\n${'x'.repeat(70).concat('\r\n').repeat(12_000)}`))
    const source = await open(account, { batchMessages: 5, batchBytes: 16 * 1024 * 1024 })
    const reading = readAll(source)
    await expect.poll(() => account.commands(), { interval: 1 }).toContain('BODY.PEEK')
    dovecot().killSessions()
    expect(await reading).toEqual(upTo(5))
  })

  test('again and again ends with what to do, and a restart goes on behind what was acknowledged', async () => {
    const account = newAccount(6)
    const own = await startDovecot()
    const user = own.account(account.user)
    user.deliver(upTo(6).map((number) => messageOf(number)))
    const checkpoint = checkpointOf('gone')
    const source = await openImap({
      url: `imap://${user.user}@127.0.0.1:${own.port}`,
      password,
      checkpoint,
      batchMessages: 2,
      reconnects: 2,
      reconnectDelay: 1
    })
    const error = await failure(
      (async () => {
        for await (const batch of source.batches()) {
          await source.acknowledge(batch)
          await own.stop()
        }
      })()
    )
    await source.close()
    expect(error.code).toBe('connection-refused')
    expect(error.message).toContain('Given up after 3 times')
    expect(checkpoint.get(`imap://${user.user}@127.0.0.1:${own.port}/INBOX`)).toMatchObject({ lastUid: 2 })
  })
})

describe.skipIf(!dovecotIsInstalled)(`what can go wrong${needs}`, () => {
  test('a wrong password', async () => {
    const error = await failure(open(newAccount(1), { password: 'wrong' }))
    expect(error.code).toBe('login-refused')
    expect(error.message).toContain('app password')
    expect(error.message).toContain('AUTHENTICATIONFAILED')
    expect(error.message).not.toContain('wrong')
  })

  test('a mailbox that is not there', async () => {
    const error = await failure(open(newAccount(1), { mailbox: 'Nowhere' }))
    expect(error.code).toBe('mailbox-missing')
    expect(error.message).toContain('"Nowhere"')
  })

  test('a host that is not there', async () => {
    const error = await failure(open(newAccount(0), { url: 'imaps://user@host.invalid/INBOX' }))
    expect(error.code).toBe('host-not-found')
  })

  test('a port on which nothing listens', async () => {
    const error = await failure(open(newAccount(0), { url: 'imap://user@127.0.0.1:1/INBOX' }))
    expect(error).toMatchObject({ code: 'connection-refused', step: 'connect' })
  })

  test('a certificate that nobody vouches for, until its authority is named or it is said not to matter', async () => {
    const account = newAccount(2)
    const url = `imaps://${account.user}@localhost:${dovecot().tlsPort}/INBOX`
    const error = await failure(open(account, { url }))
    expect(error.code).toBe('tls-untrusted')
    expect(error.message).toContain('tlsCa')
    expect(await readAll(await open(account, { url, tlsCa: dovecot().certificate }))).toEqual(['1', '2'])
    expect(await readAll(await open(account, { url, insecure: true }))).toEqual(['1', '2'])
  })

  test('a certificate that nobody vouches for, behind STARTTLS', async () => {
    const account = newAccount(1)
    // This machine under a name that is not known to be it.
    const url = `imap://${account.user}@[::ffff:127.0.0.1]:${dovecot().port}/INBOX`
    expect((await failure(open(account, { url }))).code).toBe('tls-untrusted')
    expect(account.commands()).toBe('')
    expect(await readAll(await open(account, { url, insecure: true }))).toEqual(['1'])
  })

  test('a certificate for another name', async () => {
    const account = newAccount(1)
    const url = `imaps://${account.user}@127.0.0.1:${dovecot().tlsPort}/INBOX`
    expect((await failure(open(account, { url, tlsCa: dovecot().certificate }))).code).toBe('tls-untrusted')
  })

  test('TLS where the server speaks none at first, and the other way round', async () => {
    const account = newAccount(1)
    expect((await failure(open(account, { url: `imaps://u@localhost:${dovecot().port}` }))).message).toContain('imap://')
    const silent = await failure(open(account, { url: `imap://u@localhost:${dovecot().tlsPort}`, timeouts: { greeting: 300 } }))
    expect(silent).toMatchObject({ code: 'timeout', step: 'greeting' })
    expect(silent.message).toContain('imaps://')
  })

  test('the caller aborts', async () => {
    const controller = new AbortController()
    const source = await open(newAccount(6), { signal: controller.signal, batchMessages: 2 })
    const reason = new Error('interrupted')
    const reading = (async () => {
      for await (const batch of source.batches()) {
        await source.acknowledge(batch)
        controller.abort(reason)
      }
    })()
    await expect(reading).rejects.toBe(reason)
    await source.close()
    await expect(open(newAccount(1), { signal: controller.signal })).rejects.toBe(reason)
  })
})

test.skipIf(!dovecotIsInstalled)(`a server without MOVE: moving is refused before anything is read, marking goes on${needs}`, async () => {
  const own = await startDovecot('imap_capability = IMAP4rev1 LITERAL+ SASL-IR LOGIN-REFERRALS ID ENABLE IDLE UIDPLUS LIST-EXTENDED')
  try {
    const account = own.account('user')
    account.deliver([messageOf('1'), messageOf('2')])
    const url = `imap://user@127.0.0.1:${own.port}/INBOX`
    const error = await failure(openImap({ url, password, moveTo: 'Processed' }))
    expect(error.code).toBe('move-unsupported')
    expect(error.message).toContain('Mark them instead')
    expect(await readAll(await openImap({ url, password, mark: 'seen' }))).toEqual(['1', '2'])
    expect(account.flags()).toEqual(['S', 'S'])
    expect(account.commands()).not.toMatch(/COPY|EXPUNGE|\bDELETE\b|\\Deleted|\bCLOSE\b|CREATE/i)
  } finally {
    await own.stop()
  }
})
