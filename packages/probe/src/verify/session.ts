import { randomInt } from 'node:crypto'
import { type Diagnosis, diagnose } from '@whybounce/core'
import type { MailHost } from '../dns/mail-route.ts'
import { ProbeError } from '../probe-error.ts'
import { type Dialogue, type DialogueOptions, openDialogue, type SmtpReply, type TranscriptLine } from '../smtp/dialogue.ts'
import { DialogueError } from '../smtp/dialogue-error.ts'
import type { ProbeTask } from './tasks.ts'

/** What one session with a mail host brought: a reply for each task that was asked, and why the others were not. */
export type SessionResult = {
  readonly replies: readonly { readonly task: ProbeTask; readonly reply: SmtpReply; readonly diagnosis?: Diagnosis }[]
  /** Replies of the last batch that are not believed; their tasks are in `left`. */
  readonly doubted: readonly ProbeTask[]
  /** Not asked, since the session ended before; to be asked anew. */
  readonly left: readonly ProbeTask[]
  /** Why nobody could be asked: the host's refusal before RCPT, or the fault of the connection. */
  readonly refusal?: { readonly diagnosis: Diagnosis; readonly text: string; readonly answered: boolean; readonly slow?: true }
  /** SMTPUTF8 is needed and not offered. */
  readonly noSmtputf8?: true
  readonly host?: string
  readonly transcript: readonly TranscriptLine[]
}

export type SessionOptions = Pick<DialogueOptions, 'ehloName' | 'localAddress' | 'timeouts' | 'limits' | 'signal'> & {
  /** Envelope sender; '' is the null sender. */
  readonly mailFrom: string
  readonly port?: number
}

/** Connections tried for one session: a domain with many dead hosts must not hold it up for an hour. */
const mostConnections = 6

/** Recipients in one transaction, whatever the budget: RFC 5321 §4.5.3.1.8 promises a hundred. */
const mostRecipients = 100

/** `transcript`: of the connections that came to nothing. */
type Opened =
  | { readonly dialogue: Dialogue; readonly host: string; readonly transcript: readonly TranscriptLine[] }
  | { readonly refusal: NonNullable<SessionResult['refusal']>; readonly host: string; readonly transcript: readonly TranscriptLine[] }

const diagnosisOf = (reply: SmtpReply, host: string, provider: string | undefined, recipient?: string): Diagnosis =>
  diagnose(reply.text, {
    stage: reply.stage,
    ...(provider === undefined ? { remoteMta: host } : { provider }),
    ...(recipient === undefined ? {} : { recipient }),
    ...(reply.code === 0 ? {} : { replyCode: reply.code })
  })

/** The system's words for a connection that failed, as the diagnosis knows them. */
const faultText = (error: unknown): string =>
  error instanceof ProbeError ? `${error.code}: ${error.message}` : error instanceof Error ? error.message : String(error)

/** What a fault of the connection means. A server that greeted and then took its time is slow, not gone. */
const faultOf = (error: unknown): NonNullable<SessionResult['refusal']> => {
  const text = faultText(error)
  if (!(error instanceof ProbeError)) return { diagnosis: diagnose(text, { stage: 'connect' }), text, answered: false }
  const slow = error.code === 'ETIMEDOUT' && error.stage !== 'connect'
  return { diagnosis: diagnose(text, { stage: error.stage }), text, answered: false, ...(slow ? { slow } : {}) }
}

/** Tries the hosts in their order (RFC 5321 §5.1), each without TLS again where its handshake fails. */
const openFirst = async (hosts: readonly MailHost[], provider: string | undefined, options: SessionOptions): Promise<Opened> => {
  let tried = 0
  let last: Opened | undefined
  const transcript: TranscriptLine[] = []
  for (const host of hosts) {
    for (const address of host.addresses) {
      for (const tls of ['if-offered', 'never'] as const) {
        if (tried++ >= mostConnections && last !== undefined) return last
        const { ehloName, localAddress, timeouts, limits, signal, port } = options
        try {
          const opened = await openDialogue({
            address,
            host: host.name,
            ehloName,
            tls,
            ...(port === undefined ? {} : { port }),
            ...(localAddress === undefined ? {} : { localAddress }),
            ...(timeouts === undefined ? {} : { timeouts }),
            ...(limits === undefined ? {} : { limits }),
            ...(signal === undefined ? {} : { signal })
          })
          if (!('refused' in opened)) return { dialogue: opened, host: host.name, transcript }
          const diagnosis = diagnosisOf(opened.refused, host.name, provider)
          transcript.push(...opened.transcript)
          last = { refusal: { diagnosis, text: opened.refused.text, answered: true }, host: host.name, transcript }
          break
        } catch (error) {
          if (signal?.aborted) throw error
          if (error instanceof DialogueError) transcript.push(...error.transcript)
          last = { refusal: faultOf(error), host: host.name, transcript }
          if (!(error instanceof ProbeError && error.stage === 'starttls')) break
        }
      }
    }
  }
  return (
    last ?? {
      refusal: { diagnosis: diagnose('no mail host with an address'), text: 'no mail host with an address', answered: false },
      host: '',
      transcript
    }
  )
}

