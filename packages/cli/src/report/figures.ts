/** Numbers as a report shows them. */
export const figure = (count: number): string => count.toLocaleString('en')

/** `8.1 %`; nothing of nothing is no share. What is little and what is nearly all are not rounded to none and to all. */
export const share = (part: number, whole: number): string => {
  if (whole <= 0) return ''
  const percent = (part / whole) * 100
  if (part > 0 && percent < 0.05) return '<0.1 %'
  if (part < whole && percent >= 99.95) return '>99.9 %'
  return percent === 100 ? '100 %' : `${percent.toFixed(1)} %`
}

/** `53 %`: for the parts of a whole that is named beside them. */
export const roundShare = (part: number, whole: number): string => {
  const percent = whole <= 0 ? 0 : (part / whole) * 100
  return part > 0 && percent < 0.5 ? '<1 %' : part < whole && percent >= 99.5 ? '>99 %' : `${Math.round(percent)} %`
}

/** A length of time in the two largest of its units: `3 h 26 min`, `5 days`. */
export const lasting = (seconds: number): string => {
  const whole = Math.max(0, Math.round(seconds))
  const units = [
    [86_400, whole < 172_800 ? 'day' : 'days'],
    [3_600, 'h'],
    [60, 'min'],
    [1, 's']
  ] as const
  const first = units.findIndex(([size]) => whole >= size)
  if (first < 0) return '0 s'
  let rest = whole
  const words: string[] = []
  for (const [size, name] of units.slice(first, first + 2)) {
    const count = Math.floor(rest / size)
    rest -= count * size
    if (count > 0) words.push(`${count} ${name}`)
  }
  return words.join(' ')
}
