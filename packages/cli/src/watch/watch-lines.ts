import type { WatchAlert, WatchSummary } from '@whybounce/core/watch'
import { type FollowNotice, noticeSays } from '@whybounce/sources'
import { jsonText } from '../json-text.ts'
import { counted, printable } from '../terminal.ts'
import { localZone } from '../time-zone.ts'

/** Where there is no screen: a line for each thing that is told, for a person, a file or another program. */

/** Of the causes of a minute, this many are in its line. */
const mostCauses = 3
/** And in its JSON. */
const mostJsonCauses = 10

const zone = localZone()

/** The clock of this machine: `2026-11-01 12:34`. */
export const localTime = (time: string | null): string => (time === null ? '' : zone.format(Date.parse(time)).slice(0, 16))

/** What to do, as far as it is known who must do it; a whole sentence. */
export const fixLine = ({ partyTitle, fix }: Pick<WatchAlert, 'partyTitle' | 'fix'>): string =>
  `${partyTitle === null ? '' : `${partyTitle}: `}${fix}${/[.!?]$/.test(fix) ? '' : '.'}`

const fromLine = ({ senders, senderIp, service }: WatchAlert): string =>
  senderIp !== null || service !== null || senders.length === 0
    ? ''
    : ` Sent from ${senders.map((sender) => `${sender.senderIp ?? sender.service} (${counted(sender.attempts, 'attempt')})`).join(', ')}.`

export const alertLine = (alert: WatchAlert): string => {
  const { state, time, since, says, example, kind, title, providerName } = alert
  if (state === 'ended') {
    const what =
      kind === 'cause-rising'
        ? `${providerName ?? 'Other servers'}: ${title}`
        : kind === 'delivery-stopped'
          ? 'Nothing delivered'
          : `${providerName ?? 'Other servers'}: nothing delivered`
    return printable(`${localTime(time)} ENDED ${what} (since ${localTime(since)}).`)
  }
  const shown = example === null ? '' : ` Example: ${example.recipient === null ? '' : `${example.recipient}: `}${example.text}`
  return printable(`${localTime(time)} ALERT ${says}${fromLine(alert)} To do: ${fixLine(alert)}${shown}`)
}

export const summaryLine = ({ time, minute, causes, waiting, firing, unread }: WatchSummary): string => {
  const now = causes.filter(({ lastMinute }) => lastMinute > 0).sort((one, other) => other.lastMinute - one.lastMinute)
  const names = now
    .slice(0, mostCauses)
    .map(({ lastMinute, title, providerName }) => `${lastMinute} ${title} (${providerName ?? 'other servers'})`)
  const rest = now.length > mostCauses ? [`${now.length - mostCauses} more`] : []
  const figures = [
    `delivered ${minute.delivered}`,
    `deferred ${minute.deferred}`,
    `bounced ${minute.bounced}`,
    ...(minute.expired > 0 ? [`expired ${minute.expired}`] : []),
    ...(minute.complained > 0 ? [`complained ${minute.complained}`] : []),
    ...(minute.suppressed > 0 ? [`suppressed ${minute.suppressed}`] : []),
    ...(minute.inboundRefused > 0 ? [`refused from others ${minute.inboundRefused}`] : []),
    `waiting ${waiting}`,
    ...(firing.length > 0 ? [`alerts ${firing.length}`] : []),
    ...(unread > 0 ? [`lines not understood ${unread}`] : [])
  ]
  return printable(`${localTime(time)} ${figures.join(', ')}${now.length === 0 ? '' : `: ${[...names, ...rest].join(', ')}`}`)
}

export const alertJson = (alert: WatchAlert): string => jsonText({ type: 'alert', ...alert })

export const summaryJson = ({ series: _series, firing, causes, ...rest }: WatchSummary, samples: readonly string[]): string =>
  jsonText({
    type: 'summary',
    ...rest,
    unreadSamples: samples,
    causes: causes.slice(0, mostJsonCauses),
    firing: firing.map(({ id }) => id)
  })

export const noticeJson = (file: string, notice: FollowNotice): string =>
  jsonText({ type: 'notice', file, ...notice, says: noticeSays(file, notice) })
