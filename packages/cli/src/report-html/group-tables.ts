import { countNames, type GroupRow, type Report } from '@whybounce/core/report'
import { otherServers } from '../report/cause-entries.ts'
import { figure, share } from '../report/figures.ts'
import { endedOf } from '../report/volume-text.ts'
import { counted } from '../terminal.ts'
import { outcomeWords } from './outcomes.ts'
import { shown } from './page-text.ts'

/** Where the page's script says that a part does not follow the filter. */
export const unfiltered = '<p class="unfiltered" hidden></p>'

const headings: Readonly<Record<string, string>> = {
  provider: 'provider',
  domain: 'recipient domain',
  'sender-ip': 'sender IP',
  sender: 'sender',
  cause: 'cause',
  host: 'host'
}
const unknown: Readonly<Record<string, string>> = { provider: otherServers }
/** What the filter of the page calls the same thing. */
const filtered: Readonly<Record<string, string>> = { provider: 'provider', 'sender-ip': 'sender', cause: 'cause' }

const tableHtml = (name: string, rows: readonly GroupRow[]): string => {
  const heading = shown(headings[name] ?? name)
  const messages = countNames.filter((count) => count === 'delivered' || rows.some((row) => row.messages[count] > 0))
  const dimension = filtered[name]
  const lines = rows.map((row) => {
    const key = shown(row.key ?? unknown[name] ?? 'not known')
    const total = endedOf(row.messages)
    const lost = row.messages.bounced + row.messages.expired
    const top = row.topCause === null ? '' : `${shown(row.topCause.title)} <span class="soft">${figure(row.topCause.messages)}</span>`
    return `<tr${dimension === undefined ? '' : ` data-${dimension}="${key}"`}><th scope="row">${key}</th><td class="strong">${figure(total)}</td>${messages.map((count) => `<td>${figure(row.messages[count])}</td>`).join('')}<td>${share(lost, total)}</td><td class="text why">${top}</td><td class="dim">${figure(endedOf(row.attempts))}</td></tr>`
  })
  return `<section data-filter="q ${dimension ?? ''}"><h3>By ${heading}</h3>${unfiltered}<div class="scroll" tabindex="0" role="region" aria-label="By ${heading}"><table class="sort fold"><caption>${counted(rows.length, 'row')} by ${heading}. Figures are of messages; lost: bounced and expired, of all.</caption>
<thead><tr><th scope="col">${heading.charAt(0).toUpperCase()}${heading.slice(1)}</th><th scope="col">all</th>${messages.map((count) => `<th scope="col">${outcomeWords[count].messages}</th>`).join('')}<th scope="col">lost</th><th scope="col" class="text">harmed most by</th><th scope="col">attempts</th></tr></thead><tbody>${lines.join('\n')}</tbody></table></div></section>`
}

/** More are too long for a heading. */
const maxNamed = 3

/** `By provider, sender IP and recipient domain` */
export const groupsTitle = ({ groups }: Report): string => {
  const names = Object.keys(groups)
    .filter((name) => (groups[name]?.length ?? 0) > 0)
    .map((name) => shown(headings[name] ?? name))
  const named = names.length > maxNamed ? [...names.slice(0, maxNamed - 1), `${names.length - maxNamed + 1} more`] : names
  return `By ${named.length < 2 ? named.join('') : `${named.slice(0, -1).join(', ')} and ${named.at(-1)}`}`
}

/** A table for each division of the report that has rows. */
export const groupTablesHtml = ({ groups }: Report): string =>
  Object.entries(groups)
    .filter(([, rows]) => rows.length > 0)
    .map(([name, rows]) => tableHtml(name, rows))
    .join('\n')
