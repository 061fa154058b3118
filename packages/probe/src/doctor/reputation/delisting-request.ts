/** What is known for a request to take an address or a domain off a list. What is not known stands as a place to be filled in. */
export type DelistingFacts = {
  /** Name of the list, and the page or address where requests go. */
  readonly list: string
  readonly delisting?: string
  /** IP address or domain. */
  readonly subject: string
  /** Name by reverse DNS, of an address. */
  readonly reverseName?: string
  /** Domain that sends from it. */
  readonly domain?: string
  /** What was asked and answered, one line each. */
  readonly seen: readonly string[]
  readonly time: Date
  /** What caused it, what was done about it, and when. */
  readonly found?: string
  readonly mended?: string
  readonly since?: string
}

/** Minutes are enough, and seconds would look like a machine's. */
const minutesOf = (time: Date): string => `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`

const fact = (name: string, value: string | undefined): readonly string[] => (value === undefined ? [] : [`${name}: ${value}`])

/** A request that can be sent as it is once its places in brackets are filled in: to a list, or to the postmaster who refuses by it. */
export const delistingRequest = (facts: DelistingFacts): string =>
  [
    `Subject: Removal of ${facts.subject} from ${facts.list}`,
    '',
    `To the operators of ${facts.list}${facts.delisting === undefined ? '' : ` (${facts.delisting})`}`,
    '',
    `${facts.subject} is on your list. At ${minutesOf(facts.time)} we saw:`,
    ...facts.seen.map((line) => `  ${line}`),
    '',
    ...fact('Subject of the entry', facts.subject),
    ...fact('Reverse DNS name', facts.reverseName),
    ...fact('Sending domain', facts.domain),
    '',
    `What caused it: ${facts.found ?? '[which machine, account, form or mailing it was, and how that was found out]'}`,
    `What was done: ${facts.mended ?? '[what was stopped, cleaned or changed, so that it does not happen again]'}`,
    `Since: ${facts.since ?? '[date and time with time zone]'}`,
    '',
    'Please remove the entry. If you see unwanted mail from it after that time, please send us an example with its full header:',
    '[an address that a person reads]',
    '',
    '[name, organisation, telephone]'
  ].join('\n')
