import { brevo } from './brevo.ts'
import { mailersend } from './mailersend.ts'
import { mailgun } from './mailgun.ts'
import { mailjet } from './mailjet.ts'
import { mailtrap } from './mailtrap.ts'
import { mandrill } from './mandrill.ts'
import { postal } from './postal.ts'
import { postmark } from './postmark.ts'
import { resend } from './resend.ts'
import { sendgrid } from './sendgrid.ts'
import { ses } from './ses.ts'
import { sparkpost } from './sparkpost.ts'
import { unisenderGo } from './unisender-go.ts'
import type { WebhookFormat } from './webhook-reader.ts'

/** Every service whose webhooks are read. */
export const webhookFormats: readonly WebhookFormat[] = [
  brevo,
  mailersend,
  mailgun,
  mailjet,
  mailtrap,
  mandrill,
  postal,
  postmark,
  resend,
  sendgrid,
  ses,
  sparkpost,
  unisenderGo
]

/** The service that posted a payload: the one that is surest of it. Undefined where none is; then the caller must be told which it is. */
export const webhookFormatOf = (payload: unknown): WebhookFormat | undefined => {
  let best: WebhookFormat | undefined
  let surest = 0
  for (const format of webhookFormats) {
    const sure = format.recognise(payload)
    if (sure > surest) {
      best = format
      surest = sure
    }
  }
  return best
}
