import type { CauseEntry, CauseRow, Example } from '@whybounce/core/report'
import { causeId, providerOf, senderOf, sumBy } from '../report/cause-entries.ts'
import { figure, share } from '../report/figures.ts'
import { counted } from '../terminal.ts'
import { markedHtml, shown, timeHtml } from './page-text.ts'
import { packSeries, sparkSteps, sparkSvg } from './spark.ts'

/** Cards that are open when the page is. */
const openCards = 3
/** Providers and addresses named in a card's head line; its table has all. */
const maxNamed = 4

/** Where an example stands: whatever of it is known. */
const placeHtml = ({ time, recipient, queueId, file, line }: Example): string =>
  [
    ...(time === null ? [] : [timeHtml(time)]),
    ...(recipient === null ? [] : [`to ${shown(recipient)}`]),
    ...(queueId === null ? [] : [`queue id ${shown(queueId)}`]),
    ...(file === null ? [] : [`${shown(file)}${line === null ? '' : `, line ${figure(line)}`}`])
  ].join(' · ')

export const exampleHtml = (example: Example): string =>
  `<figure class="example"><pre>${markedHtml(example.text, example.spans)}</pre><figcaption>${placeHtml(example)}</figcaption></figure>`

/** Commands stand between backquotes. */
const fixHtml = (fix: string): string => shown(fix).replace(/`([^`]+)`/g, '<code>$1</code>')

const namedHtml = (rows: readonly CauseRow[], nameOf: (row: CauseRow) => string): string => {
  const sums = sumBy(rows, nameOf)
  const named = sums
    .slice(0, maxNamed)
    .map(([name, messages]) => (sums.length === 1 ? shown(name) : `${shown(name)} <span class="soft">${figure(messages)}</span>`))
  return `${named.join(', ')}${sums.length > maxNamed ? ` <span class="soft">and ${figure(sums.length - maxNamed)} more</span>` : ''}`
}

const newTag = (rows: readonly CauseRow[]): string => {
  const fresh = [...new Set(rows.filter(({ isNew }) => isNew).map(providerOf))]
  if (fresh.length === 0) return ''
  if (rows.every(({ isNew }) => isNew)) return '<span class="tag">NEW</span>'
  const more = fresh.length > maxNamed ? ` and ${figure(fresh.length - maxNamed)} more` : ''
  return `<span class="tag">NEW at ${fresh.slice(0, maxNamed).map(shown).join(', ')}${more}</span>`
}

const toneOf = ({ lost, messages }: Pick<CauseEntry, 'lost' | 'messages'>): string =>
  lost * 2 >= messages ? 'lost' : lost > 0 ? 'partly' : 'passing'

/** One provider and one address of ours. Its own fix where it differs from that of the card. */
const rowHtml = (row: CauseRow, entry: CauseEntry): string => {
  const [top] = entry.rows
  const domains = row.domains.map(({ domain, messages }) => `${shown(domain)} <span class="soft">${figure(messages)}</span>`).join(', ')
  const facts = [
    ...(row.fix === top.fix ? [] : [`<p class="own-fix">→ ${fixHtml(row.fix)}</p>`]),
    exampleHtml(row.example),
    `<p class="small">${[
      ...(domains === '' ? [] : [`Recipient domains hit most: ${domains}`]),
      row.rule === null ? 'No rule knows the text.' : `Rule <code>${shown(row.rule)}</code>`,
      ...(row.permanence === null ? [] : [`told as ${row.permanence}`]),
      ...(row.service === null || row.senderIp === null ? [] : [`service ${shown(row.service)}`])
    ].join(' · ')}</p>`
  ]
  const counts = [row.messages, row.lost, row.waiting, row.recovered, row.attempts]
  return `<tbody class="row" data-entry="${entry.key}" data-provider="${shown(providerOf(row))}" data-sender="${shown(senderOf(row))}"${row.isNew ? ' data-new="yes"' : ''} data-n="${counts.join(' ')}" data-once="${[row.once.messages, row.once.lost, row.once.waiting, row.once.recovered].join(' ')}" data-s="${packSeries(sparkSteps(row.series).values)}">
