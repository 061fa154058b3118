import type { DeliveryEvent } from '@whybounce/core'

/** An event as JSON shows it: flat, every field always there, `null` where it is absent. */
export const eventFields = (event: DeliveryEvent): Record<string, unknown> => {
  const { diagnosis } = event
  return {
    kind: event.kind,
    direction: event.direction,
    outcome: event.outcome ?? null,
    recipient: event.recipient ?? null,
    originalRecipient: event.originalRecipient ?? null,
    newRecipient: event.newRecipient ?? null,
    sender: event.sender ?? null,
    messageId: event.messageId ?? null,
    subject: event.subject ?? null,
    listId: event.listId ?? null,
    reportingMta: event.reportingMta ?? null,
    remoteMta: event.remoteMta ?? null,
    localIp: event.localIp ?? null,
    queueId: event.queueId ?? null,
    stage: event.stage ?? null,
    replyCode: event.replyCode ?? null,
    status: event.status ?? null,
    dsnAction: event.dsnAction ?? null,
    diagnosticCode: event.diagnosticCode ?? null,
    cause: diagnosis?.cause ?? null,
    detail: diagnosis?.detail ?? null,
    group: diagnosis?.group ?? null,
    permanence: diagnosis?.permanence ?? null,
    party: diagnosis?.party ?? null,
    also: diagnosis?.also ?? null,
    action: diagnosis?.action ?? null,
    provider: diagnosis?.provider ?? null,
    software: diagnosis?.software ?? null,
    confidence: diagnosis?.confidence ?? null,
    rule: diagnosis?.evidence[0]?.rule ?? null,
    feedbackType: event.feedbackType ?? null,
    time: event.time ?? null,
    ...(event.headers === undefined ? {} : { headers: event.headers })
  }
}
