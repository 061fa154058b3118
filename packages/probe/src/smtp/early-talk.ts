import { boundsOf } from './bounds.ts'
import { commandLine } from './command-line.ts'
import type { DialogueOptions, SmtpReply } from './dialogue.ts'
import type { DialogueError } from './dialogue-error.ts'
import { openLink } from './link.ts'

/** Bytes: all that is said early goes out at once. */
const allAtOnce = 4_096

/**
 * Says EHLO before the greeting, which RFC 5321 §3.1 forbids and spam robots do. The greeting and the reply to EHLO as they came, or why
 * they did not. Rejects with a DialogueError where there is no connection.
 */
export const talkEarly = async (
  options: Omit<DialogueOptions, 'tls'>
): Promise<{ readonly replies: readonly SmtpReply[]; readonly error?: DialogueError }> => {
  const { address, host, port = 25, ehloName, localAddress, signal } = options
  const link = await openLink({ address, host, port, localAddress, signal, ...boundsOf(options) })
  const commands = [undefined, commandLine(`EHLO ${ehloName}`)]
  const said = await link.exchange('greeting', commands, link.timeouts.greeting, { window: allAtOnce })
  link.close()
  return said
}
