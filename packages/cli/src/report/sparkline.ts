const steps = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const

/** How many steps of a series go into one column, so that all of them fit in `columns`. */
export const stepsPerColumn = (length: number, columns: number): number => Math.max(1, Math.ceil(length / Math.max(1, columns)))

export type Sparkline = {
  readonly text: string
  /** What the highest column stands for. */
  readonly peak: number
}

/** A row of bars, each the sum of `per` values, the highest as high as a line; nothing is a blank, anything at all is a bar. */
export const sparkline = (values: readonly number[], per: number): Sparkline => {
  const sums: number[] = []
  for (let at = 0; at < values.length; at += per) sums.push(values.slice(at, at + per).reduce((sum, value) => sum + value, 0))
  const peak = sums.reduce((most, sum) => Math.max(most, sum), 0)
  const bar = (sum: number): string => (sum <= 0 || peak <= 0 ? ' ' : (steps[Math.ceil((sum / peak) * steps.length) - 1] ?? '█'))
  return { text: sums.map(bar).join(''), peak }
}
