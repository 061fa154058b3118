import { open, stat } from 'node:fs/promises'
import { wordsFor } from '../walk.ts'
import { openNamedFile } from './named-file.ts'
import type { Follower, FollowNotice } from './notice.ts'
import { isAt, type Place, toPlace, toPosition } from './place.ts'
import { lineEndBefore, linesBefore, openPackedSegment, openSegment, type Segment } from './segment.ts'
import { type Finished, findAfter, findBeside, type Sibling, siblingsOf } from './siblings.ts'

export type FollowFileOptions = {
  /** What a checkpoint held; anything else than a place is taken for none. */
  readonly position?: unknown
  /** Where there is no position: from the front, else from what comes next. */
  readonly fromStart?: boolean
}

/**
 * Follows a log by its name, as `tail -F` does, and loses nothing where that can be helped:
 * - renamed and created anew (logrotate `create`): the old file is read to its end, and until the new one holds something and the old one has
 *   not grown since, because the writer goes on in the old one until it is told;
 * - copied and emptied (`copytruncate`): found by its size or by the bytes before the place; what was not read yet is read from the copy;
 * - a checkpoint whose file was rotated since is gone on with in the rotated file, packed or not, then in those after it;
 * - a file that is not there yet, vanishes, or may not be read, is waited for, and that is told once.
 * A line is given out when its line end is there.
 *
 * It is asked (`next`), and looks at the file then: two calls of stat and one read a look. fs.watch would save them, and tell nothing on NFS and some
 * container mounts, lose events where too many are watched (fs.inotify.max_user_watches), and name files by a path that has moved on: it
 * would need the same looks beside it.
 */
