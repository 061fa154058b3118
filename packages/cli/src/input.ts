import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs'
import { decodeBytes } from '@whybounce/core'
import { UsageError } from './usage.ts'

/** Reading a whole paste at once is for pastes; larger files are for --lines. */
const maxPasteBytes = 64 * 1024 * 1024

/** Pipes count (`/dev/stdin`, `<(command)`), folders do not. */
const isFile = (name: string): boolean => existsSync(name) && !statSync(name).isDirectory()

const readPaste = (file: string): Uint8Array => {
  if (!existsSync(file)) throw new UsageError(`There is no file ${file}.`)
  if (!isFile(file)) throw new UsageError(`${file} is a folder, not a file.`)
  if (statSync(file).size > maxPasteBytes)
    throw new UsageError(
      `${file} is larger than 64 MB. For one error a line: whybounce explain --lines --file ${file}; for a mailbox: whybounce events ${file}`
    )
  return readFileSync(file)
}

const readStandardInput = async (): Promise<Uint8Array> => {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of process.stdin) {
    const bytes: Buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk))
    size += bytes.length
    if (size > maxPasteBytes) throw new UsageError('The input is larger than 64 MB. For one error a line: whybounce explain --lines')
    chunks.push(bytes)
  }
  return Buffer.concat(chunks)
}

/**
 * What to explain: files that exist are read, other arguments are one text together, `-` or nothing is standard input.
 * Files and standard input stay bytes, since a mail message says itself how it is encoded.
 */
export const readInputs = async (words: readonly string[], file: string | undefined): Promise<(string | Uint8Array)[]> => {
  if (file !== undefined) return [file === '-' ? await readStandardInput() : readPaste(file)]
  if (words.length === 0 && process.stdin.isTTY)
    throw new UsageError(
      "Nothing to explain. Try: whybounce explain '550 5.1.1 User unknown', or paste behind: whybounce explain - (Ctrl-D ends)"
    )
  if (words.length === 0 || (words.length === 1 && words[0] === '-')) return [await readStandardInput()]
  if (words.every(isFile)) return words.map(readPaste)
  return [words.map((word) => (isFile(word) ? decodeBytes(readPaste(word)) : word)).join(' ')]
}

/** A line longer than this is no error but a file without line ends: it is counted as unread, not kept in memory. */
const maxLineBytes = 64 * 1024 * 1024

export type Line = { readonly text: string } | { readonly tooLong: true }

const nonAscii = /[\u0080-\u00ff]/

/**
 * The lines of a file or of standard input, in batches, in constant memory. Each line is decoded by itself, so that one
 * Latin-1 line does not spoil a UTF-8 file; a file that begins with the mark of UTF-16 is read as that.
 */
export async function* readLines(file: string | undefined): AsyncGenerator<Line[]> {
  if (file !== undefined && file !== '-' && !isFile(file))
    throw new UsageError(existsSync(file) ? `${file} is a folder, not a file.` : `There is no file ${file}.`)
  const stream: AsyncIterable<Buffer> =
    file === undefined || file === '-' ? process.stdin : createReadStream(file, { highWaterMark: 1 << 20 })
  let rest = ''
  let skipping = false
  let utf16: InstanceType<typeof TextDecoder> | undefined
  let first = true
  for await (const chunk of stream) {
    if (first) {
      first = false
      if (chunk[0] === 0xff && chunk[1] === 0xfe) utf16 = new TextDecoder('utf-16le')
      else if (chunk[0] === 0xfe && chunk[1] === 0xff) utf16 = new TextDecoder('utf-16be')
    }
    const text = utf16 === undefined ? chunk.toString('latin1') : utf16.decode(chunk, { stream: true })
    const parts = (rest + text).split('\n')
    rest = parts.pop() ?? ''
    const lines: Line[] = []
    for (const part of parts) {
      if (skipping) {
        skipping = false
        continue
      }
      lines.push({ text: decodeLine(part, utf16 !== undefined) })
    }
    if (rest.length > maxLineBytes) {
      rest = ''
      if (!skipping) lines.push({ tooLong: true })
      skipping = true
    }
    yield lines
  }
  if (rest !== '' && !skipping) yield [{ text: decodeLine(rest, utf16 !== undefined) }]
}

const decodeLine = (line: string, decoded: boolean): string => {
  const text = line.endsWith('\r') ? line.slice(0, -1) : line
  return decoded || !nonAscii.test(text) ? text : decodeBytes(Buffer.from(text, 'latin1'))
}
