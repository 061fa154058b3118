import { fit } from './terminal.ts'

/** A line on the terminal that shows how far long work has come. Nothing where there is no terminal, or before a second has passed. */
export type Progress = {
  /** `share` from 0 to 1, undefined where the end is not known. */
  readonly show: (share: number | undefined, words: string) => void
  readonly clear: () => void
}

const quietFor = 1_000
const every = 100
const barWidth = 30

export const openProgress = (stream: NodeJS.WriteStream): Progress => {
  if (stream.isTTY !== true || process.env.TERM === 'dumb') return { show: () => undefined, clear: () => undefined }
  const start = Date.now()
  let last = 0
  let drawn = false
  return {
    show: (share, words) => {
      const now = Date.now()
      if (now - start < quietFor || now - last < every) return
      last = now
      drawn = true
      const done = share === undefined ? undefined : Math.min(1, share)
      const bar = done === undefined ? '' : `${'█'.repeat(Math.round(done * barWidth)).padEnd(barWidth, '░')} ${Math.floor(done * 100)} %  `
      const left = done === undefined || done < 0.02 ? '' : `  ${seconds(((now - start) / done) * (1 - done))} left`
      // A line that wraps cannot be wiped.
      stream.write(`\r\u001b[2K${fit(`${bar}${words}${left}`, Math.max(10, (stream.columns || 80) - 1))}`)
    },
    clear: () => {
      if (drawn) stream.write('\r\u001b[2K')
      drawn = false
    }
  }
}

const seconds = (milliseconds: number): string => {
  const total = Math.ceil(milliseconds / 1_000)
  return total < 60 ? `${total} s` : `${Math.floor(total / 60)} min ${total % 60} s`
}
