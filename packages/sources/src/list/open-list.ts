import type { Readable } from 'node:stream'
import { makeDecoder, tellEncoding } from './encoding.ts'
import type { ListOptions, OpenList } from './list.ts'
import { type ListBytes, openListBytes } from './list-bytes.ts'
import { ListError } from './list-error.ts'
import { inform } from './list-info.ts'
import { once } from './once.ts'
import { type ListTexts, readRows } from './read-rows.ts'
import { firstRows } from './tell-format.ts'
import { openWorkbookList } from './xlsx/workbook-list.ts'

/**
 * Opens a list of addresses: CSV with any separator, TSV, JSON lines, plain text, a workbook (.xlsx), packed with gzip or zstd or not. What it
 * is, is told by its content; its name helps in doubt. A path, or a stream of bytes (standard input).
 *
 * Throws ListError where there is nothing to read as a list (missing, empty, no addresses, several columns of them), RangeError for
 * options that mean nothing. A bad row is no error: it is a row with a `problem`, and so is the place where a damaged file ends.
 */
export const openList = async (source: string | Readable, options: ListOptions = {}): Promise<OpenList> => {
  checkOptions(source, options)
  const bytes = openListBytes(source)
  try {
    return await open(bytes, options)
  } catch (error) {
    await bytes.close()
    throw error
  }
}

const checkOptions = (source: string | Readable, { separator }: ListOptions): void => {
  if (source === '-') throw new TypeError('Give standard input as a stream (process.stdin).')
  if (separator !== undefined && (separator.length !== 1 || /["\r\n @]/.test(separator)))
    throw new RangeError('A separator is one character, and neither a quote, a space, an @ nor a line end.')
}

/** Bytes that are looked at before the first row; more where the first row alone is longer. */
const sampleBytes = 256 * 1024
const longestSampleBytes = 4 * 1024 * 1024

const open = async (bytes: ListBytes, options: ListOptions): Promise<OpenList> => {
  let sample = (await bytes.next(sampleBytes)) ?? Buffer.alloc(0)
  if (sample.length === 0)
    throw new ListError(bytes.problem() === undefined ? 'empty' : 'unreadable', bytes.problem() ?? 'The list is empty.')
  if (sample.toString('latin1', 0, 4) === 'PK\x03\x04') return openWorkbookList(sample, bytes, options)
  refuseBinary(sample)
  const encoding = tellEncoding(sample, options.encoding)
  const decoder = makeDecoder(encoding.encoding)
  let text = decoder.write(sample.subarray(encoding.bomBytes))
  let isWhole = false
  while (!isWhole && firstRows(text, false, options.separator ?? ',', 2).length < 2 && text.length < longestSampleBytes) {
    sample = (await bytes.next(sampleBytes)) ?? Buffer.alloc(0)
    isWhole = sample.length === 0
    text += isWhole ? decoder.end() : decoder.write(sample)
  }
  if (text.trim() === '') throw new ListError('empty', 'The list is empty.')
  const info = inform(text, isWhole, encoding, bytes.name, options)
  const { before, raw, lineEnd } = info.head ?? { before: '', raw: '', lineEnd: '' }

  async function* decoded(): ListTexts {
    let wanted = yield { text: text.slice(before.length + raw.length + lineEnd.length), isLast: isWhole }
    text = ''
    while (!isWhole) {
      // As much again as is held back: a long row is looked through twice, not once per piece.
      const piece = await bytes.next(Math.max(sampleBytes, wanted))
      isWhole = piece === undefined
      wanted = yield piece === undefined ? { text: decoder.end(), isLast: true } : { text: decoder.write(piece), isLast: false }
    }
  }

  return {
    info,
    rows: once(() => readRows(info, decoded(), bytes)),
    progress: () => ({ bytesRead: bytes.bytesRead(), ...(bytes.bytesTotal === undefined ? {} : { bytesTotal: bytes.bytesTotal }) }),
    close: bytes.close
  }
}

/** Control characters, line ends and tabs aside, that text may have: a share of its bytes. */
const fewControls = 0.05

const refuseBinary = (sample: Buffer): void => {
  if (sample.toString('latin1', 0, 8) === '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1')
    throw new ListError('not-a-list', 'It is a workbook of the old kind (.xls), which is not read here. Save it as .xlsx or as CSV.')
  const head = sample.subarray(0, 64 * 1024)
  let controls = 0
  for (const byte of head) if (byte < 0x20 && byte !== 0 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d && byte !== 0x0c) controls++
  if (controls > head.length * fewControls)
    throw new ListError('not-a-list', 'It is no text: a picture, a program or an archive. Name a file with a list in it.')
}
