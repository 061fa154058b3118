import type { Connection } from './imap-connection.ts'
import { SourceError, tellImapError } from './imap-error.ts'
import type { ImapSettings } from './imap-options.ts'

/** UIDs in one command: a line of some thousand bytes, which every server takes. */
const maxUidsPerCommand = 200

/**
 * Before anything is read: can the server do with messages what was asked? Better refused now than after a thousand messages.
 * Makes the mailbox to move to where it is missing.
 */
export const prepareActing = async ({ client, within }: Connection, { target, flag, moveTo }: ImapSettings): Promise<void> => {
  if (flag !== undefined) {
    const allowed = client.mailbox === false ? undefined : client.mailbox.permanentFlags
    if (allowed !== undefined && !allowed.has('\\*') && !allowed.has(flag))
      throw new SourceError(
        'mark-refused',
        'mark',
        `${target.host} keeps no mark "${flag}" in "${target.mailbox}". Use one that it keeps: ${[...allowed].join(' ') || 'none'}.`
      )
  }
  if (moveTo === undefined) return
  if (!canMove(client))
    throw new SourceError(
      'move-unsupported',
      'move',
      `${target.host} cannot move messages (no MOVE, RFC 6851); it could only copy and delete, and nothing is deleted here. Mark them instead: seen, flagged or a keyword.`
    )
  const whom = { ...target, mailbox: moveTo }
  const there = await within(
    'create-mailbox',
    client.status(moveTo, { uidNext: true }).catch((error: unknown) => {
      const told = tellImapError(error, 'create-mailbox', whom)
      if (told.code === 'mailbox-missing') return false
      throw told
    })
  )
  if (there === false) await within('create-mailbox', client.mailboxCreate(moveTo))
}

/** RFC 9051 takes MOVE into IMAP4rev2 itself. */
const canMove = ({ capabilities, enabled }: Connection['client']): boolean =>
  capabilities.has('MOVE') || enabled.has('IMAP4REV2') || (capabilities.has('IMAP4rev2') && !capabilities.has('IMAP4rev1'))

/**
 * Marks, then moves. To do it twice does no harm: a mark that is there stays, and a message that is gone from here is passed over
 * (RFC 9051 §6.4.8), so it is simply done again where a connection was lost in the middle.
 */
export const actOn = async (connection: Connection, settings: ImapSettings, uids: readonly number[]): Promise<void> => {
  const { client, within, lastRefusal } = connection
  const { target, flag, moveTo } = settings
  for (let at = 0; at < uids.length; at += maxUidsPerCommand) {
    const set = uids.slice(at, at + maxUidsPerCommand).join(',')
    if (flag !== undefined && !(await within('mark', client.messageFlagsAdd(set, [flag], { uid: true, silent: true }))))
      throw refused('mark-refused', 'mark', `${target.host} did not set the mark "${flag}"`, lastRefusal(), settings)
    if (moveTo === undefined) continue
    const moved = await within('move', client.messageMove(set, moveTo, { uid: true }))
    // `undefined`: no mailbox is selected any more.
    if (moved === false || moved === undefined)
      throw refused('move-refused', 'move', `${target.host} did not move messages to "${moveTo}"`, lastRefusal(), settings)
  }
}

/** The client says `false` both for a refusal and for a connection that broke; only what it logged tells them apart. */
const refused = (
  code: 'mark-refused' | 'move-refused',
  step: 'mark' | 'move',
  words: string,
  cause: unknown,
  { target }: ImapSettings
): SourceError => {
  const told = tellImapError(cause ?? new Error('no reason given'), step, target)
  if (told.code === 'command-refused' || cause === undefined)
    return new SourceError(code, step, `${words}. ${told.message} What was read is counted; it is tried again at the next start.`, cause)
  return told
}