<tr><th scope="row">${shown(providerOf(row))}${row.isNew ? ' <span class="tag">NEW</span>' : ''}</th><td class="text">${shown(senderOf(row))}</td>${counts.map((value) => `<td>${figure(value)}</td>`).join('')}<td class="text">${timeHtml(row.firstSeen)}</td><td class="text">${timeHtml(row.lastSeen)}</td><td>${sparkSvg(row.series)}</td></tr>
<tr class="more"><td colspan="10"><details class="paperless"><summary>Example, domains and rule</summary>${facts.join('')}</details></td></tr></tbody>`
}

const tableHtml = (entry: CauseEntry): string =>
  `<details><summary>By provider and sender IP: ${counted(entry.rows.length, 'row')}</summary><div class="scroll" tabindex="0" role="region" aria-label="${shown(entry.title)}, by provider and sender IP"><table class="sort fold rows"><caption>${shown(entry.title)}, by provider and sender IP</caption>
<thead><tr><th scope="col">Provider</th><th scope="col" class="text">Sender IP</th><th scope="col">Messages</th><th scope="col">Lost</th><th scope="col">Waiting</th><th scope="col">Delivered later</th><th scope="col">Attempts</th><th scope="col" class="text">First seen</th><th scope="col" class="text">Last seen</th><th scope="col" class="plain">Over time</th></tr></thead>
${entry.rows.map((row) => rowHtml(row, entry)).join('\n')}</table></div></details>`

/** `n`, with a name by which the page's script finds it when a filter changes it. */
const live = (name: string, value: number): string => `<b data-live="${name}">${figure(value)}</b>`

/** When it was seen: one time where first and last are shown alike. */
const seenHtml = ({ firstSeen, lastSeen }: CauseEntry): string =>
  firstSeen?.slice(0, 16) === lastSeen?.slice(0, 16) ? timeHtml(firstSeen) : `${timeHtml(firstSeen)} to ${timeHtml(lastSeen)}`

const cardHtml = (entry: CauseEntry, at: number, all: number): string => {
  const [top] = entry.rows
  const { key, title, party, partyTitle, messages, attempts, lost, waiting, recovered, rows, needs } = entry
  return `<details class="card ${toneOf(entry)}" id="${key}" data-entry="${key}" data-cause="${shown(title)}" data-party="${party}"${needs === 'fix' && at < openCards ? ' open' : ''}>
<summary><span class="much">${live('messages', messages)} <small>${messages === 1 ? 'message' : 'messages'}</small></span><h3>${shown(title)} ${newTag(rows)}</h3><span class="what"><code>${shown(causeId(entry))}</code> · ${shown(partyTitle)}</span>${sparkSvg(entry.series, 'spark wide')}</summary>
<div class="body"><p class="fix">→ ${fixHtml(top.fix)}</p>
<dl><div><dt>Who must act</dt><dd>${shown(partyTitle)}</dd></div><div><dt>Provider</dt><dd data-names="provider">${namedHtml(rows, providerOf)}</dd></div><div><dt>Sender IP</dt><dd data-names="sender">${namedHtml(rows, senderOf)}</dd></div><div><dt>Seen</dt><dd>${seenHtml(entry)}</dd></div></dl>
${exampleHtml(top.example)}
<p class="small">${live('lost', lost)} lost · ${live('waiting', waiting)} waiting · ${live('recovered', recovered)} delivered later · ${live('attempts', attempts)} ${attempts === 1 ? 'attempt' : 'attempts'} · <span data-live="share">${share(messages, all)}</span> of the messages in this list</p>
${tableHtml(entry)}</div></details>`
}

/** Cards of causes, the most messages harmed first. */
export const causeCardsHtml = (entries: readonly CauseEntry[]): string => {
  const all = entries.reduce((sum, { messages }) => sum + messages, 0)
  return entries.map((entry, at) => cardHtml(entry, at, all)).join('\n')
}
