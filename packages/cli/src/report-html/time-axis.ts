import { clockText, monthOf } from './page-text.ts'

/** Seconds between marks of a time axis: what people read off a clock or a calendar. */
const distances = [
  60, 300, 900, 1_800, 3_600, 7_200, 10_800, 14_400, 21_600, 43_200, 86_400, 172_800, 604_800, 1_209_600, 2_592_000, 7_776_000, 31_536_000
]

/** More do not fit on a telephone. */
const maxMarks = 7

/**
 * Marks of a time axis in UTC, as SVG texts below a plot; milliseconds since 1970. The page's script makes them anew in the reader's
 * time zone, from the data attributes.
 */
export const timeAxisSvg = (from: number, to: number, height: number): string => {
  const length = Math.max(1_000, to - from)
  const seconds = distances.find((distance) => length / 1_000 / distance <= maxMarks) ?? Math.ceil(length / 1_000 / maxMarks)
  const distance = seconds * 1_000
  const marks: string[] = []
  for (let at = Math.ceil(from / distance) * distance; at <= to; at += distance) {
    const place = (100 * (at - from)) / length
    marks.push(`<text x="${place.toFixed(2)}%" y="${height}">${markText(new Date(at), seconds)}</text>`)
  }
  return `<g class="axis" data-from="${from}" data-to="${to}" data-every="${seconds}" data-y="${height}">${marks.join('')}</g>`
}

const markText = (date: Date, seconds: number): string => {
  const day = `${date.getUTCDate()} ${monthOf(date)}`
  if (seconds >= 31_536_000) return `${monthOf(date)} ${date.getUTCFullYear()}`
  const clock = clockText(date)
  return seconds >= 86_400 || clock === '00:00' ? day : clock
}
