import { spawn } from 'node:child_process'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { LogBlock } from './read-log-blocks.ts'

/**
 * xz and bzip2 by the system's own programs (xz(1), bzip2(1)): Node has neither. Started without a shell, fed through a pipe, so that no file
 * name becomes an option. A hostile file may ask for a dictionary of 4 GB: xz is held to a quarter of one. (bzip2 needs 4 MB at most.)
 */
const programs = {
  xz: { args: ['-dc', '--memlimit-decompress=1GiB'], packages: 'xz-utils (Debian, Ubuntu) or xz' },
  bzip2: { args: ['-dc'], packages: 'bzip2' }
} as const

type Packed = keyof typeof programs

export const isUnpackedByProgram = (kind: string): kind is Packed => Object.hasOwn(programs, kind)

/** What a program says when it fails is a line or two. */
const maxSaid = 1_000

/** Unpacks pieces. A program that is missing, or a file that is damaged or cut off, gives what there is and then a problem. Never throws. */
export async function* unpackByProgram(kind: Packed, pieces: AsyncIterable<Buffer>): AsyncGenerator<LogBlock, void, void> {
  const { args, packages } = programs[kind]
  const child = spawn(kind, args, { stdio: ['pipe', 'pipe', 'pipe'] })
  let said = ''
  let missing = false
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (said.length < maxSaid) said += text.slice(0, maxSaid - said.length)
  })
  child.on('error', () => {
    missing = true
  })
  const over = new Promise<number | null>((resolve) => {
    child.once('close', resolve)
    child.once('error', () => resolve(null))
  })
  let failed: unknown
  // The program closes its end where it finds damage; then what is left is not wanted, and that is no failure of ours.
  const feeding = pipeline(Readable.from(copied(pieces), { objectMode: true, highWaterMark: 1 }), child.stdin).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && (error.code === 'EPIPE' || error.code === 'ERR_STREAM_PREMATURE_CLOSE')))
      failed = error
  })
  try {
    for await (const bytes of child.stdout) yield { bytes }
    await feeding
    const code = await over
    const problem = missing
      ? `It is packed with ${kind}, and the program ${kind} is not here to unpack it. Install the package ${packages}, or unpack it elsewhere.`
      : failed !== undefined
        ? `It cannot be read: ${failed instanceof Error ? failed.message : String(failed)}.`
        : code === 0
          ? undefined
          : `The packed file is damaged or cut off here; what came before was read. ${kind} says: ${said.trim() === '' ? 'nothing' : said.trim()}`
    if (problem !== undefined) yield { bytes: new Uint8Array(0), problem }
  } finally {
    child.kill()
    await feeding
  }
}

/** The pipe may still hold a piece while the next one is read over it. */
async function* copied(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, void> {
  for await (const piece of pieces) yield Buffer.from(piece)
}
