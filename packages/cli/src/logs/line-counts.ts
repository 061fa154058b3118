import type { LineVerdict, Reread } from '@whybounce/core/log'

/** Samples of lines that were not understood, and how much of each: enough to see what they are. */
const maxSamples = 5
const maxSample = 300

export type LineCounts = {
  readonly counts: Record<LineVerdict, number>
  readonly addSample: (text: string, line: number) => void
  readonly samples: () => readonly { readonly line: number; readonly text: string }[]
  /** The line that is being read. */
  readonly current: () => number
  readonly setCurrent: (line: number) => void
  /** Mends the counts where lines are read again. `lineOf`: the number of the line so many lines before the current one. */
  readonly rereadBy: (lineOf: (back: number) => number) => Reread
}

/** What became of the lines of one log, also where some of them turn out later to be something else. */
export const openLineCounts = (): LineCounts => {
  const counts: Record<LineVerdict, number> = { event: 0, part: 0, ignored: 0, unread: 0 }
  let samples: { line: number; text: string }[] = []
  let current = 0
  return {
    counts,
    addSample: (text, line) => {
      // A copy: a part would hold the whole line.
      if (samples.length < maxSamples) samples.push({ line, text: Buffer.from(text.slice(0, maxSample)).toString() })
    },
    samples: () => samples,
    current: () => current,
    setCurrent: (line) => {
      current = line
    },
    rereadBy: (lineOf) => {
      let last = 0
      return {
        before: (back) => {
          last = current
          current = lineOf(back)
        },
        after: (was, is) => {
          counts[was]--
          counts[is]++
          if (was === 'unread' && is !== 'unread') samples = samples.filter(({ line }) => line !== current)
          current = last
        }
      }
    }
  }
}
