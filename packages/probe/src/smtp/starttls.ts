import type { DialogueOptions, SmtpReply } from './dialogue.ts'
import type { Link } from './link.ts'
import { tlsFacts, wrapTls } from './secure.ts'

type TlsOptions = Pick<DialogueOptions, 'tls' | 'roots' | 'minVersion' | 'maxVersion'>

/** STARTTLS (RFC 3207) and the handshake; or the reply that refused it. */
export const startTls = async (link: Link, options: TlsOptions): Promise<SmtpReply | undefined> => {
  const reply = await link.ask('starttls', 'STARTTLS', link.timeouts.starttls)
  if (reply.code >= 400) {
    link.learn({ starttls: reply })
    return reply
  }
  if (reply.code !== 220) throw link.notSmtp(reply.text)
  await secureLink(link, options)
  return undefined
}

/**
 * The handshake. A certificate that is not valid for the host is a fact, and an error (`ECERTIFICATE`) only where TLS is required;
 * the facts are in the link's opening.
 */
export const secureLink = async (link: Link, options: TlsOptions): Promise<void> => {
  const required = options.tls === 'required'
  const tls = tlsFacts(await link.secure((plain) => wrapTls(plain, link.host, !required, options)))
  link.learn({ tls })
  const { certificate } = tls
  link.transcript.add('note', `${tls.protocol}, ${tls.cipher}; certificate ${certificate?.problem ?? 'valid'}`)
  if (required && certificate?.authorized !== true)
    throw link.fail('ECERTIFICATE', `the certificate of ${link.host} is not valid: ${certificate?.problem ?? 'none shown'}`)
}
