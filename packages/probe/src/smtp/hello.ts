import { parseCapabilities } from './capabilities.ts'
import type { SmtpReply } from './dialogue.ts'
import type { Link } from './link.ts'

type Hello = { readonly accepted: boolean; readonly reply: SmtpReply; readonly capabilities: ReadonlyMap<string, string> }

const none: ReadonlyMap<string, string> = new Map()

/** "Not recognized", "not implemented" (RFC 5321 §4.2.2): a server that only knows HELO. Other refusals are meant for us. */
const unknownCommand: ReadonlySet<number> = new Set([500, 502, 504])

/**
 * EHLO, and HELO after any 5xx to it (RFC 5321 §3.2, §4.1.4). Where both are refused, the reply is the one that says why:
 * EHLO's, unless that only said it does not know the command.
 */
export const sayHello = async (link: Link, name: string): Promise<Hello> => {
  const ehlo = await link.ask('ehlo', `EHLO ${name}`, link.timeouts.command)
  if (ehlo.code < 300) return { accepted: true, reply: ehlo, capabilities: parseCapabilities(ehlo.text) }
  if (ehlo.code < 400) throw link.notSmtp(ehlo.text)
  if (ehlo.code < 500) return { accepted: false, reply: ehlo, capabilities: none }
  const { replies, error } = await link.exchange('ehlo', [`HELO ${name}`], link.timeouts.command)
  const [helo] = replies
  if (helo !== undefined && helo.code >= 200 && helo.code < 300) return { accepted: true, reply: helo, capabilities: none }
  if (!unknownCommand.has(ehlo.code)) return { accepted: false, reply: ehlo, capabilities: none }
  if (helo === undefined) throw error ?? link.notSmtp('')
  if (helo.code < 400) throw link.notSmtp(helo.text)
  return { accepted: false, reply: helo, capabilities: none }
}
