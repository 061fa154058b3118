import type { Report } from '@whybounce/core/report'
import { causeId } from '../report/cause-entries.ts'
import { figure, lasting } from '../report/figures.ts'
import { counted } from '../terminal.ts'
import { exampleHtml } from './cause-cards.ts'
import { shown, timeHtml } from './page-text.ts'

/** What stands at the end of the page: what this server refused, texts that no rule knows, and where the figures come from. */

export const refusedHtml = ({ inbound, inboundRefused }: Report): string => {
  const rows = inbound.map(
    (row) =>
      `<tbody class="row" data-cause="${shown(row.title)}"><tr><th scope="row">${shown(row.title)} <code class="soft">${shown(causeId(row))}</code></th><td>${figure(row.refused)}</td><td>${figure(row.clients)}</td><td class="text">${timeHtml(row.firstSeen)}</td><td class="text">${timeHtml(row.lastSeen)}</td></tr><tr class="more"><td colspan="5"><details class="paperless"><summary>Example</summary>${exampleHtml(row.example)}</details></td></tr></tbody>`
  )
  return `<p>This server refused ${counted(inboundRefused, 'time')} what others wanted to hand in. It is in none of the figures above.</p><div class="scroll" tabindex="0" role="region" aria-label="Refused by this server"><table class="sort fold rows"><caption>Refused by this server</caption><thead><tr><th scope="col">Why</th><th scope="col">Refused</th><th scope="col">Clients</th><th scope="col" class="text">First seen</th><th scope="col" class="text">Last seen</th></tr></thead>${rows.join('\n')}</table></div>`
}

export const unknownTextsHtml = ({ templates }: Report): string => {
  const rows = templates.map(
    ({ id, text, count, firstSeen, lastSeen, example }) =>
      `<tbody class="row"><tr><td>${figure(count)}</td><th scope="row" class="long"><code>${shown(text)}</code></th><td class="text">${timeHtml(firstSeen)}</td><td class="text">${timeHtml(lastSeen)}</td></tr><tr class="more"><td colspan="4"><details class="paperless"><summary>Example</summary><figure class="example"><pre>${shown(example)}</pre><figcaption>template ${shown(id)}</figcaption></figure></details></td></tr></tbody>`
  )
  return `<p>No rule knows these texts; what differs from one to the next is shown as <code>…</code>.</p><div class="scroll" tabindex="0" role="region" aria-label="Unknown texts"><table class="sort fold rows"><caption>Texts that no rule knows</caption><thead><tr><th scope="col">Count</th><th scope="col" class="text">Text</th><th scope="col" class="text">First seen</th><th scope="col" class="text">Last seen</th></tr></thead>${rows.join('\n')}</table></div>`
}

export const linesHtml = ({ lines, handedOn, other, undated, outside, step }: Report): string => {
  const facts: readonly (readonly [string, number])[] = [
    ['Lines read', lines.total],
    ['Lines that are events, or end one', lines.events],
    ['Lines that are part of what another line tells', Math.max(0, lines.total - lines.events - lines.ignored - lines.unread)],
    ['Lines of other things, knowingly passed over', lines.ignored],
    ['Lines that look like delivery and were not understood', lines.unread],
    ['Handed to a filter on the same machine: neither a message nor an attempt', handedOn],
    ['Events that tell nothing of a delivery: automatic replies, relays of others', other],
    ['Events without a time', undated],
    ['Events outside of the period asked for', outside]
  ]
  const always = 5
  const samples = lines.samples
    .map(({ file, line, text }) => `<li><span class="soft">${shown(file)}, line ${figure(line)}</span><pre>${shown(text)}</pre></li>`)
    .join('')
  return `<dl class="facts">${facts
    .filter(([, value], at) => at < always || value > 0)
    .map(([name, value]) => `<div><dt>${name}</dt><dd>${figure(value)}</dd></div>`)
    .join('')}<div><dt>One step of the charts' figures</dt><dd>${lasting(step)}</dd></div></dl>${
    samples === ''
      ? ''
      : `<h3>Lines that were not understood</h3><p class="soft">${counted(lines.samples.length, 'sample')} of ${figure(lines.unread)}.</p><ul class="samples">${samples}</ul>`
  }`
}

export const filesHtml = ({ files }: Report): string => {
  const rows = files.map(
    ({ file, format, lines, bytes, problem }) =>
      `<tr><th scope="row">${shown(file)}</th><td class="text">${shown(format)}</td><td>${figure(lines)}</td><td>${figure(bytes)}</td><td class="text${problem === null ? '' : ' bad'}">${problem === null ? 'read to the end' : shown(problem)}</td></tr>`
  )
  return `<div class="scroll" tabindex="0" role="region" aria-label="Files"><table class="sort fold"><caption>${counted(files.length, 'file')}</caption><thead><tr><th scope="col">File</th><th scope="col" class="text">Format</th><th scope="col">Lines</th><th scope="col">Bytes</th><th scope="col" class="text">State</th></tr></thead><tbody>${rows.join('\n')}</tbody></table></div>`
}
