import { damaged } from './zip.ts'

/** A tag and its text may be this long (UTF-16 code units); a cell of a workbook has at most 32,767 characters, each up to 8 in XML. */
const maxPending = 1024 * 1024

/**
 * The tags of XML that comes in pieces, and the text before each: what workbooks need, not more. Names lose their prefix (`x:row`), comments
 * and processing instructions are passed over, entities that a document declares are not known. Time grows with the length alone.
 */
export class XmlTags {
  name = ''
  isClose = false
  /** `<v/>`: opened and closed in one. */
  isEmpty = false
  /** As it stands, `attribute` reads it. */
  attributes = ''
  /** Between the tag before and this one, entities resolved. */
  text = ''
  #xml = ''
  #at = 0
  #cdata = ''

  add(xml: string): void {
    this.#xml = this.#at < this.#xml.length ? this.#xml.slice(this.#at) + xml : xml
    this.#at = 0
    if (this.#xml.length > maxPending + xml.length) throw damaged('a cell in it does not end')
  }

  next(): boolean {
    const xml = this.#xml
    for (;;) {
      const open = xml.indexOf('<', this.#at)
      if (open < 0 || open + 9 > xml.length) {
        // Too short to tell a comment from a tag: only the last tag of a document stands so near its end.
        if (open < 0 || !xml.endsWith('>')) return false
      }
      if (xml.startsWith('<![CDATA[', open)) {
        const end = xml.indexOf(']]>', open)
        if (end < 0) return false
        this.#keep(unescapeXml(xml.slice(this.#at, open)) + xml.slice(open + 9, end))
        this.#at = end + 3
        continue
      }
      const close = xml.startsWith('<!--', open) ? '-->' : '>'
      const end = xml.indexOf(close, open)
      if (end < 0) return false
      const before = xml.slice(this.#at, open)
      this.#at = end + close.length
      const first = xml.charCodeAt(open + 1)
      if (first === 0x21 || first === 0x3f) {
        this.#keep(unescapeXml(before))
        continue
      }
      this.text = this.#cdata === '' ? unescapeXml(before) : this.#cdata + unescapeXml(before)
      this.#cdata = ''
      this.#tag(xml.slice(open + 1, end))
      return true
    }
  }

  #keep(text: string): void {
    this.#cdata += text
    if (this.#cdata.length > maxPending) throw damaged('a cell in it does not end')
  }

  #tag(tag: string): void {
    this.isClose = tag.startsWith('/')
    this.isEmpty = tag.endsWith('/')
    const inner = tag.slice(this.isClose ? 1 : 0, this.isEmpty ? -1 : undefined)
    const space = inner.search(/\s/)
    const name = space < 0 ? inner : inner.slice(0, space)
    this.name = name.slice(name.indexOf(':') + 1)
    this.attributes = space < 0 ? '' : inner.slice(space)
  }
}

/** An attribute's value; undefined where there is none. The name may come with a prefix (`r:id`). */
export const attribute = (attributes: string, name: string): string | undefined => {
  for (let at = attributes.indexOf(name); at >= 0; at = attributes.indexOf(name, at + 1)) {
    if (attributes.charCodeAt(at - 1) > 0x20) continue
    const found = /^\s{0,9}=\s{0,9}(?:"([^"]*)"|'([^']*)')/.exec(attributes.slice(at + name.length))
    if (found !== null) return unescapeXml(found[1] ?? found[2] ?? '')
  }
  return undefined
}

const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

const unescapeXml = (text: string): string =>
  text.includes('&')
    ? text.replace(/&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|([a-z]{2,4}));/g, (all, decimal?: string, hex?: string, name?: string) => {
        if (name !== undefined) return named[name] ?? all
        const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal)
        return code <= 0x10ffff ? String.fromCodePoint(code) : all
      })
    : text

/** Letters that XML cannot hold stand in workbooks as `_x000D_` (ECMA-376 part 1, §22.9.2.19, ST_Xstring). */
export const unescapeCell = (text: string): string =>
  text.includes('_x') ? text.replace(/_x([0-9a-fA-F]{4})_/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))) : text
