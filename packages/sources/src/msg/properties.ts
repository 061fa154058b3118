import type { Storage } from './compound-file.ts'

/**
 * The MAPI properties of a message, a recipient or an attachment in an Outlook file (MS-OXMSG §2.4), by their number (MS-OXPROPS).
 * Undefined: not there, or not of that type.
 */
export type Properties = {
  readonly text: (id: number) => string | undefined
  readonly bytes: (id: number) => Buffer | undefined
  readonly number: (id: number) => number | undefined
  readonly time: (id: number) => Date | undefined
}

/** The header before the properties: MS-OXMSG §2.4.1. */
export const headerOf = { message: 32, attachedMessage: 24, other: 8 } as const

const types = { long: 0x0003, time: 0x0040, binary: 0x0102, string8: 0x001e, unicode: 0x001f } as const

export const propertiesOf = (storage: Storage, header: number, codePageOfParent?: string): Properties => {
  const fixed = new Map<number, Buffer>()
  const table = storage.stream('__PROPERTIES_VERSION1.0')
  for (let at = header; table !== undefined && at + 16 <= table.length; at += 16)
    fixed.set(table.readUInt32LE(at), table.subarray(at + 8, at + 16))
  const stream = (id: number, type: number): Buffer | undefined => storage.stream(`__SUBSTG1.0_${hex(id)}${hex(type)}`)
  const number = (id: number): number | undefined => fixed.get(id * 0x10000 + types.long)?.readInt32LE(0)
  // PidTagMessageCodepage, PidTagInternetCodepage.
  const encoding = encodingOf(number(0x3ffd) ?? number(0x3fde)) ?? codePageOfParent ?? 'windows-1252'
  return {
    number,
    bytes: (id) => stream(id, types.binary),
    text: (id) => {
      const unicode = stream(id, types.unicode)
      if (unicode !== undefined) return withoutEnd(unicode.toString('utf16le'))
      const bytes = stream(id, types.string8)
      return bytes === undefined ? undefined : withoutEnd(new TextDecoder(encoding).decode(bytes))
    },
    time: (id) => {
      const ticks = fixed.get(id * 0x10000 + types.time)?.readBigUInt64LE(0)
      if (ticks === undefined) return undefined
      // Tenths of microseconds since 1601.
      const date = new Date(Number(ticks / 10_000n) - 11_644_473_600_000)
      return Number.isNaN(date.getTime()) ? undefined : date
    }
  }
}

const hex = (value: number): string => value.toString(16).toUpperCase().padStart(4, '0')

const withoutEnd = (text: string): string => {
  const end = text.indexOf('\0')
  return end < 0 ? text : text.slice(0, end)
}

/** Windows' numbers of code pages as the names of the Encoding Standard. */
export const encodingOf = (codePage: number | undefined): string | undefined => {
  if (codePage === undefined) return undefined
  if ((codePage >= 1250 && codePage <= 1258) || codePage === 874) return `windows-${codePage}`
  if (codePage > 28590 && codePage < 28606 && codePage !== 28602) return `iso-8859-${codePage - 28590}`
  return encodings[codePage]
}

const encodings: Readonly<Record<number, string>> = {
  932: 'shift_jis',
  936: 'gbk',
  949: 'euc-kr',
  950: 'big5',
  20866: 'koi8-r',
  21866: 'koi8-u',
  50220: 'iso-2022-jp',
  51932: 'euc-jp',
  51949: 'euc-kr',
  54936: 'gb18030',
  65001: 'utf-8'
}
