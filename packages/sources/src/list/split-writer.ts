import type { AddedValue, ListInfo, ListRow } from './list.ts'
import { type ListWriterOptions, makeListWriter, type StagedWriter } from './list-writer.ts'

/** One list in several files, by a word for each row (`deliverable`, `risky`). */
export type SplitWriter = {
  readonly write: (key: string, row: ListRow, added: readonly AddedValue[], address?: string) => void
  readonly drain: () => Promise<void>
  /** All files take their names, and none of them where one cannot be written whole. */
  readonly end: () => Promise<readonly SplitFile[]>
  readonly discard: () => Promise<void>
}

export type SplitFile = { readonly key: string; readonly path: string; readonly rows: number }

/** Files open at once; a verdict has five words. */
const maxFiles = 50

/**
 * `list.csv` becomes `list.deliverable.csv`, `list.risky.csv`, …: each with the header, its rows in the order they come, written as `openListWriter`
 * writes them. A word without rows gets no file,
 * unless it is one of `keys`: then it gets one with the header alone, so that nothing of an earlier list is left under its name. Throws TypeError for a key that is no word (lower-case letters, digits, hyphens).
 */
export const openSplitWriter = (base: string, info: ListInfo, options: ListWriterOptions, keys: readonly string[] = []): SplitWriter => {
  const files = new Map<string, { readonly writer: StagedWriter; readonly path: string; rows: number }>()
  const fileOf = (key: string) => {
    const there = files.get(key)
    if (there !== undefined) return there
    if (!/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(key)) throw new TypeError(`"${key}" is no word to name a file by.`)
    if (files.size >= maxFiles) throw new RangeError(`A list is split in at most ${maxFiles} files.`)
    const path = splitPath(base, key)
    const file = { writer: makeListWriter(path, info, options, true), path, rows: 0 }
    files.set(key, file)
    return file
  }
  for (const key of keys) fileOf(key)
  const discard = async (): Promise<void> => {
    for (const { writer } of files.values()) await writer.discard()
  }
  return {
    write: (key, row, added, address) => {
      const file = fileOf(key)
      file.writer.write(row, added, address)
      file.rows++
    },
    drain: async () => {
      for (const { writer } of files.values()) await writer.drain()
    },
    end: async () => {
      try {
        for (const { writer } of files.values()) await writer.finish()
      } catch (error) {
        await discard()
        throw error
      }
      for (const { writer } of files.values()) writer.commit()
      return [...files].map(([key, { path, rows }]) => ({ key, path, rows }))
    },
    discard
  }
}

/** The word goes before the ending, that of a packed file included: `list.csv.gz`, `list.risky.csv.gz`. */
const splitPath = (base: string, key: string): string => {
  const ending = /(?:\.[A-Za-z0-9]{1,6})?(?:\.(?:gz|zst))?$/.exec(base)?.[0] ?? ''
  const stem = base.slice(0, base.length - ending.length)
  // A name that is only an ending (`.csv`) is a name.
  return stem === '' || stem.endsWith('/') ? `${base}.${key}` : `${stem}.${key}${ending}`
}
