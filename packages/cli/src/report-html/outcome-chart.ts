import { countNames, type Report, type SeriesStep } from '@whybounce/core/report'
import { figure, lasting } from '../report/figures.ts'
import { counted } from '../terminal.ts'
import { endNames, outcomeWords, withoutTimes } from './outcomes.ts'
import { dateText, timeHtml } from './page-text.ts'
import { mergeSteps } from './spark.ts'
import { timeAxisSvg } from './time-axis.ts'

/** More bars than this are thinner than a telephone can show. */
const maxBars = 96
/** Heights in pixels: of the plot of everything, of the plot of trouble, of that of complaints, of the line of times below. */
const allHeight = 150
const troubleHeight = 120
const complaintHeight = 60
const axisHeight = 22

type Name = (typeof countNames)[number]
type Bar = { readonly start: number } & Readonly<Record<Name, number>>

const troubles = endNames.filter((name) => name !== 'delivered')

const sum = (bar: Bar, names: readonly Name[]): number => names.reduce((all, name) => all + bar[name], 0)

/** The next of 1, 2, 2.5, 5, 10 … that is no smaller: an axis that ends at a round figure. */
const roundUp = (value: number): number => {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, value)))
  return Math.ceil(([1, 2, 2.5, 5, 10].find((step) => step * power >= value) ?? 10) * power)
}

const barsOf = (series: readonly SeriesStep[], step: number): { bars: Bar[]; seconds: number } => {
  const merged = Object.fromEntries(
    countNames.map((name) => [
      name,
      mergeSteps(
        series.map((at) => at[name]),
        maxBars
      )
    ])
  ) as Record<Name, { values: number[]; factor: number }>
  const factor = merged.delivered.factor
  const bars = merged.delivered.values.map((_, at): Bar => {
    const count = (name: Name): number => merged[name].values[at] ?? 0
    return {
      start: Date.parse(series[at * factor]?.start ?? ''),
      delivered: count('delivered'),
      deferred: count('deferred'),
      bounced: count('bounced'),
      expired: count('expired'),
      complained: count('complained'),
      suppressed: count('suppressed')
    }
  })
  return { bars: bars.filter(({ start }) => !Number.isNaN(start)), seconds: step * factor }
}

const barSvg = (bar: Bar, at: number, width: number, names: readonly Name[], top: number, height: number): string => {
  const x = `${(at * width).toFixed(3)}%`
  let y = height
  const parts = names
    .filter((name) => bar[name] > 0)
    .map((name) => {
      const tall = Math.max(0.6, (height * bar[name]) / top)
      y -= tall
      return `<rect class="o-${name}" x="${x}" width="${(width * 0.84).toFixed(3)}%" y="${y.toFixed(1)}" height="${tall.toFixed(1)}"/>`
    })
  const told = countNames
    .filter((name) => bar[name] > 0)
    .map((name) => `${outcomeWords[name].attempts} ${figure(bar[name])}`)
    .join(', ')
  return `<g><title data-t="${bar.start}" data-rest=": ${told || 'nothing'}">${dateText(bar.start)} UTC: ${told || 'nothing'}</title><rect class="hit" x="${x}" width="${width.toFixed(3)}%" y="0" height="${height}"/>${parts.join('')}</g>`
}

const plotHtml = (bars: readonly Bar[], seconds: number, names: readonly Name[], height: number, heading: string): string => {
  const most = Math.max(0, ...bars.map((bar) => sum(bar, names)))
  const peak = bars.find((bar) => sum(bar, names) === most)
  if (most === 0 || peak === undefined) return `<p class="soft">${heading}: none.</p>`
  const top = roundUp(most)
  const width = 100 / bars.length
  const from = bars[0]?.start ?? 0
  const lines = [...new Set([0, top / 2, top])].filter(Number.isInteger)
  const yOf = (value: number): number => height - (height * value) / top
  const full = height + axisHeight
  return `<figure class="plot"><figcaption><strong>${heading}</strong> <span class="soft">in each ${lasting(seconds)}; most: ${figure(most)} at ${timeHtml(new Date(peak.start).toISOString())}</span></figcaption>
<div class="chart"><svg class="scale" height="${full}" aria-hidden="true">${lines.map((value) => `<text x="100%" y="${yOf(value) + 4}">${figure(value)}</text>`).join('')}</svg>
<svg class="bars" height="${full}" role="img" aria-label="${heading} in each ${lasting(seconds)}, from ${dateText(from)} UTC on; at most ${figure(most)}, at ${dateText(peak.start)} UTC. The figures follow as a table.">${lines
    .map((value) => `<line x1="0" x2="100%" y1="${yOf(value)}" y2="${yOf(value)}"/>`)
    .join(
      ''
    )}${bars.map((bar, at) => barSvg(bar, at, width, names, top, height)).join('')}${timeAxisSvg(from, from + bars.length * seconds * 1_000, height + 16)}</svg></div></figure>`
}

const tableHtml = ({ series, step }: Report, names: readonly Name[], inbound: boolean): string => {
  const heads = [...names.map((name) => outcomeWords[name].attempts), ...(inbound ? ['refused here'] : [])]
  const rows = series.map(
    (at) =>
      `<tr><th scope="row">${timeHtml(at.start)}</th>${[...names.map((name) => at[name]), ...(inbound ? [at.inboundRefused] : [])].map((value) => `<td>${figure(value)}</td>`).join('')}</tr>`
  )
  return `<details class="paperless"><summary>The figures as a table, ${counted(series.length, 'step')} of ${lasting(step)}</summary><div class="scroll" tabindex="0" role="region" aria-label="Attempts over time"><table class="sort"><caption>Attempts over time</caption><thead><tr><th scope="col">From</th>${heads.map((head) => `<th scope="col">${head}</th>`).join('')}</tr></thead><tbody>${rows.join('')}</tbody></table></div></details>`
}

/** Outcomes over time: everything, and below on a scale of its own what did not arrive, which would be lost beside it. */
export const outcomeChartHtml = (report: Report): string => {
  const { bars, seconds } = barsOf(report.series, report.step)
  if (bars.length === 0) return `<p>${withoutTimes(report)}</p>`
  const names = countNames.filter((name) => bars.some((bar) => bar[name] > 0))
  const legend = names.map((name) => `<li><i class="o-${name}"></i>${outcomeWords[name].attempts}</li>`).join('')
  return `<ul class="legend">${legend}</ul>
${plotHtml(bars, seconds, endNames, allHeight, 'All attempts')}
${plotHtml(bars, seconds, troubles, troubleHeight, 'Attempts that did not deliver')}
${names.includes('complained') ? plotHtml(bars, seconds, ['complained'], complaintHeight, 'Complaints') : ''}
${tableHtml(
  report,
  names,
  report.series.some(({ inboundRefused }) => inboundRefused > 0)
)}`
}
