import type { Properties } from './properties.ts'
import { field, oneLine } from './rfc5322.ts'

/** What a report of Outlook or Exchange says happened: the end of its message class (MS-OXCMAIL §2.2.3.7.1.1). */
export const actionOf = (messageClass: string): string | undefined => {
  const name = messageClass.toUpperCase()
  if (!name.startsWith('REPORT.')) return undefined
  return endings.find(([ending]) => name.endsWith(ending))?.[1]
}

const endings = [
  ['.NDR', 'failed'],
  ['.DELAYED.DR', 'delayed'],
  ['.RELAYED.DR', 'relayed'],
  ['.EXPANDED.DR', 'expanded'],
  ['.DR', 'delivered']
] as const

/**
 * The message/delivery-status part of a report, out of its properties and its recipient table, as MS-OXCMAIL §2.1.3.6.1 writes it. Two
 * steps further: PidTagSupplementaryInfo, which holds the remote MTA's reply in a form of its own (§2.2.3.7.1.2), is taken apart into the
 * fields that RFC 3464 has for it, and a text for one recipient (PidTagReportText) stands in where there is no reply.
 */
export const deliveryStatus = (action: string, report: Properties, recipients: readonly Properties[]): string => {
  // PidTagReportingMessageTransferAgent, which RFC 3464 asks for. Where it is not known, the class must do: a name would be made up.
  const reporting = oneLine(report.text(0x6820) ?? '')
  const head = reporting === '' ? field('X-Message-Class', report.text(0x001a) ?? '') : field('Reporting-MTA', typed(reporting, 'dns'))
  return [head, ...recipients.map((recipient) => forRecipient(action, recipient))].join('\r\n')
}

const forRecipient = (action: string, recipient: Properties): string => {
  const supplementary = oneLine(recipient.text(0x0c1b) ?? '')
  const told = parseSupplementary(supplementary)
  const remote = oneLine(recipient.text(0x0c21) ?? '') || told?.remoteMta
  const text = oneLine(recipient.text(0x1001) ?? '')
  const diagnostic = told === undefined ? (supplementary === '' ? text : supplementary) : told.diagnostic
  const name = oneLine(recipient.text(0x3001) ?? '')
  const address = addressOfRecipient(recipient)
  return [
    field('Final-Recipient', `rfc822; ${address ?? (name === '' ? 'unknown' : name)}`),
    field('Action', action),
    field('Status', told?.status ?? statusOf(recipient.number(0x0c20)) ?? general[action] ?? '5.0.0'),
    remote === undefined || remote === '' ? '' : field('Remote-MTA', typed(remote, 'dns')),
    diagnostic === undefined || diagnostic === ''
      ? ''
      : field('Diagnostic-Code', typed(diagnostic, /^[245]\d\d\b/.test(diagnostic) ? 'smtp' : 'x-mapi')),
    name === '' || name === address ? '' : field('X-Display-Name', name)
  ].join('')
}

const general: Readonly<Record<string, string>> = {
  failed: '5.0.0',
  delayed: '4.0.0',
  delivered: '2.0.0',
  relayed: '2.0.0',
  expanded: '2.0.0'
}

/** PidTagSmtpAddress, or PidTagEmailAddress where that is one: in an Exchange organization it is a path in the directory. */
export const addressOfRecipient = (recipient: Properties): string | undefined =>
  [recipient.text(0x39fe), recipient.text(0x3003), recipient.text(0x3001)]
    .map((text) => oneLine(text ?? '').replace(/^'|'$/g, ''))
    .find((text) => /^[^\s@<>]+@[^\s@<>]+$/.test(text))

/** PidTagNonDeliveryReportStatusCode: kind × 100 + subject × 10 + detail (MS-OXCMAIL §2.2.3.7.1.3), which has no room for details above 9. */
const statusOf = (code: number | undefined): string | undefined => {
  const digits = /^([245])(\d)(\d)$/.exec(String(code ?? ''))
  return digits === null ? undefined : `${digits[1]}.${digits[2]}.${digits[3]}`
}

type Supplementary = { readonly remoteMta?: string; readonly status: string; readonly diagnostic?: string }

/** `<mx.example.com #5.1.1 smtp;550 5.1.1 no such user>`; Exchange writes `#SMTP#` after it. */
export const parseSupplementary = (text: string): Supplementary | undefined => {
  const found = /^<([^\s<>#]{0,255}) ?#([245]\.\d{1,3}\.\d{1,3})(?!\d)(.*)$/s.exec(text)
  if (found === null) return undefined
  const [, remoteMta = '', status = '', rest = ''] = found
  const diagnostic = rest.replace(/>?[ \t]*(?:#SMTP#)?[ \t]*$/i, '').trim()
  return { status, ...(remoteMta === '' ? {} : { remoteMta }), ...(diagnostic === '' ? {} : { diagnostic }) }
}

/** With a type before it (RFC 3464 §2.1.2), unless it carries one. */
const typed = (value: string, type: string): string => (/^[A-Za-z][A-Za-z0-9-]{0,20} ?;/.test(value) ? value : `${type}; ${oneLine(value)}`)
