/**
 * Reads a compound file (MS-CFB): the little file system inside an Outlook .msg.
 *
 * What it gives: storages (folders) and streams (files) by name. It is written for hostile files: chains of sectors that lead in a circle,
 * trees that contain themselves, sizes that are not there, a thousand streams over the same sectors. All of these end, in time that
 * grows with the size of the file; what is missing is missing from the stream.
 */
export type Storage = {
  readonly storages: ReadonlyMap<string, Storage>
  /** By name, as in the map above, in capitals: the format does not tell `a` from `A`. Undefined: there is none. */
  readonly stream: (name: string) => Buffer | undefined
}

/** FAT sector numbers above this are marks, the end of a chain among them (MS-CFB §2.1). */
const lastSector = 0xfffffffa
const noEntry = 0xffffffff
const entryBytes = 128

/** More storages inside of each other than this is no mail: Outlook nests three deep for each attached message. */
const maxDepth = 60

type Entry = {
  readonly name: string
  readonly type: number
  readonly left: number
  readonly right: number
  readonly child: number
  readonly start: number
  readonly size: number
}

/** Undefined: not a compound file, or one whose directory cannot be found. */
export const readCompoundFile = (file: Buffer): Storage | undefined => {
  if (file.length < 512) return undefined
  const shift = file.readUInt16LE(30)
  if (shift !== 9 && shift !== 12) return undefined
  const sectorBytes = 1 << shift
  const sectors = Math.ceil(file.length / sectorBytes)
  const fat = fatOf(file, sectorBytes, sectors)
  // Streams share no sectors in a sound file, so that together they are no larger than the file. More allows for reading some again.
  let budget = file.length * 4

  const chain = (start: number, bytes: number): Buffer => {
    const wanted = Math.max(0, Math.min(bytes, budget, file.length))
    const parts: Buffer[] = []
    let got = 0
    for (let sector = start; got < wanted && sector < lastSector; sector = fat(sector)) {
      const at = (sector + 1) * sectorBytes
      if (at >= file.length) break
      const part = file.subarray(at, Math.min(at + sectorBytes, at + wanted - got))
      parts.push(part)
      got += part.length
    }
    budget -= got
    return Buffer.concat(parts)
  }

  const entries = entriesOf(chain(file.readUInt32LE(48), file.length), sectorBytes)
  const root = entries[0]
  if (root === undefined || root.type !== 5) return undefined
  const cutoff = file.readUInt32LE(56)
  const miniFat = chain(file.readUInt32LE(60), file.readUInt32LE(64) * sectorBytes)
  const miniStream = chain(root.start, root.size)

  const miniChain = (start: number, bytes: number): Buffer => {
    const wanted = Math.max(0, Math.min(bytes, budget, miniStream.length))
    const parts: Buffer[] = []
    let got = 0
    for (let sector = start; got < wanted && sector < lastSector; ) {
      const part = miniStream.subarray(sector * 64, sector * 64 + Math.min(64, wanted - got))
      if (part.length === 0) break
      parts.push(part)
      got += part.length
      sector = sector * 4 + 4 <= miniFat.length ? miniFat.readUInt32LE(sector * 4) : noEntry
    }
    budget -= got
    return Buffer.concat(parts)
  }

  const visited = new Set<number>()
  const storageOf = (entry: Entry, depth: number): Storage => {
    const storages = new Map<string, Storage>()
    const streams = new Map<string, Entry>()
    const open = [entry.child]
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      const child = entries[at]
      if (child === undefined || visited.has(at)) continue
      visited.add(at)
      open.push(child.left, child.right)
      if (child.type === 2) streams.set(child.name, child)
      else if (child.type === 1 && depth < maxDepth) storages.set(child.name, storageOf(child, depth + 1))
    }
    return {
      storages,
      stream: (name) => {
        const stream = streams.get(name)
        if (stream === undefined) return undefined
        return stream.size < cutoff ? miniChain(stream.start, stream.size) : chain(stream.start, stream.size)
      }
    }
  }
  return storageOf(root, 0)
}

/** Which sector follows a sector. The table's own sectors are named in the header, and further ones in a chain of their own (MS-CFB §2.5). */
const fatOf = (file: Buffer, sectorBytes: number, sectors: number): ((sector: number) => number) => {
  const tables: number[] = []
  for (let at = 76; at < 512; at += 4) {
    const sector = file.readUInt32LE(at)
    if (sector < lastSector) tables.push(sector)
  }
  let further = file.readUInt32LE(68)
  for (let count = 0; further < lastSector && count < sectors; count++) {
    const at = (further + 1) * sectorBytes
    if (at + sectorBytes > file.length) break
    for (let entry = at; entry < at + sectorBytes - 4; entry += 4) {
      const sector = file.readUInt32LE(entry)
      if (sector < lastSector) tables.push(sector)
    }
    further = file.readUInt32LE(at + sectorBytes - 4)
  }
  const perTable = sectorBytes / 4
  return (sector) => {
    const table = tables[Math.floor(sector / perTable)]
    if (table === undefined) return noEntry
    const at = (table + 1) * sectorBytes + (sector % perTable) * 4
    return at + 4 <= file.length ? file.readUInt32LE(at) : noEntry
  }
}

const entriesOf = (directory: Buffer, sectorBytes: number): Entry[] => {
  const entries: Entry[] = []
  for (let at = 0; at + entryBytes <= directory.length; at += entryBytes) {
    const nameBytes = Math.min(64, Math.max(2, directory.readUInt16LE(at + 64)))
    entries.push({
      name: directory.toString('utf16le', at, at + nameBytes - 2).toUpperCase(),
      type: directory[at + 66] ?? 0,
      left: directory.readUInt32LE(at + 68),
      right: directory.readUInt32LE(at + 72),
      child: directory.readUInt32LE(at + 76),
      start: directory.readUInt32LE(at + 116),
      // The upper half means something in files of 4096-byte sectors only (MS-CFB §2.6.1).
      size: directory.readUInt32LE(at + 120) + (sectorBytes === 4096 ? directory.readUInt32LE(at + 124) * 2 ** 32 : 0)
    })
  }
  return entries
}
