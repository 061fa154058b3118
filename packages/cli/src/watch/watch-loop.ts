import type { LineVerdict } from '@whybounce/core/log'
import type { Watch } from '@whybounce/core/watch'
import { type Checkpoint, CheckpointError } from '@whybounce/sources'
import type { WatchInput } from './watch-input.ts'
import type { WatchOutput } from './watch-output.ts'

export type Loop = {
  readonly inputs: readonly WatchInput[]
  readonly watch: Watch
  readonly output: WatchOutput
  readonly checkpoint: Checkpoint | undefined
  readonly fromStart: boolean
  readonly isStopped: () => boolean
  /** Hands over what ends a pause at once. */
  readonly onWake: (wake: () => void) => void
}

/** Milliseconds between two looks at logs that have nothing new, and between two drawings. */
const pauseLength = 500
/** Milliseconds between two writings of the checkpoint while there is much to read, and while little comes at a time. */
const saveEvery = 5_000
const saveWhenIdle = 1_000
/**
 * Bytes of each log that are read back in silence: messages that began before the place are joined with what began them, and what is usual is
 * known. 100,000 to 200,000 lines of Postfix, 2 or 3 seconds.
 */
const readBack = 32 * 1_048_576

/** Reads what is there, of several logs the one first that is behind the others; then looks again every half second. */
export const runLoop = async (loop: Loop): Promise<void> => {
  const { inputs, watch, output, checkpoint, isStopped } = loop
  let drawn = 0
  let saved = Date.now()
  let isSaved = true
  /** The newest event, and when it was read: the log's clock goes on from there while nothing comes. */
  let seen: { readonly time: number; readonly at: number } | undefined

  const draw = (): void => {
    if (Date.now() - drawn < pauseLength) return
    drawn = Date.now()
    output.refresh()
  }
  const save = (every: number): void => {
    if (Date.now() - saved < every) return
    saved = Date.now()
    try {
      checkpoint?.save()
      isSaved = true
    } catch (error) {
      // A full disk is no reason to watch no longer; it is tried again.
      if (!(error instanceof CheckpointError)) throw error
      if (isSaved) output.trouble(error.message)
      isSaved = false
    }
  }

  const mark = ({ follower, key }: WatchInput): void => {
    const position = follower.position()
    if (position !== undefined) checkpoint?.set(key, position)
  }

  const step = async (input: WatchInput): Promise<void> => {
    const { follower } = input
    const batch = await follower.next()
    if (batch === undefined) {
      input.isIdle = true
      return
    }
    for (const notice of batch.notices) output.notice(follower.file, notice)
    input.read(batch.lines, (verdict: LineVerdict, line) => {
      watch.line(verdict)
      if (verdict === 'unread') output.unread(follower.file, line)
    })
    // The place is kept when what was found there has left the process: a crash tells it twice rather than never.
    await output.flush()
    mark(input)
    const newest = watch.lastEvent()
    if (newest !== undefined && newest !== seen?.time) seen = { time: newest, at: Date.now() }
  }

  await learn(loop, draw)
  for (const input of inputs) mark(input)
  save(0)
  output.doing(undefined)
  const known = watch.lastEvent()
  if (known !== undefined) seen = { time: known, at: Date.now() }
  drawn = 0
  draw()
  while (!isStopped()) {
    for (const input of inputs) input.isIdle = false
    for (;;) {
      const next = inputs.filter(({ isIdle, follower }) => !isIdle && !follower.hasEnded()).sort(byTime)[0]
      if (next === undefined || isStopped()) break
      await step(next)
      save(saveEvery)
      draw()
      // Keys, signals and scrapes have their turn.
      await new Promise((resolve) => setImmediate(resolve))
    }
    if (inputs.every(({ follower }) => follower.hasEnded())) {
      for (const input of inputs) input.end()
      const last = watch.lastEvent()
      // Nothing more belongs to the last minute.
      if (last !== undefined) watch.tick(last + 60_000)
      break
    }
    if (seen !== undefined && !isStopped()) watch.tick(seen.time + Date.now() - seen.at)
    await output.flush()
    save(saveWhenIdle)
    draw()
    if (!isStopped()) await pause(loop)
  }
}

const byTime = (one: WatchInput, other: WatchInput): number =>
  one.lastTime === other.lastTime ? 0 : one.lastTime < other.lastTime ? -1 : 1

const pause = ({ inputs, onWake }: Loop): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, pauseLength)
    const wake = (): void => {
      clearTimeout(timer)
      resolve()
    }
    onWake(wake)
    for (const { follower } of inputs) follower.onData(wake)
  })

const learn = async ({ inputs, watch, output, checkpoint, fromStart, isStopped }: Loop, draw: () => void): Promise<void> => {
  watch.learn(true)
  output.doing('Reading what was there before…')
  let isKnown = false
  for (const input of inputs) {
    const isResumed = checkpoint?.get(input.key) !== undefined
    isKnown ||= isResumed
    if (fromStart && !isResumed) continue
    for await (const lines of input.follower.before(readBack)) {
      if (isStopped()) return
      input.read(lines, () => undefined)
      draw()
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  // An earlier run told what was ringing at its checkpoint.
  watch.learn(false, !isKnown)
}
