/** Small bar charts without axes, as one path: the page's script draws the same from the same figures. */

/** Bars that a small chart has at most. */
const maxBars = 60
const sparkHeight = 20

/** Neighbours are added up until there are few enough: nothing is left out, a bar stands for more time. */
export const mergeSteps = (series: readonly number[], most: number): { readonly values: number[]; readonly factor: number } => {
  const factor = Math.max(1, Math.ceil(series.length / most))
  const values: number[] = []
  for (let at = 0; at < series.length; at++) {
    const place = Math.floor(at / factor)
    values[place] = (values[place] ?? 0) + (series[at] ?? 0)
  }
  return { values, factor }
}

export const sparkSteps = (series: readonly number[]): { readonly values: number[]; readonly factor: number } => mergeSteps(series, maxBars)

/** `index:count` of each bar that is not empty: most rows are empty most of the time, and there are thousands. */
export const packSeries = (values: readonly number[]): string =>
  values.flatMap((value, at) => (value > 0 ? [`${at}:${value}`] : [])).join(' ')

/** What is not nothing is at least a line. */
const pathOf = (values: readonly number[]): string => {
  const most = Math.max(0, ...values)
  return values
    .map((value, at) => (value > 0 ? `M${at + 0.5} ${sparkHeight}V${(sparkHeight * (1 - Math.max(0.06, value / most))).toFixed(1)}` : ''))
    .join('')
}

/** Hidden from screen readers: the figures stand beside it. */
export const sparkSvg = (series: readonly number[], name = 'spark'): string => {
  const { values } = sparkSteps(series)
  return `<svg class="${name}" viewBox="0 0 ${Math.max(1, values.length)} ${sparkHeight}" preserveAspectRatio="none" aria-hidden="true"><path d="${pathOf(values)}"/></svg>`
}
