import type { Heard, Question, Result } from './worker.ts'

export type Asker = {
  /**
   * Asks about a text, or about the bytes of a file, which then belong to the worker. While an answer is being made, only the
   * newest question waits: nobody needs the answer to half a word.
   */
  readonly ask: (question: Question) => void
}

export type Listener = {
  readonly complete: () => void
  readonly answered: (result: Result) => void
  readonly failed: () => void
}

export const openAsker = ({ complete, answered, failed }: Listener): Asker => {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
  let busy = false
  let waiting: Question | undefined
  const next = (): void => {
    if (busy || waiting === undefined) return
    busy = true
    worker.postMessage(waiting, 'bytes' in waiting ? [waiting.bytes] : [])
    waiting = undefined
  }
  const ask = (question: Question): void => {
    // What waits is newer than what was asked last, and will be answered as well as can be by then.
    waiting = 'again' in question ? (waiting ?? question) : question
    next()
  }
  worker.addEventListener('message', ({ data }: MessageEvent<Heard>) => {
    if (data === 'complete') complete()
    if (data === 'complete' || data === 'better') return ask({ again: true })
    busy = false
    if (waiting === undefined) answered(data)
    next()
  })
  worker.addEventListener('error', failed)
  return { ask }
}
