import { decodeBytes, maxMessageBytes } from '@whybounce/core'
import { printable } from './printable.ts'

/** A file as it is read here, in the browser: its bytes for the worker, since a message says itself how it is encoded. */
export type OpenedFile = {
  readonly name: string
  readonly size: string
  /** What the box shows of it; `whole` where that is all. */
  readonly begin: string
  readonly whole: boolean
  readonly bytes: ArrayBuffer
}
export type Opening = OpenedFile | { readonly problem: string }

/** How much of a file the box shows. Bytes. */
const shownOfFile = 4_000

/** Files that hold a message but are no text, and files that hold none, by the bytes they begin with. */
const noText: readonly (readonly [begin: string, says: string])[] = [
  ['d0cf11e0', 'is an Outlook message (.msg), which this page does not read. The command line does: `whybounce events FILE`'],
  ['1f8b', 'is packed. Unpack it first, or use the command line: `whybounce events FILE`'],
  ['504b0304', 'is packed. Unpack it first.'],
  ['89504e47', 'is a picture. Open the message itself, or paste its text.'],
  ['ffd8ff', 'is a picture. Open the message itself, or paste its text.'],
  ['25504446', 'is a PDF. Open the message itself, or paste its text.']
]

export const sizeText = (bytes: number): string =>
  bytes < 1_000 ? `${bytes} bytes` : bytes < 1_000_000 ? `${Math.round(bytes / 1_000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`

const hexOf = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

/** Never throws: what cannot be opened gives a sentence that says why, and what to do. */
export const openFile = async (file: File): Promise<Opening> => {
  const name = printable(file.name)
  if (file.size > maxMessageBytes)
    return { problem: `${name} is larger than 64 MB and was not read. For a mailbox there is the command line: \`whybounce events FILE\`` }
  try {
    const bytes = await file.arrayBuffer()
    if (bytes.byteLength === 0) return { problem: `${name} is empty.` }
    const begin = new Uint8Array(bytes, 0, Math.min(bytes.byteLength, shownOfFile))
    const hex = hexOf(begin.subarray(0, 8))
    const other = noText.find(([start]) => hex.startsWith(start))
    if (other !== undefined) return { problem: `${name} ${other[1]}` }
    const whole = begin.length === bytes.byteLength
    return { name, size: sizeText(bytes.byteLength), begin: decodeBytes(begin) + (whole ? '' : ' …'), whole, bytes }
  } catch {
    // A folder, or a file that is gone or may not be read.
    return { problem: `${name} could not be read: is it a file, and still there?` }
  }
}
