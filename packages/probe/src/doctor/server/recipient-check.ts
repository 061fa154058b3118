import type { Diagnosis } from '@whybounce/core'
import type { FindingCode } from '@whybounce/core/finding'
import type { Dialogue, SmtpReply } from '../../smtp/dialogue.ts'
import { speaksOfAddress, speaksOfProber } from '../../verify/probe-answer.ts'
import { inventMailbox } from '../../verify/session.ts'
import type { Check, Context, Report } from '../check.ts'
import { connect } from './connect.ts'
import { aboutSender, diagnosisOf, linesOf, namesAnAddress, refusalFinding } from './judge-reply.ts'
import { envelopeSender, placeOf, type ServerAt, type Session, serversOf, sessionWith } from './session.ts'

/** Milliseconds. Directories and blocklists are asked in less. */
const tarpit = 10_000

/** What was asked in one dialogue; a recipient without a reply was not asked, since the dialogue ended before. */
type Asked = {
  /** The reply to MAIL FROM:<>, and to that with a sender of ours where it was refused. */
  readonly nullSender?: SmtpReply
  readonly sender?: { readonly address: string; readonly reply: SmtpReply }
  readonly replies: ReadonlyMap<string, SmtpReply>
  /** Why not all were asked. */
  readonly broke?: string
}

/** What the server says to RCPT TO: postmaster@ and abuse@, and the address that was typed, beside an invented one. Never DATA. */
export const recipientCheck: Check = {
  id: 'recipients',
  stage: 'dialogue',
  title: 'Recipients',
  wanted: ({ receiver }) => receiver !== undefined,
  run: async (context, report) => {
    const domain = context.receiver ?? ''
    const session = await firstReached(context)
    if (session === undefined) {
      report('server.rcpt-unknown', [])
      return
    }
    const { target } = context
    const typed = target.kind === 'address' ? { address: target.address, invented: `${inventMailbox()}@${domain}` } : undefined
    const roles = { postmaster: `postmaster@${domain}`, abuse: `abuse@${domain}` }
    const recipients = [...(typed === undefined ? [] : [typed.address, typed.invented]), roles.postmaster, roles.abuse]
    // A server whose handshake breaks still takes mail in the clear, from senders that let it.
    const tls = session.error?.stage === 'starttls' ? ({ tls: 'never' } as const) : {}
    const held = await connect(context, session.at, tls, (dialogue) => ask(dialogue, recipients, envelopeSender(context)))
    const about = placeOf(session.at)
    if (!('value' in held)) {
      if (!context.signal.aborted) report('server.rcpt-unknown', 'error' in held ? [held.error.message] : [], {}, { about })
      return
    }
    judge(context, session.at, held.value, { ...roles, ...(typed === undefined ? {} : { typed }) }, report)
  }
}

const firstReached = async (context: Context): Promise<Session | undefined> => {
  for (const at of await serversOf(context)) {
    const session = await sessionWith(context, at)
    if (session.ehlo !== undefined && session.refused === undefined && (session.error === undefined || session.error.stage === 'starttls'))
      return session
  }
  return undefined
}

/** One recipient in each transaction: RFC 5321 has bounces go to one, and servers refuse a second of the empty sender. */
const ask = async (dialogue: Dialogue, recipients: readonly string[], ours: string): Promise<Asked> => {
  const replies = new Map<string, SmtpReply>()
  let asked: Asked = { replies }
  let from = ''
  try {
    for (const [index, recipient] of recipients.entries()) {
      if (index > 0) await dialogue.reset()
      // RFC 6531 §3.4: an address outside ASCII needs the parameter.
      const parameters = /^[\x20-\x7e]*$/.test(recipient) ? undefined : 'SMTPUTF8'
      let mail = await dialogue.mail(from, parameters)
      if (from === '') asked = { ...asked, nullSender: mail }
      if (from === '' && !isAccepted(mail)) {
        from = ours
        mail = await dialogue.mail(from, parameters)
      }
      if (from !== '') asked = { ...asked, sender: { address: from, reply: mail } }
      if (!isAccepted(mail)) break
      const { replies: said, error } = await dialogue.rcpt([recipient])
      if (error !== undefined) asked = { ...asked, broke: error.message }
      const [reply] = said
      if (reply === undefined) break
      replies.set(recipient, reply)
    }
  } catch (error) {
    // The connection broke: what was said until then counts. A mistake of ours is not hidden.
    if (!(error instanceof Error && error.name === 'ProbeError')) throw error
    asked = { ...asked, broke: error.message }
  }
  return asked
}

const isAccepted = ({ code }: SmtpReply): boolean => code >= 200 && code < 300

type Recipients = {
  readonly postmaster: string
  readonly abuse: string
  readonly typed?: { readonly address: string; readonly invented: string }
}

/** The server takes it for mail that is to be passed on: the domain is none of its own. */
const isRelayDenied = ({ reply, diagnosis }: { readonly reply: SmtpReply; readonly diagnosis: Diagnosis }): boolean =>
  reply.code >= 500 && diagnosis.cause === 'relay-denied' && diagnosis.confidence !== 'none'

