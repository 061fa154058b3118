import { createHash } from 'node:crypto'
import type { Report } from '@whybounce/core/report'
import { causeEntries } from '@whybounce/core/report'
import { counted } from '../terminal.ts'
import { causeCardsHtml } from './cause-cards.ts'
import { causeChartsHtml } from './cause-charts.ts'
import { filterBarHtml } from './filter-bar.ts'
import { groupsTitle, groupTablesHtml, unfiltered } from './group-tables.ts'
import { heatTableHtml } from './heat-table.ts'
import { outcomeChartHtml } from './outcome-chart.ts'
import { pageScript } from './page-script.ts'
import { pageStyle } from './page-style.ts'
import { shown } from './page-text.ts'
import { filesHtml, linesHtml, refusedHtml, unknownTextsHtml } from './rest-sections.ts'
import { volumeHtml } from './volume.ts'

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/** Only the page's own style and script run, known by their hashes: nothing out of a log, whatever it gets into. */
const policy = `default-src 'none'; style-src ${hashOf(pageStyle)}; script-src ${hashOf(pageScript)}; base-uri 'none'; form-action 'none'`

type Section = {
  readonly id: string
  readonly title: string
  readonly html: string
  /** What of the filter it follows. Absent: nothing. `own`: each of its parts says so itself. */
  readonly filter?: string
}

const sectionHtml = ({ id, title, html, filter }: Section): string =>
  filter === 'own'
    ? `<section id="${id}"><h2>${title}</h2>${html}</section>`
    : `<section id="${id}" data-filter="${filter ?? ''}"><h2>${title}</h2>${unfiltered}\n${html}</section>`

const causeFilter = 'q provider cause party sender new'

/**
 * A report as one file: nothing is loaded, nothing sent. Everything is there without its script; that filters, sorts, folds long tables
 * and puts times into the reader's time zone. All texts of the report are taken for hostile.
 */
export const reportHtml = (report: Report, title: string): string => {
  const entries = causeEntries(report.causes)
  const toFix = entries.filter(({ needs }) => needs === 'fix')
  const passing = entries.filter(({ needs }) => needs === 'nothing')
  const groups = groupTablesHtml(report)
  const sections: readonly Section[] = [
    { id: 'time', title: 'Over time', html: outcomeChartHtml(report) },
    {
      id: 'fix',
      title: 'What to fix first',
      filter: causeFilter,
      html:
        toFix.length === 0
          ? '<p>Nothing needs a fix.</p>'
          : `<p class="soft">${counted(toFix.length, 'cause')}, the most messages harmed first; a message that met several of them counts in each.</p>${causeCardsHtml(toFix)}`
    },
    ...(passing.length === 0
      ? []
      : [
          {
            id: 'passes',
            title: 'Passes by itself',
            filter: causeFilter,
            html: `<p class="soft">${counted(passing.length, 'cause')} for which waiting is enough, or nobody can do anything.</p>${causeCardsHtml(passing)}`
          }
        ]),
    ...(entries.length === 0
      ? []
      : [
          { id: 'causes', title: 'Causes over time', filter: causeFilter, html: causeChartsHtml(entries, report) },
          { id: 'heat', title: 'Provider by cause', filter: causeFilter, html: heatTableHtml(entries) }
        ]),
    ...(groups === '' ? [] : [{ id: 'groups', title: groupsTitle(report), filter: 'own', html: groups }]),
    ...(report.inbound.length === 0 && report.inboundRefused === 0
      ? []
      : [{ id: 'refused', title: 'Refused here', filter: 'q cause', html: refusedHtml(report) }]),
    ...(report.templates.length === 0
      ? []
      : [{ id: 'texts', title: 'Texts that no rule knows', filter: 'q', html: unknownTextsHtml(report) }]),
    { id: 'lines', title: 'What became of the lines', html: linesHtml(report) },
    { id: 'files', title: 'Files', filter: 'q', html: filesHtml(report) }
  ].filter(({ html }) => html !== '')
  const links = sections.map(({ id, title: name }) => `<li><a href="#${id}">${name}</a></li>`).join('')
  const [first, ...others] = sections.map(sectionHtml)
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer">
<title>${shown(title)} · whybounce</title><style>${pageStyle}</style><script>${pageScript}</script></head><body><a class="skip" href="#fix">Skip to what to fix first</a><main>
${volumeHtml(report, title, entries)}
<nav aria-label="Parts of the report"><ul>${links}</ul></nav>
${first ?? ''}
${entries.length === 0 ? '' : filterBarHtml(entries)}
${others.join('\n')}
</main><footer>Made by whybounce. This file loads nothing and sends nothing.</footer></body></html>
`
}
