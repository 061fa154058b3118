import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

export type CheckpointValue =
  | string
  | number
  | boolean
  | null
  | readonly CheckpointValue[]
  | { readonly [name: string]: CheckpointValue | undefined }

/** What was done with each source, in a file: a restart goes on where it stopped. */
export type Checkpoint = {
  /** What was last set for the key, or undefined. The shape is the caller's to check: a file can be edited. */
  readonly get: (key: string) => CheckpointValue | undefined
  /** Undefined forgets the key. */
  readonly set: (key: string, value: CheckpointValue | undefined) => void
  /** Writes the file if anything was set: beside it, then renamed over it, so that it is whole at every moment. */
  readonly save: () => void
}

/** The checkpoint file cannot be read or written. Going on without it would count everything a second time. */
export class CheckpointError extends Error {
  override readonly name = 'CheckpointError'
}

const version = 1

/** Opens the file, or begins a new one. Throws a `CheckpointError` where there is a file that cannot be understood. */
export const openCheckpoint = (path: string): Checkpoint => {
  const values = readValues(path)
  let changed = false
  return {
    get: (key) => values.get(key),
    set: (key, value) => {
      if (value === undefined) changed = values.delete(key) || changed
      else {
        values.set(key, value)
        changed = true
      }
    },
    save: () => {
      if (!changed) return
      write(path, `${JSON.stringify({ version, sources: Object.fromEntries(values) }, undefined, 2)}\n`)
      changed = false
    }
  }
}

const readValues = (path: string): Map<string, CheckpointValue> => {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return new Map()
    throw new CheckpointError(`The checkpoint ${path} cannot be read.`, { cause: error })
  }
  const sources = sourcesIn(text)
  if (sources === undefined)
    throw new CheckpointError(`The file ${path} is no checkpoint of this version. Move it away to begin again from the start.`)
  return new Map(Object.entries(sources))
}

const sourcesIn = (text: string): Readonly<Record<string, CheckpointValue>> | undefined => {
  try {
    const content: unknown = JSON.parse(text)
    if (typeof content !== 'object' || content === null || !('version' in content) || !('sources' in content)) return undefined
    const { sources } = content
    if (content.version !== version || typeof sources !== 'object' || sources === null || Array.isArray(sources)) return undefined
    // Out of JSON comes nothing but JSON's values.
    return sources as Readonly<Record<string, CheckpointValue>>
  } catch {
    return undefined
  }
}

const write = (path: string, text: string): void => {
  const beside = `${path}.${process.pid}.tmp`
  try {
    mkdirSync(dirname(path), { recursive: true })
    // For its owner alone: the keys name mailboxes.
    const fd = openSync(beside, 'w', 0o600)
    try {
      writeFileSync(fd, text)
      fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
    renameSync(beside, path)
  } catch (error) {
    rmSync(beside, { force: true })
    throw new CheckpointError(`The checkpoint ${path} cannot be written.`, { cause: error })
  }
}
