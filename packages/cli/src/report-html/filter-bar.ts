import type { CauseEntry, CauseRow } from '@whybounce/core/report'
import { providerOf, senderOf, sumBy } from '../report/cause-entries.ts'
import { figure } from '../report/figures.ts'
import { shown } from './page-text.ts'

const optionsOf = (values: readonly (readonly [value: string, title: string, messages: number])[]): string =>
  values.map(([value, title, messages]) => `<option value="${shown(value)}">${shown(title)} (${figure(messages)})</option>`).join('')

const select = (name: string, label: string, any: string, options: string): string =>
  `<label>${label}<select name="${name}"><option value="">${any}</option>${options}</select></label>`

/** Works only with the page's script, and is hidden without it. */
export const filterBarHtml = (entries: readonly CauseEntry[]): string => {
  const rows: CauseRow[] = entries.flatMap((entry) => [...entry.rows])
  const once = (row: CauseRow): number => row.once.messages
  const plain = (nameOf: (row: CauseRow) => string, messagesOf?: (row: CauseRow) => number): [string, string, number][] =>
    sumBy(rows, nameOf, messagesOf).map(([name, messages]) => [name, name, messages])
  const parties = new Map(rows.map(({ party, partyTitle }) => [party as string, partyTitle]))
  return `<div id="filters"><form id="filter" role="search" aria-label="Filter"><label class="wide">Search in everything below<input type="search" name="q" autocomplete="off" spellcheck="false" placeholder="a word, an address, a queue id"></label>
${select('provider', 'Provider', 'all', optionsOf(plain(providerOf)))}
${select('cause', 'Cause', 'all', optionsOf(plain(({ title }) => title, once)))}
${select('party', 'Who must act', 'anybody', optionsOf(sumBy(rows, ({ party }) => party, once).map(([party, messages]) => [party, parties.get(party) ?? party, messages])))}
${select('sender', 'Sender IP', 'all', optionsOf(plain(senderOf)))}
<label class="check"><input type="checkbox" name="new" value="yes"> New only</label><button type="reset">Clear</button></form><p id="found" role="status"></p></div>`
}
