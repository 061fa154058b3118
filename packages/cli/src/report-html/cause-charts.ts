import type { CauseEntry, Report } from '@whybounce/core/report'
import { figure, lasting } from '../report/figures.ts'
import { counted } from '../terminal.ts'
import { shown, timeHtml } from './page-text.ts'
import { sparkSteps, sparkSvg } from './spark.ts'
import { timeAxisSvg } from './time-axis.ts'

/** As many small charts as can be looked over at once; every cause has its line on its card too. */
const maxCharts = 12

/** Each cause by itself, on a scale of its own: a rare one is seen as well as a frequent one, and no colour has to be told from another. */
export const causeChartsHtml = (entries: readonly CauseEntry[], { series, step }: Report): string => {
  const start = Date.parse(series[0]?.start ?? '')
  if (Number.isNaN(start) || entries.length === 0) return ''
  const shownEntries = [...entries].sort((a, b) => b.attempts - a.attempts).slice(0, maxCharts)
  const figures = shownEntries.map((entry) => {
    const { values, factor } = sparkSteps(entry.series)
    const most = Math.max(0, ...values)
    const seconds = step * factor
    const peak = new Date(start + values.indexOf(most) * seconds * 1_000).toISOString()
    const axis = timeAxisSvg(start, start + values.length * seconds * 1_000, 12)
    return `<figure data-entry="${entry.key}" data-start="${start}" data-seconds="${seconds}"><figcaption><strong>${shown(entry.title)}</strong> <span class="soft"><span data-live="attempts">${figure(entry.attempts)}</span> ${entry.attempts === 1 ? 'attempt' : 'attempts'}; most: <span data-live="most">${figure(most)}</span> at <span data-live="peak">${timeHtml(peak)}</span></span></figcaption>${sparkSvg(entry.series, 'spark big')}<svg class="bars" height="16" aria-hidden="true">${axis}</svg></figure>`
  })
  const left = entries.length - shownEntries.length
  const each = lasting(step * sparkSteps(entries[0]?.series ?? []).factor)
  return `<p class="soft">Attempts in each ${each}. Each chart has a scale of its own: the figure beside it tells its highest bar.${
    left > 0 ? ` The ${counted(shownEntries.length, 'cause')} with the most attempts; ${counted(left, 'more')} in the lists of causes.` : ''
  }</p><div class="small-charts">${figures.join('\n')}</div>`
}
