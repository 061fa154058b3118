import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterAll, beforeAll, expect } from 'vitest'
import {
  type Checkpoint,
  type ImapBatch,
  type ImapOptions,
  type ImapSource,
  openCheckpoint,
  openImap,
  SourceError
} from '../../packages/sources/src/index.ts'
import { type Account, type Dovecot, dovecotIsInstalled, password, startDovecot } from './dovecot.ts'

/** For the title of what is skipped without it. */
export const needs = dovecotIsInstalled ? '' : ' (needs dovecot-imapd)'

export type Mailboxes = {
  readonly dovecot: () => Dovecot
  /** A user with so many messages, the subjects of which are 1, 2, 3 … */
  readonly newAccount: (messages: number, name?: string) => Account
  readonly open: (account: Account, options?: Partial<ImapOptions>) => Promise<ImapSource>
  readonly checkpointOf: (name: string) => Checkpoint
}

/** One Dovecot for a whole test file, where it is installed. */
export const useMailboxes = (): Mailboxes => {
  let dovecot: Dovecot | undefined
  let folder = ''
  let accounts = 0
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'whybounce-imap-'))
    if (dovecotIsInstalled) dovecot = await startDovecot()
  })
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true })
    await dovecot?.stop()
  })
  const running = (): Dovecot => {
    if (dovecot === undefined) throw new Error('dovecot does not run')
    return dovecot
  }
  return {
    dovecot: running,
    newAccount: (messages, name = `user${++accounts}`) => {
      const account = running().account(name)
      account.deliver(upTo(messages).map(messageOf))
      return account
    },
    open: (account, options = {}) =>
      openImap({ url: `imap://${account.user}@127.0.0.1:${running().port}/INBOX`, password, reconnectDelay: 1, ...options }),
    checkpointOf: (name) => openCheckpoint(join(folder, `${name}.json`))
  }
}

export const messageOf = (subject: string): string => `From: a@example.com\r\nSubject: ${subject}\r\n\r\nText of ${subject}\r\n`

export const upTo = (count: number): string[] => Array.from({ length: count }, (_, index) => String(index + 1))

export const subjectsOf = (batch: ImapBatch): string[] =>
  batch.items.flatMap((item) => ('bytes' in item ? [/^Subject: (.*?)\r?$/m.exec(Buffer.from(item.bytes).toString())?.[1] ?? ''] : []))

/** Subjects of all messages, each batch acknowledged. */
export const readAll = async (source: ImapSource): Promise<string[]> => {
  const subjects: string[] = []
  for await (const batch of source.batches()) {
    subjects.push(...subjectsOf(batch))
    await source.acknowledge(batch)
  }
  await source.close()
  return subjects
}

/** What it failed with, which must be told in sentences and without the password. */
export const failure = async (work: Promise<unknown>): Promise<SourceError> => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason
  )
  if (!(error instanceof SourceError)) throw new Error(`no SourceError: ${String(error)}`)
  expect(error.message).toMatch(/^[A-Z0-9a-z"].*[.)]$/s)
  for (const secret of [password, Buffer.from(password).toString('base64').slice(0, 12)])
    expect(inspect(error, { depth: 20 })).not.toContain(secret)
  return error
}
