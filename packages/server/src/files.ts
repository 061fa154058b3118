import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { extname, join, relative, sep } from 'node:path'

/**
 * The files of a built site, read once. What is asked for is looked up in a table of what is there, so that no address,
 * however it is written, can lead out of the folder.
 */
export type Encoding = 'br' | 'gzip'

export type ServedFile = {
  readonly type: string
  readonly etag: string
  /** The name holds a hash of the content, so that it never changes. */
  readonly immutable: boolean
  readonly body: Uint8Array<ArrayBuffer>
  readonly encoded: Readonly<Partial<Record<Encoding, Uint8Array<ArrayBuffer>>>>
}

/** By path of the address, as in `/codes/550/`. */
export type FileTable = ReadonlyMap<string, ServedFile>

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8'
}

const read = (path: string): Uint8Array<ArrayBuffer> => new Uint8Array(readFileSync(path))

export const readFiles = (folder: string): FileTable => {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
  const there = new Set(names)
  const files = new Map<string, ServedFile>()
  for (const name of names) {
    const type = types[extname(name)]
    if (type === undefined) continue
    const body = read(join(folder, name))
    const encoded = {
      ...(there.has(`${name}.br`) ? { br: read(join(folder, `${name}.br`)) } : {}),
      ...(there.has(`${name}.gz`) ? { gzip: read(join(folder, `${name}.gz`)) } : {})
    }
    const path = `/${name.split(sep).join('/')}`
    files.set(path.replace(/\/index\.html$/, '/'), {
      type,
      etag: createHash('sha256').update(body).digest('base64url').slice(0, 22),
      immutable: path.startsWith('/assets/'),
      body,
      encoded
    })
  }
  return files
}