const judge = (context: Context, at: ServerAt, asked: Asked, recipients: Recipients, report: Report): void => {
  const domain = context.receiver ?? ''
  const about = placeOf(at)
  const ours = [context.options.ehloName, envelopeSender(context)]
  const told = new Set<FindingCode>()
  const refuse = (code: FindingCode, before: string, reply: SmtpReply, diagnosis: Diagnosis, address: string): void => {
    // What is about us is said once, however many recipients it was said to.
    if (told.has(code)) return
    if (code !== 'server.recipient-unclear') told.add(code)
    report(
      refusalFinding(
        code,
        reply,
        diagnosis,
        { domain, address, sender: asked.sender?.address ?? '<>', host: at.host, ehlo: context.options.ehloName },
        about,
        [before]
      )
    )
  }
  const slowest = Math.max(...[...asked.replies.values()].map(({ took }) => took), 0)
  if (slowest >= tarpit) report('server.tarpits', [`RCPT TO: ${slowest} ms`], { seconds: String(Math.round(slowest / 1_000)) }, { about })

  const { nullSender, sender, replies } = asked
  const senders = [[nullSender, ''] as const, [sender?.reply, sender?.address ?? ''] as const]
  // Who refuses both senders with the same words has nothing against the empty one.
  const alike = nullSender !== undefined && sender !== undefined && nullSender.text === sender.reply.text.replaceAll(sender.address, '')
  for (const [reply, address] of alike ? senders.slice(1) : senders) {
    if (reply === undefined || isAccepted(reply)) continue
    const diagnosis = diagnosisOf(reply, at.host)
    // What is wrong with TLS was told of TLS.
    if (diagnosis.cause === 'tls-failure' && diagnosis.confidence !== 'none') continue
    const nullAlone = address === '' && reply.code >= 500 && sender !== undefined && isAccepted(sender.reply)
    if (nullAlone) {
      refuse('server.null-sender-refused', 'MAIL FROM:<>', reply, diagnosis, address)
      continue
    }
    const usual: FindingCode =
      reply.code < 500
        ? 'server.refuses-for-now'
        : alike
          ? 'server.refuses'
          : address === ''
            ? 'server.null-sender-refused'
            : 'server.sender-refused'
    refuse(aboutSender(reply, diagnosis, { ours, server: at.address }) ?? usual, `MAIL FROM:<${address}>`, reply, diagnosis, address)
  }

  const answers = [...replies].map(([recipient, reply]) => ({ recipient, reply, diagnosis: diagnosisOf(reply, at.host, recipient) }))
  const [first] = answers
  if (first !== undefined && answers.every(isRelayDenied)) {
    refuse('server.recipient-domain-refused', `RCPT TO:<${first.recipient}>`, first.reply, first.diagnosis, first.recipient)
    return
  }

  const roles = [
    [recipients.postmaster, 'server.postmaster-accepted', 'server.postmaster-refused'],
    [recipients.abuse, 'server.abuse-accepted', 'server.abuse-refused']
  ] as const
  for (const [recipient, accepted, refused] of roles) {
    const reply = replies.get(recipient)
    const line = `RCPT TO:<${recipient}>`
    if (reply === undefined) continue
    if (isAccepted(reply)) {
      report(accepted, [line, ...linesOf(reply)], { domain }, { about })
      continue
    }
    const diagnosis = diagnosisOf(reply, at.host, recipient)
    const ofMailbox = diagnosis.cause === 'user-unknown' || diagnosis.cause === 'mailbox-disabled'
    const perhapsUs =
      speaksOfProber(diagnosis, { text: reply.text, recipient, ours }) !== 'no' || (!ofMailbox && namesAnAddress(reply, at.address))
    const usual = reply.code >= 500 && !perhapsUs ? refused : 'server.recipient-unclear'
    refuse(aboutSender(reply, diagnosis, { recipient, ours, server: at.address }) ?? usual, line, reply, diagnosis, recipient)
  }

  const { typed } = recipients
  const reply = typed === undefined ? undefined : replies.get(typed.address)
  if (typed === undefined || reply === undefined) {
    if (replies.size === 0 || typed !== undefined)
      report('server.rcpt-unknown', asked.broke === undefined ? [] : [asked.broke], {}, { about })
    return
  }
  const { address, invented } = typed
  const line = `RCPT TO:<${address}>`
  if (!isAccepted(reply)) {
    const diagnosis = diagnosisOf(reply, at.host, address)
    const dead = speaksOfAddress(diagnosis, {
      text: reply.text,
      code: reply.code,
      recipient: address,
      ours,
      knownProvider: diagnosis.provider !== undefined
    })
    // A full mailbox says nothing against the address, and all the same nothing gets in.
    const full = diagnosis.cause === 'mailbox-full' && diagnosis.confidence !== 'weak'
    const usual: FindingCode = dead || full ? 'server.recipient-refused' : 'server.recipient-unclear'
    refuse(aboutSender(reply, diagnosis, { recipient: address, ours, server: at.address }) ?? usual, line, reply, diagnosis, address)
    return
  }
  const control = replies.get(invented)
  const evidence = [line, ...linesOf(reply), ...(control === undefined ? [] : [`RCPT TO:<${invented}>`, ...linesOf(control)])]
  const tells =
    control !== undefined &&
    control.code >= 500 &&
    speaksOfProber(diagnosisOf(control, at.host, invented), { text: control.text, recipient: invented, ours }) === 'no'
  const code = tells
    ? 'server.recipient-accepted'
    : control !== undefined && isAccepted(control)
      ? 'server.takes-any-recipient'
      : 'server.recipient-unclear'
  report(code, evidence, { address, domain }, { about })
}
