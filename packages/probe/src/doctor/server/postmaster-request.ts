import type { Finding } from '@whybounce/core/finding'
import type { Context } from '../check.ts'

/** Minutes are enough, and seconds would look like a machine's. */
const minutesOf = (time: Date): string => `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`

/**
 * A request to the postmaster of a server that refuses our address: what was asked, what it answered and when, and places in brackets for
 * what only the sender can say. Nothing in it claims what was not seen.
 */
export const postmasterRequest = (
  { evidence, about }: Pick<Finding, 'evidence' | 'about'>,
  {
    receiver,
    sender,
    options,
    now
  }: Pick<Context, 'receiver' | 'sender' | 'now'> & { readonly options: Pick<Context['options'], 'ip' | 'ehloName'> }
): string => {
  const from = sender === receiver ? undefined : sender
  return [
    `To: postmaster@${receiver ?? '[the domain of the recipients]'}`,
    `Subject: Your server refuses mail from ${options.ip ?? options.ehloName}`,
    '',
    `At ${minutesOf(now())} your server${about === undefined ? '' : ` ${about}`} answered:`,
    ...evidence.map((line) => `  ${line}`),
    '',
    `Our address: ${options.ip ?? '[the IP address that your server saw]'}`,
    `EHLO name: ${options.ehloName}`,
    `Sending domain: ${from ?? '[the domain in From]'}`,
    '',
    'What we send, and to whom: [mail of which people or systems; that recipients asked for it]',
    'What we found on our side, and mended: [machine, account or mailing; since when]',
    '',
    'Please let our mail in again, or tell us what is in the way. Complaints reach us at: [an address that a person reads]',
    '',
    '[name, organisation, telephone]'
  ].join('\n')
}
