import { createReadStream } from 'node:fs'
import { open, readdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { feed } from '../unpack.ts'
import { hashOf, isAt, type Place } from './place.ts'

/** A rotated file beside the log. */
export type Sibling = {
  readonly path: string
  readonly inode: number
  readonly modified: number
  readonly isPacked: boolean
  readonly size: number
}

/**
 * How logrotate names what it rotates: `mail.log.1`, `mail.log-20261101`, with dateformat hours and seconds too; and what it packs it with.
 * https://manpages.debian.org/logrotate (rotate, dateext, dateformat, compress); newsyslog and savelog number alike (memory).
 */
const rotatedName = /^[.-](?:\d{1,4}|\d{4}[-_.]?\d\d[-_.]?\d\d(?:[-_.T]?[\d:]{1,10})?)(?<packed>\.(?:gz|zst))?$/
/** A folder may hold years of logs: the youngest are looked at. */
const mostLooked = 60

/** The rotated files of a log, the youngest first. Never throws: a folder that cannot be read has none. */
export const siblingsOf = async (path: string): Promise<readonly Sibling[]> => {
  const folder = dirname(path)
  const name = basename(path)
  const names = await readdir(folder).catch(() => [])
  const found: Sibling[] = []
  for (const each of names) {
    if (!each.startsWith(name)) continue
    const match = rotatedName.exec(each.slice(name.length))
    if (match === null) continue
    const whole = join(folder, each)
    const told = await stat(whole).catch(() => undefined)
    if (told?.isFile())
      found.push({ path: whole, inode: told.ino, modified: told.mtimeMs, isPacked: match.groups?.packed !== undefined, size: told.size })
  }
  return found.sort((one, other) => other.modified - one.modified || (one.path < other.path ? -1 : 1)).slice(0, mostLooked)
}

/** Whether a packed file holds the place: read as far as that, and no further. */
const isPackedAt = async (path: string, place: Place): Promise<boolean> => {
  if (place.headLength === 0) return false
  const stream = createReadStream(path)
  let at = 0
  let head: Buffer = Buffer.alloc(0)
  let tail: Buffer = Buffer.alloc(0)
  const end = Math.max(place.offset, place.headLength)
  const tailFrom = place.offset - place.tailLength
  try {
    for await (const _fed of feed(stream, {
      write: (piece) => {
        if (at < place.headLength) head = Buffer.concat([head, piece.subarray(0, place.headLength - at)])
        const from = Math.max(0, tailFrom - at)
        const to = Math.min(piece.length, place.offset - at)
        if (from < to) tail = Buffer.concat([tail, piece.subarray(from, to)])
        at += piece.length
        // Another log: the rest need not be unpacked.
        return at < end && (head.length < place.headLength || hashOf(head) === place.head)
      },
      end: () => undefined
    }));
  } catch {
    return false
  } finally {
    stream.destroy()
  }
  return at >= end && hashOf(head) === place.head && hashOf(tail) === place.tail
}

const holds = async (sibling: Sibling, place: Place): Promise<boolean> => {
  // Of a packed file that was opened, and of which nothing was read yet, nothing is known but its inode.
  if (sibling.isPacked) return place.headLength === 0 ? sibling.inode === place.inode : isPackedAt(sibling.path, place)
  const handle = await open(sibling.path).catch(() => undefined)
  if (handle === undefined) return false
  try {
    return await isAt(handle, place)
  } catch {
    return false
  } finally {
    await handle.close()
  }
}

/** The rotated file that holds a place. */
export const findBeside = async (path: string, place: Place): Promise<Sibling | undefined> => {
  const siblings = await siblingsOf(path)
  const byInode = [...siblings].sort((one, other) => Number(other.inode === place.inode) - Number(one.inode === place.inode))
  for (const sibling of byInode) if (await holds(sibling, place)) return sibling
  return undefined
}

/** `mail.log.3`: the lower, the younger. Undefined: it has none. */
const numberOf = (path: string, log: string): number | undefined => {
  const number = /^\.(\d{1,4})(?:\.(?:gz|zst))?$/.exec(basename(path).slice(basename(log).length))?.[1]
  return number === undefined ? undefined : Number(number)
}

/** A file that was read to its end: as it was called and when it was written last, and its end. */
export type Finished = { readonly path: string; readonly modified: number; readonly place: Place }

/**
 * Of the rotated files that were written after another one, the oldest. A copy of that one, packed or not, is none of them. Where both have
 * numbers, these tell: a file that was packed by hand has the time of its packing. `without`: the inode of the log itself.
 */
export const findAfter = async (
  path: string,
  { path: read, modified, place }: Finished,
  without: number | undefined
): Promise<Sibling | undefined> => {
  const before = numberOf(read, path)
  const isLater = (sibling: Sibling): boolean => {
    const number = numberOf(sibling.path, path)
    return before === undefined || number === undefined ? sibling.modified > modified : number < before
  }
  const ageOf = (sibling: Sibling): number => numberOf(sibling.path, path) ?? -1
  const later = (await siblingsOf(path))
    .filter((each) => isLater(each) && each.inode !== place.inode && each.inode !== without)
    .sort((one, other) =>
      before === undefined ? one.modified - other.modified : ageOf(other) - ageOf(one) || one.modified - other.modified
    )
  for (const sibling of later) if (!(await holds(sibling, place))) return sibling
  return undefined
}
