import type { Heard, Result } from './worker.ts'

export type Asker = {
  /** Asks about a text. While an answer is being made, only the newest text waits: nobody needs the answer to half a word. */
  readonly ask: (text: string) => void
}

export type Listener = { readonly complete: () => void; readonly answered: (result: Result) => void; readonly failed: () => void }

export const openAsker = ({ complete, answered, failed }: Listener): Asker => {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
  let busy = false
  let waiting: string | undefined
  const next = (): void => {
    if (busy || waiting === undefined) return
    busy = true
    worker.postMessage(waiting)
    waiting = undefined
  }
  worker.addEventListener('message', ({ data }: MessageEvent<Heard>) => {
    if (data === 'complete') return complete()
    busy = false
    if (waiting === undefined) answered(data)
    next()
  })
  worker.addEventListener('error', failed)
  return {
    ask: (text) => {
      waiting = text
      next()
    }
  }
}
