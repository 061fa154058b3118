import { type Diagnosis, diagnose, retryHint } from '@whybounce/core'
import { type Finding, type FindingCode, finding } from '@whybounce/core/finding'
import type { SmtpReply } from '../../smtp/dialogue.ts'
import { speaksOfProber } from '../../verify/probe-answer.ts'

/** Lines of a reply that are shown; a hostile one has a thousand. */
const maxLines = 10

/** A reply as evidence: its lines, the first ones. */
export const linesOf = ({ text }: Pick<SmtpReply, 'text'>): readonly string[] => {
  const lines = text.split('\n')
  return lines.length > maxLines ? [...lines.slice(0, maxLines), `${lines.length - maxLines} more lines`] : lines
}

export const diagnosisOf = (reply: SmtpReply, host: string, recipient?: string): Diagnosis =>
  diagnose(reply.text, {
    stage: reply.stage,
    remoteMta: host,
    ...(recipient === undefined ? {} : { recipient }),
    ...(reply.code === 0 ? {} : { replyCode: reply.code })
  })

/** `in 5 minutes`; where the server names no time, half an hour, since most greylists want five to fifteen minutes. */
const waitOf = ({ text }: Pick<SmtpReply, 'text'>): string => {
  const seconds = retryHint(text, 0, text.length)
  return seconds === undefined ? 'in half an hour' : `in ${seconds < 120 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`}`
}

const addressText = /(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.]*\d)|\[(?:ipv6:)?[\da-f]*:[\da-f:]+\]/i

/** Whether a refusal names an IP address that is not the server's own: it means whoever asks. */
export const namesAnAddress = ({ text }: Pick<SmtpReply, 'text'>, server: string): boolean => addressText.test(text.replaceAll(server, ''))

/** The cause that the server's words tell goes with the finding, where they tell one. */
const withCause = (found: Finding, { cause, confidence }: Diagnosis): Finding =>
  confidence === 'none' || cause === 'undetermined' ? found : { ...found, cause }

/**
 * What a refusal means that is about us and not about what was asked: a wait, a limit, our EHLO name (which some servers refuse only at
 * RCPT), a login that we have not, our address. Undefined where it is none of these.
 */
export const aboutSender = (
  reply: SmtpReply,
  diagnosis: Diagnosis,
  asked: { readonly recipient?: string; readonly ours: readonly string[]; readonly server: string }
): FindingCode | undefined => {
  const { cause, confidence } = diagnosis
  if (confidence !== 'none' && cause === 'greylisted') return 'server.greylists'
  if (confidence !== 'none' && (cause === 'rate-limited' || cause === 'sending-quota-exceeded')) return 'server.rate-limits'
  if (cause === 'reverse-dns-missing' && diagnosis.detail === 'helo') return 'server.ehlo-refused'
  if (confidence !== 'none' && cause === 'smtp-auth-failed' && diagnosis.detail === 'required') return 'server.wants-login'
  // Before a recipient is named there is only us to block; behind one, the address in the words tells who is meant.
  const early = reply.stage === 'greeting' || reply.stage === 'ehlo'
  const named = namesAnAddress(reply, asked.server)
  const understood = confidence !== 'none' && cause !== 'undetermined'
  if (understood && cause === 'access-blocked' && (early || named)) return 'server.refuses-our-address'
  if (!understood && early && named && reply.code >= 500) return 'server.refuses-our-address'
  // The name behind MAIL FROM, and not the machine.
  if (cause === 'invalid-sender' && reply.stage === 'mail' && reply.code >= 500) return undefined
  const about = speaksOfProber(diagnosis, { text: reply.text, recipient: asked.recipient ?? '', ours: asked.ours })
  return about === 'yes' ? 'server.refuses-our-address' : undefined
}

/** The finding for a refusal, with its words and their cause. */
export const refusalFinding = (
  code: FindingCode,
  reply: SmtpReply,
  diagnosis: Diagnosis,
  values: Readonly<Record<string, string>>,
  about: string,
  before: readonly string[] = []
): Finding => withCause(finding(code, [...before, ...linesOf(reply)], { wait: waitOf(reply), ...values }, { about }), diagnosis)
