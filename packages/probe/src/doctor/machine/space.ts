import { existsSync } from 'node:fs'
import { stat, statfs } from 'node:fs/promises'
import { type Finding, finding } from '@whybounce/core/finding'
import { readStart } from './read-start.ts'

/** Where mail lies besides the spools of the servers. */
const stores = ['/var/mail', '/var/vmail', '/srv/vmail', '/var/lib/dovecot', '/home']

/** Bytes. Postfix refuses mail below one and a half times message_size_limit, which is 10 MB as it comes (queue_minfree). */
const fullBytes = 20_000_000
const lowBytes = 1_000_000_000
const lowPart = 0.05
const fullFiles = 100

/** Of one file system. File systems that make inodes as they need them say 0 of both. */
export type Space = {
  readonly path: string
  readonly free: number
  readonly size: number
  readonly freeFiles: number
  readonly files: number
}

export const sizeText = (bytes: number): string => {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB']
  const step = bytes < 1_000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3))
  return step === 0 ? `${bytes} bytes` : `${(bytes / 1_000 ** step).toFixed(1)} ${units[step]}`
}

export const spaceFindings = (spaces: readonly Space[]): readonly Finding[] => {
  const found = spaces.flatMap(({ path, free, size, freeFiles, files }) => {
    const line = [
      `${path}: ${sizeText(free)} of ${sizeText(size)} free; ${files === 0 ? 'no fixed number of inodes' : `${freeFiles} of ${files} inodes free`}`
    ]
    const values = { path, free: sizeText(free), size: sizeText(size) }
    const inodes = { path, free: String(freeFiles), size: String(files) }
    const details = { about: path }
    return [
      ...(free < fullBytes ? [finding('disk.full', line, values, details)] : []),
      ...(free >= fullBytes && free < lowBytes && free < size * lowPart ? [finding('disk.low', line, values, details)] : []),
      ...(files > 0 && freeFiles < fullFiles ? [finding('disk.inodes-full', line, inodes, details)] : []),
      ...(files > 0 && freeFiles >= fullFiles && freeFiles < files * lowPart ? [finding('disk.inodes-low', line, inodes, details)] : [])
    ]
  })
  if (found.length > 0) return found
  return [
    finding(
      'disk.enough',
      spaces.map(({ path, free, size }) => `${path}: ${sizeText(free)} of ${sizeText(size)} free`)
    )
  ]
}

/** The file systems of the spools and the mail stores, each once. */
export const checkSpace = async (spools: readonly string[]): Promise<readonly Finding[]> => {
  const present = [...spools, ...stores].filter((path) => existsSync(path))
  const paths = present.length > 0 ? present : ['/']
  const seen = new Set<number>()
  const spaces: Space[] = []
  const unread: string[] = []
  for (const path of paths) {
    try {
      const { dev } = await stat(path)
      if (seen.has(dev)) continue
      seen.add(dev)
      const { bavail, blocks, bsize, ffree, files } = await statfs(path)
      spaces.push({ path, free: bavail * bsize, size: blocks * bsize, freeFiles: ffree, files })
    } catch (error) {
      unread.push(`${path}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  return [...(spaces.length > 0 ? spaceFindings(spaces) : []), ...(unread.length > 0 ? [finding('disk.unknown', unread)] : [])]
}

const lowMemory = 200_000_000

/** What `/proc/meminfo` says, in bytes. Swap that is free counts: nothing is ended before it is used up. */
export const parseMemory = (meminfo: string): { readonly available: number; readonly total: number } | undefined => {
  const read = (name: string): number | undefined => {
    const kilobytes = new RegExp(`^${name}: +(\\d{1,15}) kB$`, 'm').exec(meminfo)?.[1]
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1_024
  }
  const [available, total] = [read('MemAvailable'), read('MemTotal')]
  if (available === undefined || total === undefined || total === 0) return undefined
  return { available: available + (read('SwapFree') ?? 0), total }
}

export const memoryFinding = ({ available, total }: { readonly available: number; readonly total: number }): Finding => {
  const line = [`${sizeText(available)} available (with free swap) of ${sizeText(total)}`]
  const low = available < lowMemory && available < total * lowPart
  return finding(low ? 'memory.low' : 'memory.enough', line, { free: sizeText(available), size: sizeText(total) })
}

/** Nothing where the system does not say (no Linux). */
export const checkMemory = async (): Promise<readonly Finding[]> => {
  const memory = parseMemory(await readStart('/proc/meminfo'))
  return memory === undefined ? [] : [memoryFinding(memory)]
}
