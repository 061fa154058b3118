import { type Dirent, readdirSync, type Stats, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { compareNames, isNoMail } from './names.ts'

export type Found =
  /** `named`: by the caller, and not met in a folder. */
  | { readonly kind: 'file'; readonly file: string; readonly place?: string; readonly named?: true }
  /** A pipe or a device that was named: read once, from the front. */
  | { readonly kind: 'stream'; readonly file: string }
  | { readonly kind: 'stdin'; readonly file: string }
  | { readonly kind: 'problem'; readonly file: string; readonly problem: string }
  /** Knowingly passed over. */
  | { readonly kind: 'ignored'; readonly file: string }

/**
 * The files under paths, in an order that is the same every time: names sorted, folders where their name stands, a Maildir's `cur` before
 * its `new`. Links are followed; a folder is read once, so that links in a circle end. Nothing here throws.
 */
export function* walk(paths: readonly string[]): Generator<Found> {
  for (const path of paths) {
    if (path === '-') {
      yield { kind: 'stdin', file: '-' }
      continue
    }
    const stats = lookAt(path)
    if (typeof stats === 'string') yield { kind: 'problem', file: path, problem: stats }
    else if (stats.isDirectory()) yield* walkFolder(path, stats)
    else if (stats.isFile()) yield { kind: 'file', file: path, named: true }
    else if (stats.isFIFO() || stats.isCharacterDevice()) yield { kind: 'stream', file: path }
    else yield { kind: 'problem', file: path, problem: 'It is a socket or a device, not a file.' }
  }
}

type Level = { readonly folder: string; readonly names: readonly Name[]; readonly place: string | undefined; next: number }
type Name = { readonly name: string; readonly type: 'file' | 'folder' | 'other' | 'link' }

function* walkFolder(root: string, stats: Stats): Generator<Found> {
  const visited = new Set([identity(stats)])
  const first = openFolder(root)
  if (typeof first === 'string') {
    yield { kind: 'problem', file: root, problem: first }
    return
  }
  const levels: Level[] = [first]
  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    const name = level.names[level.next++]
    if (name === undefined) {
      levels.pop()
      continue
    }
    const file = join(level.folder, name.name)
    let { type } = name
    let folder: Stats | undefined
    if (type === 'link' || type === 'folder') {
      const target = lookAt(file)
      if (typeof target === 'string') {
        yield { kind: 'problem', file, problem: target }
        continue
      }
      type = target.isDirectory() ? 'folder' : target.isFile() ? 'file' : 'other'
      folder = target
    }
    if (type === 'file') yield level.place === undefined ? { kind: 'file', file } : { kind: 'file', file, place: level.place }
    else if (type === 'folder' && folder !== undefined && !visited.has(identity(folder))) {
      visited.add(identity(folder))
      const opened = openFolder(file)
      if (typeof opened === 'string') yield { kind: 'problem', file, problem: opened }
      else levels.push(opened)
    } else yield { kind: 'ignored', file }
  }
}

const identity = ({ dev, ino }: Stats): string => `${dev}:${ino}`

const openFolder = (folder: string): Level | string => {
  try {
    const entries = readdirSync(folder, { withFileTypes: true })
    const isMaildir = entries.some(({ name }) => name === 'cur') && entries.some(({ name }) => name === 'new')
    const names = entries
      .filter(({ name }) => !(isMaildir && name === 'tmp' && isEmpty(join(folder, name))))
      .map((entry): Name => ({ name: entry.name, type: typeOf(entry, isMaildir) }))
    names.sort((a, b) => compareNames(a.name, b.name))
    const last = basename(folder)
    return { folder, names, next: 0, place: last === 'cur' || last === 'new' ? last : undefined }
  } catch (error) {
    return wordsFor(error)
  }
}

const isEmpty = (folder: string): boolean => {
  try {
    return readdirSync(folder).length === 0
  } catch {
    return false
  }
}

/**
 * What is passed over becomes `other`. In a Maildir `tmp` holds what is still being delivered, and folders with a dot before their name are
 * its subfolders (Maildir++); elsewhere they are hidden.
 */
const typeOf = (entry: Dirent, isMaildir: boolean): Name['type'] => {
  const { name } = entry
  if (entry.isFile()) return isNoMail(name) ? 'other' : 'file'
  if (entry.isDirectory()) return isMaildir ? (name === 'tmp' ? 'other' : 'folder') : isNoMail(name) ? 'other' : 'folder'
  if (entry.isFIFO() || entry.isSocket() || entry.isCharacterDevice() || entry.isBlockDevice()) return 'other'
  // A link, or a file system that does not tell.
  return isNoMail(name) ? 'other' : 'link'
}

const lookAt = (path: string): Stats | string => {
  try {
    return statSync(path)
  } catch (error) {
    return wordsFor(error)
  }
}

/** What the system's answer means, in words. */
export const wordsFor = (error: unknown): string => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return byCode[code] ?? `It cannot be read: ${error instanceof Error ? error.message : String(error)}.`
}

const byCode: Readonly<Record<string, string>> = {
  ENOENT: 'There is no such file, or it went away while reading.',
  EACCES: 'There is no permission to read it. Read it as a user who may, or change its permissions.',
  EPERM: 'There is no permission to read it. Read it as a user who may, or change its permissions.',
  ELOOP: 'It is a link that leads back to itself.',
  ENOTDIR: 'A part of its path is a file, not a folder.',
  ENAMETOOLONG: 'Its name is longer than the system allows.',
  EISDIR: 'It is a folder where a file was expected.',
  EMFILE: 'Too many files are open at once. Raise the limit (ulimit -n).',
  EIO: 'The disk could not read it.',
  ENXIO: 'It is a socket or a device, not a file.'
}
