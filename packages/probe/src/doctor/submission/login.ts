import { isLoopback } from '../../dns/public-address.ts'
import type { Dialogue, Refusal } from '../../smtp/dialogue.ts'
import type { Context, Report } from '../check.ts'
import { timeoutsFor } from '../server/connect.ts'
import { placeOf, type Session } from '../server/session.ts'
import { authenticate } from './authenticate.ts'
import { hider } from './hide.ts'
import { meaningOfRefusal, meaningOfSender } from './login-reply.ts'
import { beginsWithTls, noPasswordCode, offersOf, submissionSessions } from './offered.ts'
import { providerOf } from './provider.ts'
import { base64, chooseMechanism, mechanismsOf, plainMessage } from './sasl.ts'

type Credentials = { readonly user: string; readonly password: string }

/** In which order the ports of a host are tried where none was named: RFC 8314 §3.3 prefers TLS from the start. */
const portOrder = [465, 587, 2465, 2587, 2525]
const rank = ({ at }: Session): number => {
  const place = portOrder.indexOf(at.port)
  return place >= 0 ? place : at.port === 25 ? portOrder.length + 1 : portOrder.length
}

/**
 * Logs in once, at one port, as a mail program would, and asks whether the user's address may be the sender. The password goes out
 * inside TLS with a valid certificate, or to the loopback, and nowhere else. No message is sent. Wrong logins lock accounts, so there
 * is one try.
 */
export const checkLogin = async (context: Context, report: Report): Promise<void> => {
  const { credentials } = context.options
  if (credentials === undefined) return
  const sessions = [...(await submissionSessions(context))].sort((one, other) => rank(one) - rank(other))
  const session =
    sessions.find((one) => (offersOf(one).inside ?? []).length > 0) ??
    sessions.find((one) => isLoopback(one.at.address) && (offersOf(one).before ?? []).length > 0)
  if (session !== undefined) {
    await logIn(context, report, session, credentials)
    return
  }
  const clear = sessions.find((one) => (offersOf(one).before ?? []).length > 0)
  // Where no login is offered at all, the other check says so.
  if (clear !== undefined)
    report('auth.not-sent-in-clear', [`without TLS: AUTH ${offersOf(clear).before?.join(' ') ?? ''}`], {}, { about: placeOf(clear.at) })
}

const logIn = async (context: Context, report: Report, session: Session, credentials: Credentials): Promise<void> => {
  const { host, address, port } = session.at
  const about = placeOf(session.at)
  const { user, password } = credentials
  const hide = hider([password, base64(password), plainMessage(user, password)])
  const loopback = isLoopback(address)
  let dialogue: Dialogue | Refusal
  try {
    const tls = beginsWithTls(session) ? 'immediate' : 'if-offered'
    dialogue = await context.open({ host, address, port, tls, timeouts: timeoutsFor(context, session.at) })
  } catch (error) {
    report('auth.broke-off', [wordsOf(error)], {}, { about })
    return
  }
  if ('refused' in dialogue) {
    report('auth.broke-off', [hide(dialogue.refused.text)], {}, { about })
    return
  }
  try {
    const { tls } = dialogue
    const certificate = tls?.certificate
    if (tls === undefined && !loopback) report('auth.not-sent-in-clear', ['TLS did not come about'], {}, { about })
    else if (!loopback && certificate?.authorized !== true)
      report(
        'auth.not-sent-bad-certificate',
        [`${certificate?.subject ?? 'no certificate'}: ${certificate?.problem ?? 'none shown'}`],
        { names: certificate?.names.join(', ') ?? '' },
        { about }
      )
    else await tryLogin(context, report, session, dialogue, credentials)
  } finally {
    await dialogue.quit()
  }
}

const tryLogin = async (
  context: Context,
  report: Report,
  session: Session,
  dialogue: Dialogue,
  credentials: Credentials
): Promise<void> => {
  const about = placeOf(session.at)
  const { host } = session.at
  const { user } = credentials
  const insideTls = dialogue.tls !== undefined
  const offered = mechanismsOf(dialogue.capabilities)
  const provider = providerOf(host, dialogue.greeting.text, user)
  const mechanism = chooseMechanism(offered, insideTls)
  if (mechanism === undefined) {
    report(noPasswordCode(offered), [`AUTH ${offered.join(' ')}`], { advice: provider?.advice ?? '' }, { about })
    return
  }
  const login = await authenticate(dialogue, mechanism, credentials)
  const hide = hider(login.secrets)
  const said = `AUTH ${mechanism}${insideTls ? ' inside TLS' : ''}`
  const safe = (values: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, hide(value)]))
  if (login.ended === 'broke') report('auth.broke-off', [`${said}: ${hide(wordsOf(login.error))}`], {}, { about })
  else if (login.ended === 'odd')
    report(
      'auth.odd-challenge',
      [`${said}: ${hide(login.reply.text)}`, login.why],
      { mechanism, offered: offered.filter((name) => name !== mechanism).join(', ') },
      { about }
    )
  else if (login.ended === 'refused') {
    const { code, values, source } = meaningOfRefusal(login.reply, { host, user, mechanism, offered, insideTls, provider })
    report(code, [`${said}: ${hide(login.reply.text)}`], safe(values), { about, ...(source === undefined ? {} : { source }) })
  } else {
    report('auth.accepted', [`${said}: ${hide(login.reply.text)}`], {}, { about })
    if (login.proved === false) report('auth.server-not-proved', [`${said}: ${hide(login.reply.text)}`], {}, { about })
    if (provider?.ends !== undefined)
      report('auth.password-ends', [said], { provider: provider.name, advice: provider.ends }, { about, source: provider.source })
    await checkSender(context, report, about, dialogue, { host, user, provider, hide })
  }
}

/** The address to send as: the user's own, or its local part in the domain that was named. Undefined where the user is no address. */
const senderOf = (user: string, domain: string | undefined): string | undefined => {
  const at = user.lastIndexOf('@')
  // Other characters need SMTPUTF8, which is another question.
  if (at <= 0 || !/^[\x21-\x3b\x3d\x3f-\x7e]+$/.test(user)) return domain === undefined ? undefined : `postmaster@${domain}`
  return domain === undefined ? user : `${user.slice(0, at)}@${domain}`
}

const checkSender = async (
  context: Context,
  report: Report,
  about: string,
  dialogue: Dialogue,
  known: {
    readonly host: string
    readonly user: string
    readonly provider: ReturnType<typeof providerOf>
    readonly hide: (text: string) => string
  }
): Promise<void> => {
  const { host, user, provider, hide } = known
  const from = senderOf(user, context.options.from)
  if (from === undefined) return
  const lines: string[] = []
  try {
    const mail = await dialogue.mail(from)
    lines.push(`MAIL FROM:<${from}>: ${mail.text}`)
    const rcpt = mail.code < 300 && mail.code !== 0 ? (await dialogue.rcpt([from])).replies[0] : undefined
    if (rcpt !== undefined) lines.push(`RCPT TO:<${from}>: ${rcpt.text}`)
    const { code, values, source } = meaningOfSender(mail, rcpt, { host, from, user, provider })
    const hidden = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, hide(value)]))
    report(code, lines.map(hide), hidden, { about, ...(source === undefined ? {} : { source }) })
    // What it answers changes nothing.
    await dialogue.reset().catch(() => undefined)
  } catch (error) {
    report('auth.sender-unknown', [...lines.map(hide), hide(wordsOf(error))], { from: hide(from) }, { about })
  }
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
