/**
 * Names of what is in an archive, by its own tables: zip (APPNOTE.TXT 4.3), tar (POSIX ustar, with GNU's long names), gzip (RFC 1952).
 * Nothing is unpacked. Hostile archives: names and entries are bounded, offsets are checked, and a table that leads back is not followed.
 */
type ArchiveEntry = { readonly name: string; readonly encrypted: boolean }

export type Archive = {
  readonly entries: readonly ArchiveEntry[]
  /** It says one thing in one place and another elsewhere, or ends early. */
  readonly broken?: true
  /** It holds more than was read. */
  readonly more?: true
}

/** An archive in a mail holds dozens of files; a zip of zeros may name 65,535. */
const maxEntries = 10_000
const maxName = 1_024

const nameDecoder = new TextDecoder()

const nameAt = (bytes: Uint8Array, from: number, to: number): string => {
  const part = bytes.subarray(from, Math.min(to, from + maxName))
  const end = part.indexOf(0)
  return nameDecoder.decode(end < 0 ? part : part.subarray(0, end))
}

const u16 = (bytes: Uint8Array, at: number): number => (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8)
const u32 = (bytes: Uint8Array, at: number): number => (u16(bytes, at) | (u16(bytes, at + 2) << 16)) >>> 0

const endSignature = 0x06054b50
const entrySignature = 0x02014b50
/** The end record has 22 bytes and a comment of at most 65,535. */
const endLength = 22
const maxComment = 0xffff

/** The central directory of a zip file; undefined where it is a zip64 file, whose table lies elsewhere. */
export const readZip = (bytes: Uint8Array): Archive | undefined => {
  let end = bytes.length - endLength
  const lowest = Math.max(0, end - maxComment)
  while (end >= lowest && u32(bytes, end) !== endSignature) end--
  if (end < lowest) return { entries: [], broken: true }
  const size = u32(bytes, end + 12)
  const offset = u32(bytes, end + 16)
  if (offset === 0xffffffff || size === 0xffffffff || u16(bytes, end + 10) === 0xffff) return undefined
  // A program in front (a self-extracting archive) moves everything by its length.
  let at = end - size >= 0 && u32(bytes, end - size) === entrySignature ? end - size : offset
  const entries: ArchiveEntry[] = []
  const count = u16(bytes, end + 10)
  while (at + 46 <= end && u32(bytes, at) === entrySignature) {
    if (entries.length >= maxEntries) return { entries, more: true }
    const length = u16(bytes, at + 28)
    entries.push({ name: nameAt(bytes, at + 46, at + 46 + length), encrypted: (u16(bytes, at + 8) & 1) === 1 })
    at += 46 + length + u16(bytes, at + 30) + u16(bytes, at + 32)
  }
  return { entries, ...(entries.length === count ? {} : { broken: true as const }) }
}

const blockSize = 512

export const readTar = (bytes: Uint8Array): Archive => {
  const entries: ArchiveEntry[] = []
  let longName: string | undefined
  for (let at = 0; at + blockSize <= bytes.length; ) {
    if (bytes[at] === 0) return { entries }
    if (entries.length >= maxEntries) return { entries, more: true }
    const octal = /^[0-7 ]{1,12}/.exec(nameAt(bytes, at + 124, at + 136))?.[0]?.trim() ?? '0'
    const size = Number.parseInt(octal === '' ? '0' : octal, 8)
    const kind = String.fromCharCode(bytes[at + 156] ?? 0)
    const body = at + blockSize
    if (kind === 'L') longName = nameAt(bytes, body, body + size)
    else if (kind !== 'x' && kind !== 'g') {
      const prefix = nameAt(bytes, at + 345, at + 500)
      entries.push({ name: longName ?? (prefix === '' ? '' : `${prefix}/`) + nameAt(bytes, at, at + 100), encrypted: false })
      longName = undefined
    }
    at = body + Math.ceil(size / blockSize) * blockSize
    if (at > bytes.length) return { entries, broken: true }
  }
  return { entries }
}

/** The name of the file within, which programs may leave out. */
export const readGzip = (bytes: Uint8Array): Archive => {
  const flags = bytes[3] ?? 0
  const at = 10 + ((flags & 0x04) === 0 ? 0 : 2 + u16(bytes, 10))
  const name = (flags & 0x08) === 0 ? '' : nameAt(bytes, at, at + maxName)
  return { entries: name === '' ? [] : [{ name, encrypted: false }] }
}
