import { createInflateRaw } from 'node:zlib'
import { ListError } from '../list-error.ts'

/** A file in a zip archive (PKWARE APPNOTE 6.3.10, §4.3), as workbooks are. */
export type ZipEntry = { readonly name: string; readonly method: number; readonly packed: Buffer }

const endSize = 22
/** APPNOTE §4.3.16: a comment of at most 65,535 bytes may follow. */
const longestComment = 65_535
/** A workbook of many sheets and pictures has some hundred. */
const maxEntries = 20_000

export const damaged = (what: string, cause?: unknown): ListError =>
  new ListError('damaged', `The workbook is damaged: ${what}. Open it in a spreadsheet and save it again, or as CSV.`, { cause })

/** The files of an archive by name, out of its directory at the end. Nothing is unpacked yet. */
export const readZip = (bytes: Buffer): ReadonlyMap<string, ZipEntry> => {
  const end = bytes.lastIndexOf('PK\x05\x06', bytes.length - endSize, 'latin1')
  if (end < 0 || end < bytes.length - endSize - longestComment) throw damaged('it is cut off')
  const count = bytes.readUInt16LE(end + 10)
  const entries = new Map<string, ZipEntry>()
  let at = bytes.readUInt32LE(end + 16)
  for (let index = 0; index < count; index++) {
    if (at + 46 > end || bytes.readUInt32LE(at) !== 0x02014b50 || index >= maxEntries) throw damaged('its directory is broken')
    const nameLength = bytes.readUInt16LE(at + 28)
    const name = bytes.toString('utf8', at + 46, at + 46 + nameLength)
    const local = bytes.readUInt32LE(at + 42)
    if (local + 30 > end || bytes.readUInt32LE(local) !== 0x04034b50) throw damaged('its directory is broken')
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28)
    const packed = bytes.subarray(start, start + bytes.readUInt32LE(at + 20))
    entries.set(name.replaceAll('\\', '/').replace(/^\//, ''), { name, method: bytes.readUInt16LE(at + 10), packed })
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32)
  }
  return entries
}

/** Pieces of what an entry unpacks to. What its header says of the length is not believed: past `maxBytes`, ListError. */
export async function* unpackEntry(entry: ZipEntry, maxBytes: number): AsyncGenerator<Buffer, void, void> {
  if (entry.method === 0) return yield entry.packed
  if (entry.method !== 8) throw damaged(`${entry.name} is packed in a way that is not known (${entry.method})`)
  const inflate = createInflateRaw({ chunkSize: 256 * 1024 })
  inflate.end(entry.packed)
  let length = 0
  try {
    for await (const piece of inflate) {
      if (!Buffer.isBuffer(piece)) continue
      length += piece.length
      if (length > maxBytes) throw tooLarge(`${entry.name} unpacks to more than ${Math.round(maxBytes / 1024 / 1024)} MB`)
      yield piece
    }
  } catch (error) {
    throw error instanceof ListError ? error : damaged(`${entry.name} cannot be unpacked`, error)
  } finally {
    inflate.destroy()
  }
}

export const tooLarge = (what: string): ListError =>
  new ListError('too-large', `The workbook is too large: ${what}. Save it as CSV, which has no such bound.`)
