import { describe, expect, test } from 'vitest'
import type { ImapBatch } from '../packages/sources/src/index.ts'
import { dovecotIsInstalled } from './imap/dovecot.ts'
import { failure, messageOf, needs, readAll, subjectsOf, upTo, useMailboxes } from './imap/mailbox.ts'

const { dovecot, newAccount, open, checkpointOf } = useMailboxes()

describe.skipIf(!dovecotIsInstalled)(`reading a mailbox over IMAP${needs}`, () => {
  test('all messages come in the order of UIDs, in batches, under names without user and password', async () => {
    const account = newAccount(25)
    const source = await open(account, { batchMessages: 10 })
    expect(source.total).toBe(25)
    const batches: ImapBatch[] = []
    for await (const batch of source.batches()) batches.push(batch)
    await source.close()
    expect(batches.map(({ items }) => items.length)).toEqual([10, 10, 5])
    expect(batches.flatMap(subjectsOf)).toEqual(upTo(25))
    expect(batches[1]?.lastUid).toBe(20)
    expect(batches[0]?.items[0]).toMatchObject({
      file: `imap://127.0.0.1:${dovecot().port}/INBOX;uid=1`,
      offset: 0,
      uid: 1,
      partial: false
    })
  })

  test('an empty mailbox gives no batch', async () => {
    const source = await open(newAccount(0))
    expect(source.total).toBe(0)
    expect(await readAll(source)).toEqual([])
  })

  test('only unseen messages come where only they are wanted', async () => {
    const account = newAccount(4)
    const first = await open(account, { mark: 'seen', batchMessages: 2 })
    for await (const batch of first.batches()) {
      await first.acknowledge(batch)
      break
    }
    await first.close()
    expect(await readAll(await open(account, { unseenOnly: true }))).toEqual(['3', '4'])
  })

  test('reading opens the mailbox read-only and changes nothing', async () => {
    const account = newAccount(3)
    await readAll(await open(account, { checkpoint: checkpointOf('reading') }))
    expect(account.flags()).toEqual(['', '', ''])
    expect(account.commands()).toContain('EXAMINE')
    expect(account.commands()).not.toMatch(/ (SELECT|UID STORE|CREATE|UID MOVE) /)
  })

  test('a batch that is not acknowledged comes again after a restart, one that is does not', async () => {
    const account = newAccount(9)
    const first = await open(account, { checkpoint: checkpointOf('restart'), batchMessages: 3 })
    const batches = first.batches()
    for (const acknowledged of [true, true, false]) {
      const { value } = await batches.next()
      if (value !== undefined && acknowledged) await first.acknowledge(value)
    }
    await first.close()
    expect(await readAll(await open(account, { checkpoint: checkpointOf('restart') }))).toEqual(['7', '8', '9'])
    expect(await readAll(await open(account, { checkpoint: checkpointOf('restart') }))).toEqual([])
    account.deliver([messageOf('10')])
    expect(await readAll(await open(account, { checkpoint: checkpointOf('restart') }))).toEqual(['10'])
  })

  test('batches are acknowledged in their order, each once', async () => {
    const source = await open(newAccount(4), { batchMessages: 2 })
    const read: ImapBatch[] = []
    for await (const batch of source.batches()) read.push(batch)
    const [first, second] = read
    if (first === undefined || second === undefined) throw new Error('two batches')
    await expect(source.acknowledge(second)).rejects.toThrow(RangeError)
    await source.acknowledge(first)
    await source.acknowledge(first)
    await source.acknowledge(second)
    await source.close()
  })

  test('a mailbox that was made anew is read again from its beginning, and that is said', async () => {
    const account = newAccount(2)
    await readAll(await open(account, { checkpoint: checkpointOf('anew') }))
    account.loseUids()
    const notices: string[] = []
    const again = await open(account, { checkpoint: checkpointOf('anew'), notice: ({ code }) => notices.push(code) })
    expect(await readAll(again)).toEqual(['1', '2'])
    expect(notices).toEqual(['uidvalidity-changed'])
  })

  test.each([
    ['seen', 'S'],
    ['flagged', 'F'],
    ['$Processed', 'a']
  ])('acknowledged messages are marked %s, and only they', async (mark, letter) => {
    const account = newAccount(4)
    const source = await open(account, { mark, batchMessages: 2 })
    const batches = source.batches()
    const { value } = await batches.next()
    expect(account.flags().join('')).toBe('')
    if (value !== undefined) await source.acknowledge(value)
    await batches.next()
    await source.close()
    expect(account.flags().filter((flags) => flags === letter)).toHaveLength(2)
    expect(account.flags().filter((flags) => flags === '')).toHaveLength(2)
  })

  test('messages move when they are acknowledged, to a mailbox that is made for them, and none is lost', async () => {
    const account = newAccount(7)
    const source = await open(account, { moveTo: 'Processed', batchMessages: 3 })
    const counts: [number, number][] = []
    const subjects: string[] = []
    for await (const batch of source.batches()) {
      counts.push([account.count(), account.count('Processed')])
      subjects.push(...subjectsOf(batch))
      await source.acknowledge(batch)
      expect(account.total()).toBe(7)
    }
    await source.close()
    expect(subjects).toEqual(upTo(7))
    expect(counts).toEqual([
      [7, 0],
      [4, 3],
      [1, 6]
    ])
    expect(account.mailboxes()).toEqual(['INBOX', 'Processed'])
    expect(account.count()).toBe(0)
    // Once more: the mailbox is there already.
    account.deliver([messageOf('8')])
    await readAll(await open(account, { moveTo: 'Processed', mark: 'seen' }))
    expect(account.count('Processed')).toBe(8)
    expect(account.commands()).not.toMatch(/EXPUNGE|\bDELETE\b|\\Deleted|\bCLOSE\b/i)
  })

  test('what was remembered but not moved yet is moved at the next start, and not read again', async () => {
    const account = newAccount(3)
    const checkpoint = checkpointOf('moved-later')
    const source = await open(account, { checkpoint, moveTo: 'Processed', reconnects: 0 })
    const { value } = await source.batches().next()
    if (value === undefined) throw new Error('a batch')
    dovecot().killSessions()
    expect((await failure(source.acknowledge(value))).code).toBe('connection-lost')
    await source.close()
    expect(account.count()).toBe(3)
    const notices: string[] = []
    const again = await open(account, { checkpoint, moveTo: 'Processed', notice: ({ code }) => notices.push(code) })
    expect(await readAll(again)).toEqual([])
    expect(notices).toEqual(['acting-again'])
    expect(account.count('Processed')).toBe(3)
    expect(await readAll(await open(account, { checkpoint, moveTo: 'Processed', notice: ({ code }) => notices.push(code) }))).toEqual([])
    expect(notices).toEqual(['acting-again'])
  })

  test('a mailbox is closed when what is under way is done', async () => {
    const account = newAccount(3)
    const source = await open(account, { moveTo: 'Processed' })
    const { value } = await source.batches().next()
    if (value === undefined) throw new Error('a batch')
    const moving = source.acknowledge(value)
    await source.close()
    await moving
    expect(account.count('Processed')).toBe(3)
  })

  test('another mailbox than INBOX, with spaces and letters of any language in its name', async () => {
    const account = newAccount(1)
    // As Maildir++ has it: modified UTF-7 (RFC 3501 §5.1.3).
    account.deliver([messageOf('2')], 'R&APw-ckl&AOQ-ufer 2026')
    const url = `imap://${account.user}@127.0.0.1:${dovecot().port}/R%C3%BCckl%C3%A4ufer%202026`
    expect(await readAll(await open(account, { url }))).toEqual(['2'])
    expect(await readAll(await open(account, { mailbox: 'Rückläufer 2026' }))).toEqual(['2'])
  })

  test('of a message above the limit only its beginning is fetched, and a problem says so', async () => {
    const account = dovecot().account('large')
    account.deliver([
      messageOf('1'),
      Buffer.concat([Buffer.from('Subject: 2\r\n\r\n'), Buffer.alloc(20 * 1024 * 1024, 'x'.repeat(75).concat('\n'))])
    ])
    const before = process.memoryUsage().arrayBuffers
    const source = await open(account)
    const items = []
    for await (const batch of source.batches()) items.push(...batch.items)
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * 1024 * 1024)
    await source.close()
    const [whole, beginning, problem] = items
    expect(whole).toMatchObject({ uid: 1, partial: false })
    expect(beginning).toMatchObject({ uid: 2, partial: true })
    expect(beginning !== undefined && 'bytes' in beginning ? beginning.bytes.length : 0).toBe(1024 * 1024)
    expect(problem).toMatchObject({ problem: 'The message is longer than 1 MB; only its beginning was read.' })
    // The server counts what it sent (for `out=`).
    await expect.poll(() => /imap\(large\).* out=(\d+)/.exec(dovecot().log())?.[1]).toBeDefined()
    expect(Number(/imap\(large\).* out=(\d+)/.exec(dovecot().log())?.[1])).toBeLessThan(1.2 * 1024 * 1024)
  })

  test('a message of exactly the limit is whole', async () => {
    const source = await open(newAccount(1), { maxMessageBytes: messageOf('1').length })
    const { value } = await source.batches().next()
    expect(value?.items).toHaveLength(1)
    expect(value?.items[0]).toMatchObject({ partial: false })
    await source.close()
  })

  test('batches are cut by bytes too', async () => {
    const account = dovecot().account('bytes')
    account.deliver(upTo(6).map((number) => `Subject: ${number}\r\n\r\n${'x'.repeat(1_000)}\r\n`))
    const source = await open(account, { batchBytes: 2_500 })
    const sizes: number[] = []
    for await (const { items } of source.batches()) sizes.push(items.length)
    await source.close()
    expect(sizes).toEqual([2, 2, 2])
  })

  test('a message that another program takes away meanwhile is told as a problem, and not marked', async () => {
    const account = newAccount(4)
    const source = await open(account, { mark: 'flagged' })
    const other = await open(account, { moveTo: 'Elsewhere', batchMessages: 2 })
    const { value } = await other.batches().next()
    if (value !== undefined) await other.acknowledge(value)
    await other.close()
    const { value: batch } = await source.batches().next()
    expect(batch?.items.map((item) => ('problem' in item ? item.problem : item.uid))).toEqual([
      expect.stringContaining('gone'),
      expect.stringContaining('gone'),
      3,
      4
    ])
    if (batch !== undefined) await source.acknowledge(batch)
    await source.close()
    expect(account.flags()).toEqual(['F', 'F'])
    expect(account.flags('Elsewhere')).toEqual(['', ''])
  })
})