/**
 * Asks one mail host about some recipients: EHLO, STARTTLS where offered, MAIL FROM, RCPT TO, RSET, QUIT; never DATA.
 * The tasks have the same hosts. Each answered batch is handed to `take` at once, which gives further tasks of the session (the
 * controls), or `stop` where an answer speaks of us.
 */
export const runSession = async (
  tasks: readonly ProbeTask[],
  hosts: readonly MailHost[],
  take: (answered: SessionResult['replies'], host: string) => readonly ProbeTask[] | 'stop',
  options: SessionOptions
): Promise<SessionResult> => {
  const provider = tasks[0]?.provider
  const smtputf8 = tasks.some((task) => task.smtputf8)
  const opened = await openFirst(hosts, provider, options)
  if ('refusal' in opened)
    return { replies: [], doubted: [], left: tasks, refusal: opened.refusal, host: opened.host, transcript: opened.transcript }
  const { dialogue, host } = opened
  if (smtputf8 && !dialogue.capabilities.has('SMTPUTF8')) {
    await dialogue.quit()
    return { replies: [], doubted: [], left: tasks, noSmtputf8: true, host, transcript: [...opened.transcript, ...dialogue.transcript()] }
  }
  const replies: { task: ProbeTask; reply: SmtpReply; diagnosis?: Diagnosis }[] = []
  let left = [...tasks]
  let refusal: SessionResult['refusal']
  let most = mostRecipients
  let inTransaction = 0
  let believed = 0
  let doubted: ProbeTask[] = []
  try {
    while (left.length > 0) {
      if (inTransaction === 0 || inTransaction >= most) {
        if (inTransaction > 0) await dialogue.reset()
        inTransaction = 0
        const mail = await dialogue.mail(options.mailFrom, smtputf8 ? 'SMTPUTF8' : undefined)
        if (mail.code < 200 || mail.code > 299) {
          refusal = { diagnosis: diagnosisOf(mail, host, provider), text: mail.text, answered: true }
          break
        }
      }
      // Without PIPELINING a batch saves nothing, and every answer is written down as it comes.
      const batch = left.slice(0, dialogue.capabilities.has('PIPELINING') ? most - inTransaction : 1)
      const { replies: answers, error } = await dialogue.rcpt(batch.map(({ address }) => address))
      const answered: typeof replies = []
      let tooMany = 0
      answers.forEach((reply, index) => {
        const task = batch[index]
        if (task === undefined) return
        const diagnosis = reply.code >= 200 && reply.code <= 299 ? undefined : diagnosisOf(reply, host, provider, task.address)
        if (diagnosis?.cause === 'too-many-recipients' && inTransaction + index > 0) tooMany++
        else answered.push(diagnosis === undefined ? { task, reply } : { task, reply, diagnosis })
      })
      believed = replies.length
      replies.push(...answered)
      const done = new Set(answered.map(({ task }) => task))
      left = left.filter((task) => !done.has(task))
      inTransaction += answers.length - tooMany
      if (error !== undefined) throw error
      if (tooMany > 0) most = Math.max(1, inTransaction)
      const further = take(answered, host)
      if (further === 'stop') break
      left.push(...further)
    }
    if (refusal === undefined && inTransaction > 0) await dialogue.reset()
    await dialogue.quit()
  } catch (error) {
    dialogue.close()
    if (options.signal?.aborted) throw error
    // A reply too many came with the last batch: which of its replies belongs to which recipient is not known (RFC 2920 §3.1).
    if (error instanceof DialogueError && error.code === 'EUNASKED') {
      doubted = replies.splice(believed).map(({ task }) => task)
      left.push(...doubted)
    }
    refusal ??= faultOf(error)
  }
  return {
    replies,
    doubted,
    left,
    ...(refusal === undefined ? {} : { refusal }),
    host,
    transcript: [...opened.transcript, ...dialogue.transcript()]
  }
}

/** Letters that no person has as a mailbox name, and that look like one all the same; new for every domain. */
const letters = 'abcdefghijklmnopqrstuvwxyz'
const digits = '0123456789'

/** An invented mailbox. Long enough that nobody has it: 21 random letters and digits. */
export const inventMailbox = (): string => {
  let name = ''
  for (let at = 0; at < 18; at++) name += letters[randomInt(letters.length)]
  for (let at = 0; at < 3; at++) name += digits[randomInt(digits.length)]
  return name
}