export const openFileFollower = async (path: string, options: FollowFileOptions = {}): Promise<Follower> => {
  let current: Segment | undefined
  let notices: FollowNotice[] = []
  let isSwitching = false
  /** The current segment is a rotated file, or one that was replaced: when it is at its end, the next one is opened. */
  let isFinal = false
  /** Where to go on when the file can be opened again. */
  let resume: Place | undefined = toPlace(options.position)
  /** The end of the file that was finished last, as long as there is no other. */
  let finished: Finished | undefined
  let cutTold = 0

  const tell = (notice: FollowNotice): void => void notices.push(notice)

  const named = openNamedFile(path, tell)

  const openSibling = async (sibling: Sibling, start: number): Promise<Segment | undefined> => {
    try {
      return sibling.isPacked
        ? await openPackedSegment(sibling.path, sibling.inode, sibling.modified, start)
        : await openSegment(sibling.path, await open(sibling.path), start)
    } catch (error) {
      tell({ code: 'unreadable', problem: `${sibling.path}: ${wordsFor(error)}` })
      return undefined
    }
  }

  /** Where the current segment was gone on with: what is known of it, as long as nothing was read. */
  let begun: Place | undefined
  const placeNow = (): Place | undefined => {
    const now = current?.place()
    return now !== undefined && begun !== undefined && now.headLength < begun.headLength && now.offset <= begun.offset ? begun : now
  }

  const replace = async (segment: Segment | undefined, final: boolean, from?: Place): Promise<void> => {
    await current?.close().catch(() => undefined)
    current = segment
    begun = from
    isFinal = final
    isSwitching = false
    cutTold = 0
  }

  /** Goes on in the rotated file that holds the place. */
  const goBeside = async (place: Place, code: 'resumed-beside' | 'emptied-recovered'): Promise<boolean> => {
    const beside = await findBeside(path, place)
    const segment = beside === undefined ? undefined : await openSibling(beside, place.offset)
    if (beside === undefined || segment === undefined) return false
    tell({ code, beside: beside.path })
    await replace(segment, true, place)
    return true
  }

  /** Goes on at the place that is known, wherever that is now; without one, where the options say. */
  const begin = async (): Promise<void> => {
    const handle = await named.open()
    const place = resume
    // It is there and may not be read: the place is kept until it may.
    if (handle === undefined && !named.isMissing()) return
    resume = undefined
    if (place === undefined) {
      if (handle === undefined) return
      const start = options.fromStart === true ? 0 : await lineEndBefore(handle)
      await replace(await openSegment(path, handle, start), false)
      return
    }
    if (handle !== undefined && (await isAt(handle, place).catch(() => false))) {
      await replace(await openSegment(path, handle, place.offset), false)
      return
    }
    await handle?.close()
    if (!(await goBeside(place, 'resumed-beside'))) tell({ code: 'place-lost' })
  }

  /** The next of the files that make up the log, after one that was read to its end. True: there is something to read. */
  const openNext = async (): Promise<boolean> => {
    // Opened before looking beside it: what is rotated in between is this one.
    const handle = await named.open()
    if (finished !== undefined) {
      const here = await handle?.stat()
      const between = await findAfter(path, finished, here?.ino)
      const segment = between === undefined ? undefined : await openSibling(between, 0)
      if (between !== undefined && segment !== undefined) {
        await handle?.close()
        tell({ code: 'between', beside: between.path })
        await replace(segment, true)
        return true
      }
    }
    if (handle === undefined) return false
    await replace(await openSegment(path, handle, 0), false)
    finished = undefined
    return true
  }

  /** At the end of what is there: whether the name stands for another file by now. True: there may be more to read. */
  const lookForNew = async (segment: Segment): Promise<boolean> => {
    const here = await stat(path).catch(() => undefined)
    if (here === undefined) {
      named.vanished()
      return false
    }
    named.isThere()
    // The new file is empty until the writer has gone over to it.
    if (here.ino === segment.inode || here.size === 0) {
      isSwitching = false
      return false
    }
    if (!isSwitching) {
      isSwitching = true
      return false
    }
    tell({ code: 'rotated' })
    isFinal = true
    return true
  }

  const finish = async (segment: Segment): Promise<string[]> => {
    const rest = segment.rest()
    const problem = segment.problem()
    if (problem !== undefined) tell({ code: 'damaged', problem })
    finished = { path: segment.path, modified: await segment.modified(), place: segment.place() }
    await replace(undefined, false)
    await openNext()
    return rest === undefined ? [] : [rest]
  }

  const read = async (): Promise<string[] | undefined> => {
    for (;;) {
      if (current === undefined && resume !== undefined) {
        await begin()
        if (resume !== undefined) return undefined
      }
      if (current === undefined && !(await openNext())) return undefined
      const segment = current
      if (segment === undefined) continue
      const state = isFinal ? 'same' : await segment.check()
      if (state !== 'same') {
        // What was read of the last line is a part of what the copy holds.
        if (!(await goBeside(segment.place(), 'emptied-recovered'))) {
          tell({ code: 'emptied' })
          const rest = segment.rest()
          await replace(undefined, false)
          if (rest !== undefined) return [rest]
        }
        continue
      }
      const lines = await segment.read()
      if (segment.cut() > cutTold) {
        tell({ code: 'cut', lines: segment.cut() - cutTold })
        cutTold = segment.cut()
      }
      if (lines === undefined) {
        if (!isFinal && !(await lookForNew(segment))) return undefined
        if (!isFinal) continue
        const rest = await finish(segment)
        if (rest.length > 0) return rest
      } else {
        isSwitching = false
        if (lines.length > 0) return lines
      }
    }
  }

  await begin()

  return {
    file: path,
    next: async () => {
      let lines: string[] | undefined
      try {
        lines = await read()
      } catch (error) {
        // A file system that went away: what was open is of no use any more.
        if (current !== undefined) resume = placeNow()
        await replace(undefined, false)
        named.cannot(error)
      }
      const told = notices
      notices = []
      return lines === undefined && told.length === 0 ? undefined : { lines: lines ?? [], notices: told }
    },
    position: () => {
      const place = placeNow() ?? resume ?? finished?.place
      return place === undefined ? undefined : toPosition(place)
    },
    before: async function* (bytes) {
      const segment = current
      if (segment === undefined) return
      try {
        const { offset } = segment.place()
        const older = (await siblingsOf(path)).filter(({ isPacked, inode }) => !isPacked && inode !== segment.inode)
        const before = segment.path === path && offset < bytes ? older[0] : undefined
        if (before !== undefined) yield* linesBefore(before.path, before.size, bytes - offset)
        yield* linesBefore(segment.path, offset, bytes)
      } catch {
        // It is for knowing what is usual: without it, the watch begins like one of a new log.
      }
    },
    behind: () => current?.behind() ?? 0,
    onData: () => undefined,
    hasEnded: () => false,
    close: async () => {
      if (current !== undefined) resume = placeNow()
      await replace(undefined, false)
    }
  }
}
