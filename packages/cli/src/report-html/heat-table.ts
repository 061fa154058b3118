import type { CauseEntry } from '@whybounce/core/report'
import { providerOf, sumBy } from '../report/cause-entries.ts'
import { figure } from '../report/figures.ts'
import { counted } from '../terminal.ts'
import { shown } from './page-text.ts'

/** Columns that fit on a sheet of paper; the other causes are summed up in one more. */
const maxColumns = 9
/** Shades, by the order of magnitude: a table of counts from 1 to 100,000 would else have two of them. */
const shades = 8

const shadeOf = (value: number, most: number): number =>
  value === 0 ? 0 : Math.max(1, Math.ceil((shades * Math.log1p(value)) / Math.log1p(most)))

/** Messages by provider (rows) and cause (columns). The page's script counts again when a filter is set. */
export const heatTableHtml = (entries: readonly CauseEntry[]): string => {
  const ranked = [...entries].sort((a, b) => b.messages - a.messages)
  const columns = ranked.slice(0, ranked.length === maxColumns + 1 ? maxColumns + 1 : maxColumns)
  const rest = ranked.slice(columns.length)
  const columnOf = new Map(columns.map(({ key }) => [key, key]))
  const rows = entries.flatMap((entry) => entry.rows.map((row) => ({ row, column: columnOf.get(entry.key) ?? 'rest' })))
  const counts = new Map<string, Map<string, number>>()
  for (const { row, column } of rows) {
    const name = providerOf(row)
    const line = counts.get(name) ?? new Map<string, number>()
    line.set(column, (line.get(column) ?? 0) + row.messages)
    counts.set(name, line)
  }
  const names = [...columns.map(({ key }) => key), ...(rest.length > 0 ? ['rest'] : [])]
  const most = Math.max(1, ...[...counts.values()].flatMap((line) => [...line.values()]))
  const providers = sumBy(
    rows.map(({ row }) => row),
    providerOf
  )
  const heads = [
    ...columns.map(({ key, title }) => `<th scope="col" data-column="${key}"><span>${shown(title)}</span></th>`),
    ...(rest.length > 0 ? [`<th scope="col" data-column="rest"><span>${counted(rest.length, 'other cause')}</span></th>`] : [])
  ]
  const body = providers.map(([name, sum]) => {
    const cells = names.map((column) => {
      const value = counts.get(name)?.get(column) ?? 0
      return `<td class="h${shadeOf(value, most)}" data-column="${column}">${value === 0 ? '' : figure(value)}</td>`
    })
    return `<tr data-provider="${shown(name)}"><th scope="row">${shown(name)}</th>${cells.join('')}<td class="strong">${figure(sum)}</td></tr>`
  })
  const sums = names.map((column) => {
    const sum = [...counts.values()].reduce((all, line) => all + (line.get(column) ?? 0), 0)
    return `<td data-column="${column}">${figure(sum)}</td>`
  })
  const all = providers.reduce((total, [, sum]) => total + sum, 0)
  return `<div class="scroll" tabindex="0" role="region" aria-label="Messages harmed by provider and cause"><table class="heat sort fold" data-most="${most}"><caption>Messages harmed, by provider and cause. A message counts at each provider, sender IP and cause that it met. A stronger shade means more.</caption>
<thead><tr><th scope="col">Provider</th>${heads.join('')}<th scope="col">All</th></tr></thead><tbody>${body.join('\n')}</tbody><tfoot><tr><th scope="row">All</th>${sums.join('')}<td class="strong">${figure(all)}</td></tr></tfoot></table></div>`
}
