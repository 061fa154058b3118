import { filterScript } from './script-filter.ts'
import { tablesScript } from './script-tables.ts'
import { timesScript } from './script-times.ts'

/**
 * What the page does in the browser, as it stands in the file: times into the reader's zone, long tables folded, tables sorted, the filter.
 * Plain JavaScript without a library: one file must do. Texts of the report are only ever moved as text, never as markup.
 */
export const pageScript: string = `'use strict'
document.documentElement.className = 'js'
addEventListener('DOMContentLoaded', () => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)]
  const figure = (value) => value.toLocaleString('en')
  const format = (options) => new Intl.DateTimeFormat('en-GB', options)

${timesScript}
${tablesScript}
${filterScript}})
`
