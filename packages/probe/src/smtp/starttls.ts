import type { DialogueOptions, SmtpReply, TlsFacts } from './dialogue.ts'
import type { Link } from './link.ts'
import { tlsFacts, wrapTls } from './secure.ts'

/**
 * STARTTLS (RFC 3207) and the handshake; or the reply that refused it. A certificate that is not valid for the host is a
 * fact, and an error (`ECERTIFICATE`) only where TLS is required.
 */
export const startTls = async (
  link: Link,
  { tls, roots }: Pick<DialogueOptions, 'tls' | 'roots'>
): Promise<{ readonly facts: TlsFacts } | { readonly refused: SmtpReply }> => {
  const reply = await link.ask('starttls', 'STARTTLS', link.timeouts.starttls)
  if (reply.code >= 400) return { refused: reply }
  if (reply.code !== 220) throw link.notSmtp(reply.text)
  const required = tls === 'required'
  const facts = tlsFacts(await link.secure((plain) => wrapTls(plain, link.host, !required, roots)))
  const { certificate } = facts
  link.transcript.add('note', `${facts.protocol}, ${facts.cipher}; certificate ${certificate?.problem ?? 'valid'}`)
  if (required && certificate?.authorized !== true)
    throw link.fail('ECERTIFICATE', `the certificate of ${link.host} is not valid: ${certificate?.problem ?? 'none shown'}`)
  return { facts }
}
