import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import type { FollowPosition } from './notice.ts'

/**
 * A place in a log at a line's end, that is found again in whatever file the log is in then. The inode tells a file that was renamed; but
 * inodes are used again, and a copy (`copytruncate`) or a packed file has another. So the bytes decide: the first of the file and the last
 * before the place, as hashes, since a checkpoint should hold no log.
 */
export type Place = {
  readonly inode: number
  /** Bytes, of the unpacked log. */
  readonly offset: number
  readonly headLength: number
  readonly head: string
  readonly tailLength: number
  readonly tail: string
}

/** Syslog lines begin with their time: this much is not the same in two logs. */
export const markLength = 256

export const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex').slice(0, 32)

export const toPosition = (place: Place): FollowPosition => ({ ...place })

/** Undefined where it is none: a checkpoint can be edited. */
export const toPlace = (value: unknown): Place | undefined => {
  if (typeof value !== 'object' || value === null) return undefined
  const fields: Record<string, unknown> = { ...value }
  const number = (name: string): number | undefined => {
    const field = fields[name]
    return typeof field === 'number' && Number.isSafeInteger(field) && field >= 0 ? field : undefined
  }
  const [inode, offset, headLength, tailLength] = [number('inode'), number('offset'), number('headLength'), number('tailLength')]
  const { head, tail } = fields
  if (inode === undefined || offset === undefined || headLength === undefined || tailLength === undefined) return undefined
  if (typeof head !== 'string' || typeof tail !== 'string' || headLength > markLength || tailLength > markLength || tailLength > offset)
    return undefined
  return { inode, offset, headLength, head, tailLength, tail }
}

export const readAt = async (handle: FileHandle, offset: number, length: number): Promise<Buffer> => {
  const bytes = Buffer.alloc(length)
  let read = 0
  while (read < length) {
    const { bytesRead } = await handle.read(bytes, read, length - read, offset + read)
    if (bytesRead === 0) break
    read += bytesRead
  }
  return bytes.subarray(0, read)
}

/** Whether a file holds the place. Of a file that was empty nothing is known but its inode. */
export const isAt = async (handle: FileHandle, place: Place): Promise<boolean> => {
  const { size, ino } = await handle.stat()
  if (size < Math.max(place.offset, place.headLength)) return false
  if (place.headLength === 0) return ino === place.inode
  const head = await readAt(handle, 0, place.headLength)
  if (hashOf(head) !== place.head) return false
  return hashOf(await readAt(handle, place.offset - place.tailLength, place.tailLength)) === place.tail
}
