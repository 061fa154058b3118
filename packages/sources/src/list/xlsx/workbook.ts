import { ListError, showCell } from '../list-error.ts'
import { attribute, unescapeCell, XmlTags } from './xml.ts'
import { damaged, tooLarge, unpackEntry, type ZipEntry } from './zip.ts'

/** What a sheet's cells refer to (ECMA-376 part 1, §18: SpreadsheetML). memory: the section numbers here and in the files beside. */
export type Workbook = {
  readonly sheet: ZipEntry
  readonly strings: readonly string[]
  /** By the number of a cell's style: it shows a date or a time. */
  readonly dateStyles: readonly boolean[]
  /** Days count from 1904 (§18.2.28). */
  readonly is1904: boolean
}

/** Styles, relations, the list of sheets: some 100 kB in a large workbook. */
const maxPartBytes = 32 * 1024 * 1024
/** Each text that occurs in cells is held in memory while reading: a million addresses and names are about 80 MB of XML. */
const maxStringsBytes = 512 * 1024 * 1024

export const readWorkbook = async (entries: ReadonlyMap<string, ZipEntry>, wanted: string | undefined): Promise<Workbook> => {
  const relations = new Map<string, string>()
  const parts: { strings?: string; styles?: string } = {}
  await eachTag(entries.get('xl/_rels/workbook.xml.rels'), maxPartBytes, ({ name, attributes }) => {
    if (name !== 'Relationship') return
    const target = attribute(attributes, 'Target') ?? ''
    const path = target.startsWith('/') ? target.slice(1) : `xl/${target}`
    relations.set(attribute(attributes, 'Id') ?? '', path)
    const type = attribute(attributes, 'Type') ?? ''
    if (type.endsWith('/sharedStrings')) parts.strings = path
    if (type.endsWith('/styles')) parts.styles = path
  })
  const sheets: { readonly name: string; readonly path: string }[] = []
  let is1904 = false
  await eachTag(entries.get('xl/workbook.xml'), maxPartBytes, ({ name, attributes }) => {
    if (name === 'workbookPr') is1904 = /^(?:1|true|on)$/.test(attribute(attributes, 'date1904') ?? '')
    if (name === 'sheet') sheets.push({ name: attribute(attributes, 'name') ?? '', path: relations.get(relationId(attributes)) ?? '' })
  })
  if (sheets.length === 0)
    throw new ListError('not-a-list', 'It is a zip archive and no workbook (.xlsx). Unpack it, and name the list in it.')
  const chosen =
    wanted === undefined
      ? sheets[0]
      : (sheets.find(({ name }) => name === wanted) ?? (/^\d{1,4}$/.test(wanted) ? sheets[Number(wanted) - 1] : undefined))
  if (chosen === undefined)
    throw new ListError(
      'no-such-sheet',
      `There is no sheet "${showCell(wanted ?? '')}". Sheets: ${sheets
        .slice(0, 20)
        .map(({ name }) => showCell(name))
        .join(', ')}.`
    )
  const sheet = entries.get(chosen.path)
  if (sheet === undefined) throw damaged(`its sheet "${showCell(chosen.name)}" is missing`)
  return {
    sheet,
    is1904,
    strings: await readStrings(entries.get(parts.strings ?? 'xl/sharedStrings.xml')),
    dateStyles: await readDateStyles(entries.get(parts.styles ?? 'xl/styles.xml'))
  }
}

/** `r:id`, whatever the prefix. */
const relationId = (attributes: string): string => /\s\w{1,20}:id\s?=\s?["']([^"']*)["']/.exec(attributes)?.[1] ?? ''

const eachTag = async (entry: ZipEntry | undefined, maxBytes: number, take: (tags: XmlTags) => void): Promise<void> => {
  if (entry === undefined) return
  const tags = new XmlTags()
  const decoder = new TextDecoder()
  for await (const piece of unpackEntry(entry, maxBytes)) {
    tags.add(decoder.decode(piece, { stream: true }))
    while (tags.next()) take(tags)
  }
}

/** §18.4.8: a string is a text, or runs of them with styles; what says how it is pronounced (`rPh`) is no part of it. */
const readStrings = async (entry: ZipEntry | undefined): Promise<string[]> => {
  const strings: string[] = []
  let text = ''
  let isPhonetic = false
  await eachTag(entry, maxStringsBytes, (tags) => {
    if (tags.name === 'si') {
      if (!tags.isClose) text = ''
      if (tags.isClose || tags.isEmpty) strings.push(unescapeCell(text))
      if (strings.length > maxStrings) throw tooLarge('it has too many texts')
    } else if (tags.name === 'rPh') isPhonetic = !tags.isClose && !tags.isEmpty
    else if (tags.name === 't' && tags.isClose && !isPhonetic && text.length < maxTextLength) text += tags.text
  })
  return strings
}

/** Excel's longest cell has 32,767 characters; what a text has beyond this is not read. */
export const maxTextLength: number = 1024 * 1024

/** More than a full sheet of addresses and names; empty ones (`<si/>`) cost little to pack and memory to hold. */
const maxStrings = 20_000_000

/** Built-in formats of dates and times (§18.8.30), those of East Asian versions among them. */
const isBuiltInDate = (id: number): boolean =>
  (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58)

const readDateStyles = async (entry: ZipEntry | undefined): Promise<boolean[]> => {
  const custom = new Set<number>()
  const styles: boolean[] = []
  let isInCells = false
  await eachTag(entry, maxPartBytes, ({ name, attributes, isClose }) => {
    if (name === 'numFmt' && isDateFormat(attribute(attributes, 'formatCode') ?? '')) custom.add(Number(attribute(attributes, 'numFmtId')))
    if (name === 'cellXfs') isInCells = !isClose
    if (name !== 'xf' || isClose || !isInCells) return
    const id = Number(attribute(attributes, 'numFmtId') ?? '0')
    styles.push(isBuiltInDate(id) || custom.has(id))
  })
  return styles
}

/** Has a letter of dates or times outside of quotes, escapes and brackets such as `[Red]`. */
const isDateFormat = (code: string): boolean =>
  /[ymdhs]/i.test(code.replace(/"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]|general/gi, ''))
