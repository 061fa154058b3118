import type { Readable } from 'node:stream'
import { openLineSplitter } from './line-splitter.ts'
import type { FollowBatch, Follower, FollowNotice } from './notice.ts'

/** Bytes that are read ahead. */
const mostWaiting = 1_048_576

/** Follows what another program writes (`docker logs -f mail | whybounce watch -`) until it ends. There is no place in it to come back to. */
export const openStreamFollower = (file: string, stream: Readable): Follower => {
  const splitter = openLineSplitter()
  let waiting: Buffer[] = []
  let waitingBytes = 0
  let wake = (): void => undefined
  let isOver = false
  let problem: string | undefined
  let cutTold = 0
  let hasEnded = false
  stream.on('data', (piece: Buffer | string) => {
    waiting.push(Buffer.from(piece))
    waitingBytes += piece.length
    // Until these are asked for, nothing more is read: memory does not grow with what waits.
    if (waitingBytes >= mostWaiting) stream.pause()
    wake()
  })
  stream.on('end', () => {
    isOver = true
    wake()
  })
  stream.on('close', () => {
    isOver = true
    wake()
  })
  stream.on('error', (error) => {
    problem = error.message
    isOver = true
    wake()
  })
  return {
    file,
    next: async (): Promise<FollowBatch | undefined> => {
      const pieces = waiting
      waiting = []
      waitingBytes = 0
      if (!isOver) stream.resume()
      const lines = pieces.flatMap((piece) => splitter.write(piece))
      const notices: FollowNotice[] = []
      if (pieces.length === 0 && isOver && !hasEnded) {
        hasEnded = true
        const rest = splitter.rest()
        if (rest !== undefined) lines.push(rest)
        if (problem !== undefined) notices.push({ code: 'unreadable', problem })
      }
      if (splitter.cut() > cutTold) {
        notices.push({ code: 'cut', lines: splitter.cut() - cutTold })
        cutTold = splitter.cut()
      }
      return lines.length === 0 && notices.length === 0 ? undefined : { lines, notices }
    },
    position: () => undefined,
    before: async function* () {},
    onData: (call) => {
      wake = call
    },
    behind: () => waitingBytes,
    hasEnded: () => hasEnded,
    close: async () => void stream.destroy()
  }
}
