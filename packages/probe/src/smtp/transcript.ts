import type { TranscriptLine } from './dialogue.ts'

/** Greeting, EHLO and TLS are well within the first; what ended a dialogue is well within the last. */
const firstKept = 200
const lastKept = 800
/** Characters; a line of a reply has 512 bytes at most (RFC 5321 §4.5.3.1.5), and servers that say more say it in links. */
const lineKept = 2_000

/** Who said what, when; memory is bounded, and what was left out is told in its place. */
export class Transcript {
  readonly #began = performance.now()
  readonly #first: TranscriptLine[] = []
  #last: TranscriptLine[] = []
  #leftOut = 0

  add(from: TranscriptLine['from'], text: string): void {
    const line = { at: Math.round(performance.now() - this.#began), from, text }
    if (this.#first.length < firstKept) {
      this.#first.push(line)
      return
    }
    this.#last.push(line)
    if (this.#last.length < 2 * lastKept) return
    this.#last = this.#last.slice(lastKept)
    this.#leftOut += lastKept
  }

  /** A reply of several lines becomes as many. */
  lines(): readonly TranscriptLine[] {
    const surplus = Math.max(0, this.#last.length - lastKept)
    const leftOut = this.#leftOut + surplus
    const last = this.#last.slice(surplus)
    const gap: TranscriptLine[] =
      leftOut === 0 ? [] : [{ at: last[0]?.at ?? 0, from: 'note', text: `${leftOut} commands and replies left out` }]
    return [...this.#first, ...gap, ...last].flatMap((line) =>
      line.text.split('\n').map((text) => ({ ...line, text: text.length > lineKept ? shorten(text) : text }))
    )
  }
}

const shorten = (text: string): string => `${text.slice(0, lineKept)} … (${text.length - lineKept} more characters)`
