import { type FileHandle, open, stat } from 'node:fs/promises'
import { wordsFor } from '../walk.ts'
import type { FollowNotice } from './notice.ts'

/** A file by its name, which may not be there, or not be readable: each of that is told once, and that it is there again. */
export type NamedFile = {
  readonly open: () => Promise<FileHandle | undefined>
  /** At the last look there was none of this name. */
  readonly isMissing: () => boolean
  readonly isThere: () => void
  readonly vanished: () => void
  readonly cannot: (error: unknown) => void
}

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '')

export const openNamedFile = (path: string, tell: (notice: FollowNotice) => void): NamedFile => {
  let isMissing = false
  let unreadable = ''
  const refuse = (code: string, problem: string): void => {
    isMissing = false
    if (unreadable !== code) tell({ code: 'unreadable', problem })
    unreadable = code
  }
  const missing = (code: 'missing' | 'vanished'): void => {
    if (!isMissing) tell({ code })
    isMissing = true
  }
  return {
    open: async () => {
      try {
        // Opening a pipe would wait for whoever writes to it.
        if (!(await stat(path)).isFile()) {
          refuse('no file', 'It is no regular file. What a pipe gives is followed as standard input (-)')
          return undefined
        }
        const handle = await open(path)
        if (isMissing) tell({ code: 'back' })
        isMissing = false
        unreadable = ''
        return handle
      } catch (error) {
        if (codeOf(error) === 'ENOENT') missing('missing')
        else refuse(codeOf(error), wordsFor(error))
        return undefined
      }
    },
    isMissing: () => isMissing,
    isThere: () => {
      isMissing = false
    },
    vanished: () => missing('vanished'),
    cannot: (error) => refuse(codeOf(error), wordsFor(error))
  }
}
