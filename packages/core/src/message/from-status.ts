import type { Context, Diagnoser } from '../diagnose/diagnose.ts'
import { parseDate } from './dates.ts'
import { type DeliveryStatus, recipientOf, typedValue } from './delivery-status.ts'
import { type Draft, draftOf, type Found, hostOf, inOneLine } from './draft.ts'
import { finish, isPseudo, outcomeOf } from './finish.ts'
import type { Notice } from './notice.ts'
import { placesIn } from './places.ts'
import { findReason, memoryFor, stageInTranscript } from './reason.ts'
import { recipientsOf } from './recipients.ts'

const actions = ['failed', 'delayed', 'delivered', 'relayed', 'expanded'] as const

const statusOf = (value: string | undefined): string | undefined => /\b([245]\.\d{1,3}\.\d{1,3})\b/.exec(value ?? '')?.[1]

/** The recipients of a delivery status notification (RFC 3464), with the reasons that its fields and its text give. */
export const fromStatus = (
  diagnoser: Diagnoser,
  notice: Notice,
  status: DeliveryStatus,
  wanted: readonly string[] | undefined
): Found[] => {
  const shared = draftOf(notice, 'failed', wanted)
  const places = placesIn(notice)
  const memory = memoryFor(status.recipients.length)
  return status.recipients.map((fields) => {
    const told = statusOf(fields.get('status'))
    const action = actions.find((name) => fields.get('action')?.trim().toLowerCase().startsWith(name))
    const byStatus = told?.startsWith('4') ? 'delayed' : told?.startsWith('2') ? 'delivered' : 'failed'
    const kind = action ?? byStatus
    const event: Draft = { ...shared, kind }
    const final = recipientOf(fields.get('final-recipient')) ?? recipientOf(fields.get('x-actual-recipient'))
    const original = recipientOf(fields.get('original-recipient'))
    const recipient =
      chooseRecipient(final, original) ?? (status.recipients.length === 1 ? onlyOne(recipientsOf(notice)) : undefined) ?? final ?? original
    if (recipient !== undefined) event.recipient = recipient
    if (original !== undefined && original !== recipient) event.originalRecipient = original
    if (action !== undefined) event.dsnAction = action
    const remote = typedValue(fields.get('remote-mta'))?.value
    if (remote !== undefined && remote !== '') event.remoteMta = hostOf(remote)
    const time = parseDate(fields.get('last-attempt-date'))
    if (time !== undefined) event.time = time
    if (kind === 'failed' || kind === 'delayed') {
      const diagnostic = typedValue(fields.get('diagnostic-code'))
      const context: Context = {
        recipient,
        ...(told === undefined || isPseudo(told) ? {} : { status: told }),
        ...(event.remoteMta === undefined ? {} : { remoteMta: event.remoteMta })
      }
      const comment = /\(([^()]{8,400})\)/.exec(fields.get('status') ?? '')?.[1]
      // What a local program printed (RFC 3464 §2.1.2 x-unix) is no server's reply; the notice says better what it means.
      const printed = diagnostic?.type === 'x-unix'
      const asked = printed
        ? [...places(recipient, [comment], told), diagnostic.value]
        : places(recipient, [diagnostic?.value, comment], told)
      const reason = findReason(diagnoser, asked, context, memory)
      return withAnswer(withStage(finish(diagnoser, event, reason, told), notice), diagnostic)
    }
    if (told !== undefined) event.status = told
    const said = typedValue(fields.get('diagnostic-code'))?.value
    const code = /^[2-5]\d\d(?=[ -]|$)/.exec(said ?? '')?.[0]
    if (code !== undefined) event.replyCode = Number(code)
    if (said !== undefined && said !== '') event.diagnosticCode = inOneLine(said)
    const outcome = outcomeOf(kind, undefined)
    if (outcome !== undefined) event.outcome = outcome
    return { event, text: '' }
  })
}

/** The final recipient (RFC 3464 §2.3.2), unless it is a name inside the server (`user@server`, `user`) and the original is an address. */
const chooseRecipient = (final: string | undefined, original: string | undefined): string | undefined =>
  isPublic(final) ? final : isPublic(original) ? original : [final, original].find((address) => address?.includes('@'))

const isPublic = (address: string | undefined): boolean => address !== undefined && /@.*[.:]/.test(address)

const onlyOne = (list: readonly string[]): string | undefined => (list.length === 1 ? list[0] : undefined)

/** The step of the dialogue, where the notice shows the dialogue. */
export const withStage = (found: Found, notice: Notice): Found => {
  if (found.event.stage !== undefined || found.text === '') return found
  const stage = stageInTranscript(notice.text, found.event.diagnosis?.evidence[0]?.words ?? found.text)
  return stage === undefined ? found : { text: found.text, event: { ...found.event, stage } }
}

/** The other server's answer stays in the event where the notice's own words told the cause. */
const withAnswer = (found: Found, diagnostic: { readonly type: string | undefined; readonly value: string } | undefined): Found => {
  const code = diagnostic?.type === 'smtp' ? /^([45]\d\d)[ -]\S/.exec(diagnostic.value)?.[1] : undefined
  if (diagnostic === undefined || code === undefined || found.event.replyCode !== undefined) return found
  return { text: found.text, event: { ...found.event, replyCode: Number(code), diagnosticCode: inOneLine(diagnostic.value) } }
}
