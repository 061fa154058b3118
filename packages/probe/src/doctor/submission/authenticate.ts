import { randomBytes } from 'node:crypto'
import type { Dialogue, SmtpReply } from '../../smtp/dialogue.ts'
import { base64, challengeOf, cramMd5Message, type PasswordMechanism, plainMessage } from './sasl.ts'
import { provesItself, scramSha256 } from './scram.ts'

/** How a login ended. `secrets`: what was sent that gives the password away, for whoever shows what the server said. */
export type Login = { readonly mechanism: PasswordMechanism; readonly secrets: readonly string[] } & (
  | { readonly ended: 'accepted'; readonly reply: SmtpReply; readonly proved?: boolean }
  | { readonly ended: 'refused'; readonly reply: SmtpReply }
  /** A 334 that makes no sense; the login was given up with `*` (RFC 4954 §4). */
  | { readonly ended: 'odd'; readonly reply: SmtpReply; readonly why: string }
  | { readonly ended: 'broke'; readonly error: Error }
)

type Talk = (line: string) => Promise<SmtpReply>
type Ending =
  | { readonly ended: 'done'; readonly reply: SmtpReply; readonly proved?: boolean }
  | { readonly ended: 'odd'; readonly reply: SmtpReply; readonly why: string }

/** Bytes. RFC 4954 §4 lets a first response be sent with AUTH only where the whole line has 512 with its end. */
const longestAuthLine = 510

/** One try of one kind of login (RFC 4954 §4). The dialogue stays open, but where it broke. Never rejects for what a server does. */
export const authenticate = async (
  dialogue: Pick<Dialogue, 'command'>,
  mechanism: PasswordMechanism,
  { user, password }: { readonly user: string; readonly password: string },
  nonce: () => string = () => randomBytes(18).toString('base64')
): Promise<Login> => {
  const secrets: string[] = [password, base64(password)]
  const say: Talk = (line) => {
    const [last = ''] = line.split(' ').slice(-1)
    if (last !== mechanism) secrets.push(last)
    return dialogue.command(line, { secret: true })
  }
  try {
    const { reply, ...end } = await talks[mechanism](say, user, password, nonce)
    if (end.ended === 'odd') {
      await dialogue.command('*').catch(() => undefined)
      return { mechanism, secrets, reply, ...end }
    }
    if (reply.code === 235)
      return { mechanism, secrets, ended: 'accepted', reply, ...(end.proved === undefined ? {} : { proved: end.proved }) }
    if (reply.code >= 400) return { mechanism, secrets, ended: 'refused', reply }
    return {
      mechanism,
      secrets,
      ended: 'odd',
      reply,
      why: reply.code === 0 ? 'this is no SMTP reply' : `${reply.code} is no answer to a login`
    }
  } catch (error) {
    if (!(error instanceof Error)) throw error
    return { mechanism, secrets, ended: 'broke', error }
  }
}

const done = (reply: SmtpReply): Ending => ({ ended: 'done', reply })
const odd = (reply: SmtpReply, why: string): Ending => ({ ended: 'odd', reply, why })

const withFirst = async (say: Talk, mechanism: string, first: string): Promise<SmtpReply> => {
  const line = `AUTH ${mechanism} ${first}`
  if (line.length <= longestAuthLine) return say(line)
  const reply = await say(`AUTH ${mechanism}`)
  return reply.code === 334 ? say(first) : reply
}

const talks: Readonly<Record<PasswordMechanism, (say: Talk, user: string, password: string, nonce: () => string) => Promise<Ending>>> = {
  PLAIN: async (say, user, password) => {
    const message = plainMessage(user, password)
    const reply = await withFirst(say, 'PLAIN', message)
    // Some servers take no first response with the command, and ask for it.
    return done(reply.code === 334 ? await say(message) : reply)
  },
  LOGIN: async (say, user, password) => {
    const name = await say('AUTH LOGIN')
    if (name.code !== 334) return done(name)
    const word = await say(base64(user))
    if (word.code !== 334) return done(word)
    return done(await say(base64(password)))
  },
  'CRAM-MD5': async (say, user, password) => {
    const reply = await say('AUTH CRAM-MD5')
    if (reply.code !== 334) return done(reply)
    const challenge = challengeOf(reply.text)
    if (challenge === undefined || challenge.length === 0) return odd(reply, 'the challenge is none (RFC 2195 §2)')
    return done(await say(cramMd5Message(user, password, challenge)))
  },
  'SCRAM-SHA-256': async (say, user, password, nonce) => {
    const client = scramSha256(user, password, nonce())
    let reply = await withFirst(say, 'SCRAM-SHA-256', base64(client.first))
    // Such a server again asks for it by an empty challenge.
    if (reply.code === 334 && reply.text.slice(4).trim() === '') reply = await say(base64(client.first))
    if (reply.code !== 334) return reply.code === 235 ? { ended: 'done', reply, proved: false } : done(reply)
    const serverFirst = challengeOf(reply.text)
    if (serverFirst === undefined) return odd(reply, 'the challenge is no base64')
    const final = await client.final(serverFirst.toString('utf8'))
    if ('odd' in final) return odd(reply, final.odd)
    const last = await say(base64(final.message))
    if (last.code !== 334) return last.code === 235 ? { ended: 'done', reply: last, proved: false } : done(last)
    const proved = provesItself(challengeOf(last.text)?.toString('utf8') ?? '', final.serverSignature)
    return { ended: 'done', reply: await say(''), proved }
  }
}
