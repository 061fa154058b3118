import { type Diagnosis, defaultDiagnoser, diagnose } from '@whybounce/core'
import type { FindingCode, SubmissionProvider } from '@whybounce/core/finding'
import type { SmtpReply } from '../../smtp/dialogue.ts'
import { nameFits } from './provider.ts'

/** What a refused login, or a refused sender after it, means. */
export type Meaning = {
  readonly code: FindingCode
  readonly values: Readonly<Record<string, string>>
  readonly source?: string
}

/** By the detail of `smtp-auth-failed`. A server that asks for a login while one is being made has not understood it. */
const byDetail: Readonly<Record<string, FindingCode>> = {
  credentials: 'auth.wrong-credentials',
  required: 'auth.refused',
  mechanism: 'auth.mechanism-refused',
  disabled: 'auth.disabled',
  'app-password': 'auth.app-password',
  'encryption-required': 'auth.encryption-required',
  'not-offered': 'auth.not-enabled',
  temporary: 'auth.temporary',
  locked: 'auth.locked'
}

/** Where the text tells nothing: RFC 4954 §6, RFC 5321 §4.2.2. */
const byReply: Readonly<Record<number, FindingCode>> = {
  432: 'auth.password-transition',
  500: 'auth.not-enabled',
  502: 'auth.not-enabled',
  503: 'auth.not-enabled',
  504: 'auth.mechanism-refused',
  530: 'auth.encryption-required',
  534: 'auth.mechanism-refused',
  535: 'auth.wrong-credentials',
  538: 'auth.encryption-required'
}

/** Causes under which a server speaks of the login itself, or of nothing. */
const ofLogin: ReadonlySet<string> = new Set(['smtp-auth-failed', 'undetermined', 'tls-failure', 'protocol-error'])

/** A code that says the server wants TLS, inside which we are, is a refusal that does not say why. */
const wantsTls: ReadonlySet<FindingCode> = new Set(['auth.encryption-required'])

const codeOf = (reply: SmtpReply, { cause, detail, confidence }: Diagnosis): FindingCode => {
  const told = cause === 'smtp-auth-failed' && detail !== undefined && confidence !== 'none' ? byDetail[detail] : undefined
  if (reply.code < 500) {
    if (told === 'auth.locked') return told
    // Microsoft has 432 for too many connections.
    return reply.code === 432 && ofLogin.has(cause) ? 'auth.password-transition' : 'auth.temporary'
  }
  if (told !== undefined) return told
  if (cause === 'tls-failure' && detail === 'required') return 'auth.encryption-required'
  if (!ofLogin.has(cause)) return 'auth.refused-for-other-reason'
  return byReply[reply.code] ?? 'auth.refused'
}

/** A provider's own rule knows more than what is known of the provider, and that more than a rule for all servers. */
const adviceOf = ({ advice, evidence }: Diagnosis, provider: SubmissionProvider | undefined): string =>
  (evidence[0]?.level.startsWith('provider') === true ? advice : undefined) ?? provider?.advice ?? advice ?? ''

const told = (diagnosis: Diagnosis, provider: SubmissionProvider | undefined): { readonly source?: string } => {
  const source = diagnosis.link ?? provider?.help
  return source === undefined ? {} : { source }
}

/** The name by which the rules know a server: behind a name of one's own the greeting told whose it is. */
const knownAs = (host: string, provider: SubmissionProvider | undefined): string => {
  const name = provider?.hosts[0]
  return name === undefined || name.includes('*') ? host : name
}

/** What a 4xx or 5xx to AUTH means, `insideTls` or not. The text outweighs the code; what the provider wants outweighs neither. */
export const meaningOfRefusal = (
  reply: SmtpReply,
  about: {
    readonly host: string
    readonly user: string
    readonly mechanism: string
    readonly offered: readonly string[]
    readonly insideTls: boolean
    readonly provider: SubmissionProvider | undefined
  }
): Meaning => {
  const { host, user, mechanism, offered, insideTls, provider } = about
  const diagnosis = diagnose(reply.text, { remoteMta: knownAs(host, provider), stage: 'auth', replyCode: reply.code })
  const read = codeOf(reply, diagnosis)
  const code: FindingCode =
    read === 'auth.wrong-credentials' && provider?.login === 'oauth'
      ? 'auth.oauth-needed'
      : read === 'auth.wrong-credentials' && provider !== undefined && !nameFits(provider, user)
        ? 'auth.user-name'
        : insideTls && wantsTls.has(read)
          ? 'auth.refused'
          : read
  return {
    code,
    values: {
      advice: adviceOf(diagnosis, provider),
      provider: provider?.name ?? host,
      form: provider?.user ?? '',
      mechanism,
      offered: offered.filter((name) => name !== mechanism).join(', '),
      reason: titleOf(diagnosis)
    },
    ...told(diagnosis, provider)
  }
}

/** The title of a cause, as the inside of a sentence. */
const titleOf = ({ cause }: Diagnosis): string => {
  const { title } = defaultDiagnoser().causeOf(cause)
  return `${title.slice(0, 1).toLowerCase()}${title.slice(1)}`
}

/** Refusals of RCPT that are about the sender, and not about the recipient: the sender is its own recipient in this test. */
const ofSender: ReadonlySet<string> = new Set([
  'invalid-sender',
  'smtp-auth-failed',
  'authentication-failed',
  'sending-quota-exceeded',
  'relay-denied'
])

/**
 * What the answers to MAIL FROM and to RCPT TO with the same address say about the right to send as it. Many servers judge the
 * sender only at RCPT (Postfix, smtpd_delay_reject), some only after the message.
 */
export const meaningOfSender = (
  mail: SmtpReply,
  rcpt: SmtpReply | undefined,
  about: { readonly host: string; readonly from: string; readonly user: string; readonly provider: SubmissionProvider | undefined }
): Meaning => {
  const { host, from, user, provider } = about
  const refused =
    mail.code >= 300 || mail.code === 0 ? mail : rcpt !== undefined && (rcpt.code >= 300 || rcpt.code === 0) ? rcpt : undefined
  const accepted: Meaning = { code: 'auth.sender-accepted', values: {} }
  if (refused === undefined) return accepted
  const diagnosis = diagnose(refused.text, { remoteMta: knownAs(host, provider), stage: refused.stage, replyCode: refused.code })
  if (refused === rcpt && !ofSender.has(diagnosis.cause)) return accepted
  const notOwned = diagnosis.cause === 'invalid-sender' && diagnosis.detail === 'not-owned'
  const advice = adviceOf(diagnosis, undefined)
  return {
    code: refused.code >= 500 ? (notOwned ? 'auth.sender-not-owned' : 'auth.sender-refused') : 'auth.sender-unknown',
    values: { from, user, advice: advice === '' ? `The reply means: ${titleOf(diagnosis)}.` : advice },
    ...told(diagnosis, provider)
  }
}
