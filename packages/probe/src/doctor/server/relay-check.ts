import { BlockList, isIP } from 'node:net'
import { networkInterfaces } from 'node:os'
import { type Finding, finding } from '@whybounce/core/finding'
import { isPublicAddress } from '../../dns/public-address.ts'
import type { Dialogue, SmtpReply } from '../../smtp/dialogue.ts'
import { inventMailbox } from '../../verify/session.ts'
import type { Check, Context } from '../check.ts'
import { connect } from './connect.ts'
import { linesOf } from './judge-reply.ts'
import { isReached } from './reach-findings.ts'
import { envelopeSender, placeOf, type ServerAt, serversOf, sessionWith } from './session.ts'

/** A domain that is surely none of the server's (RFC 2606 §3). Nothing is sent to it: the answer to RCPT TO is all that is asked for. */
const outside = 'example.net'

type Form = {
  readonly recipient: string /** Its domain is the server's: that it is taken may be for the server itself. */
  readonly local: boolean
}

/** The ways in which relays have been tricked (RFC 5321 §3.6.1 source routes, RFC 2505 §2.1; the percent sign of RFC 1123 §5.2.16). */
const formsFor = (host: string): readonly Form[] => {
  const user = inventMailbox()
  const domain = isIP(host) === 0 ? host : isIP(host) === 6 ? `[IPv6:${host}]` : `[${host}]`
  return [
    { recipient: `${user}@${outside}`, local: false },
    { recipient: `@${domain}:${user}@${outside}`, local: false },
    { recipient: `${user}%${outside}@${domain}`, local: true },
    { recipient: `"${user}@${outside}"@${domain}`, local: true },
    { recipient: `${outside}!${user}`, local: true },
    { recipient: `"${user}@${outside}"`, local: true }
  ]
}

/** Whether a server of one's own passes on mail for strangers: asked only where the caller says that it is his own. */
export const relayCheck: Check = {
  id: 'relay',
  stage: 'dialogue',
  title: 'Open relay',
  wanted: ({ target, options }) => options.relayTest === true && target.kind === 'host',
  run: async (context, report) => {
    const servers = await serversOf(context)
    await Promise.all(
      servers.map(async (at) => {
        const session = await sessionWith(context, at)
        if (!isReached(session) || session.ehlo === undefined || session.refused !== undefined) return
        const forms = formsFor(at.host)
        const control = `${inventMailbox()}@${isIP(at.host) === 0 ? at.host : `[${at.host}]`}`
        const tls = session.error?.stage === 'starttls' ? ({ tls: 'never' } as const) : {}
        const held = await connect(context, at, tls, (dialogue) =>
          tryForms(dialogue, envelopeSender(context), [...forms.map((form) => form.recipient), control])
        )
        if ('value' in held) report(judgeRelay(at, forms, held.value, control, isInside(context, at, held.dialogue.localAddress)))
        else if (!context.signal.aborted)
          report('server.relay-unknown', 'error' in held ? [held.error.message] : [], {}, { about: placeOf(at) })
      })
    )
  }
}

/** Each form in a transaction of its own; those behind a broken connection have no reply. */
const tryForms = async (dialogue: Dialogue, from: string, recipients: readonly string[]): Promise<ReadonlyMap<string, SmtpReply>> => {
  const replies = new Map<string, SmtpReply>()
  try {
    for (const [index, recipient] of recipients.entries()) {
      if (index > 0) await dialogue.reset()
      const mail = await dialogue.mail(from)
      if (mail.code >= 400 || mail.code === 0) {
        replies.set(recipient, mail)
        continue
      }
      const [reply] = (await dialogue.rcpt([recipient])).replies
      if (reply === undefined) break
      replies.set(recipient, reply)
    }
  } catch (error) {
    if (!(error instanceof Error && error.name === 'ProbeError')) throw error
  }
  return replies
}

const isAccepted = ({ code, stage }: SmtpReply): boolean => stage === 'rcpt' && code >= 200 && code < 300

/** A form of the server's own domain proves something only where an invented mailbox there is refused. */
export const judgeRelay = (
  at: ServerAt,
  forms: readonly Form[],
  replies: ReadonlyMap<string, SmtpReply>,
  control: string,
  inside: boolean
): Finding => {
  const about = placeOf(at)
  const answer = replies.get(control)
  const tellsApart = answer !== undefined && answer.stage === 'rcpt' && answer.code >= 500
  const taken = forms.filter(({ recipient }) => isAccepted(replies.get(recipient) ?? unasked))
  const evidence = [...forms.map(({ recipient }) => recipient), control].flatMap((recipient) => {
    const reply = replies.get(recipient)
    return reply === undefined ? [] : [`RCPT TO:<${recipient}>: ${linesOf(reply).join(' ')}`]
  })
  const proven = taken.some(({ local }) => !local || tellsApart)
  if (proven) return finding(inside ? 'server.relay-trusted' : 'server.open-relay', evidence, {}, { about })
  const allRefused = forms.every(({ recipient }) => {
    const reply = replies.get(recipient)
    return reply !== undefined && reply.stage === 'rcpt' && reply.code >= 500
  })
  // The first form is the one that matters; the tricks are of old servers, and a temporary no to one of them leaves it open.
  return finding(allRefused ? 'server.no-relay' : 'server.relay-unknown', evidence, {}, { about })
}

const unasked: SmtpReply = { stage: 'rcpt', code: 0, text: '', took: 0 }

/** Servers relay for their own network by design: from there, nothing can be told about strangers. */
const isInside = ({ allowPrivate }: Context, { address }: ServerAt, localAddress: string): boolean => {
  if (address === localAddress || /^127\.|^::1$/.test(address)) return true
  if (!isPublicAddress(address) && !allowPrivate) return true
  const near = new BlockList()
  for (const { cidr, family, internal } of Object.values(networkInterfaces()).flatMap((entries) => entries ?? [])) {
    const [network, prefix] = cidr?.split('/') ?? []
    if (!internal && network !== undefined && Number(prefix) > 0)
      near.addSubnet(network, Number(prefix), family === 'IPv4' ? 'ipv4' : 'ipv6')
  }
  return near.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6')
}
