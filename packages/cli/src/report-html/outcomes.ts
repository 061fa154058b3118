import { type Counts, countNames, type Report } from '@whybounce/core/report'

/** What became of messages in the end; a complaint is about one that was delivered. */
export const endNames: readonly (keyof Counts)[] = countNames.filter((name) => name !== 'complained')

/** How the page calls what became of messages and of attempts. */
export const outcomeWords: Readonly<
  Record<keyof Counts, { readonly title: string; readonly messages: string; readonly attempts: string; readonly note: string }>
> = {
  delivered: { title: 'Delivered', messages: 'delivered', attempts: 'delivered', note: '' },
  deferred: {
    title: 'Deferred',
    messages: 'still waiting',
    attempts: 'deferred',
    note: 'still waiting at the end; attempts: told to try again'
  },
  bounced: { title: 'Bounced', messages: 'bounced', attempts: 'bounced', note: 'refused for good' },
  expired: { title: 'Expired', messages: 'expired', attempts: 'expired', note: 'the queue gave up' },
  complained: { title: 'Complained', messages: 'complained', attempts: 'complained', note: 'marked as spam by the recipient' },
  suppressed: { title: 'Suppressed', messages: 'suppressed', attempts: 'suppressed', note: 'a sending service did not even try' }
}

/** Why there is no period and no course over time. */
export const withoutTimes = ({ lines }: Report): string => (lines.events === 0 ? 'No event was read.' : 'No event has a time.')
