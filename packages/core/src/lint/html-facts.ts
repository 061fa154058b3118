/**
 * What the HTML of a message holds: links with the words they show, images, styles, and what is not closed. One pass, like a browser's
 * tokenizer in what matters here (quotes in attributes, comments, elements whose content is text); nothing is executed or repaired.
 * Bad input: a tag that never ends is text; each search that failed once is not made again, so that the time grows with the size alone.
 */
export type HtmlLink = { readonly href: string; readonly text: string }

export type HtmlFacts = {
  readonly links: readonly HtmlLink[]
  /** Addresses of images, as they stand. */
  readonly images: readonly string[]
  /** Letters in all style elements. */
  readonly style: number
  /** Elements that carry programs or other pages: `script`, `iframe`. */
  readonly active: readonly string[]
  /** The element, or `comment`, that is not closed and swallows what follows. */
  readonly hidesRest?: string
  /** Elements that are opened more often than closed. */
  readonly unclosed: readonly { readonly name: string; readonly opened: number; readonly closed: number }[]
  /** Whether `base` changes where links lead. */
  readonly base: boolean
}

/** Enough for any newsletter; hostile HTML has a million. */
const maxLinks = 2_000
const maxImages = 2_000
/** Of the words of a link, and of an attribute. */
const maxLinkText = 300
const maxAttribute = 8_192

/** Elements whose content is text until they are closed (HTML Standard §13.2.5.1 and following). */
const textElements = new Set(['style', 'script', 'title', 'textarea', 'noembed', 'noframes', 'xmp'])
/** Elements whose end is not optional, and without which the layout falls apart. */
const mustClose = new Set(['a', 'div', 'table'])
const activeElements = new Set(['script', 'iframe', 'object', 'embed', 'applet', 'frameset'])

type Tag = {
  readonly name: string
  readonly closing: boolean
  readonly selfClosing: boolean
  readonly attributes: ReadonlyMap<string, string>
  readonly end: number
}

export const readHtml = (html: string): HtmlFacts => {
  const links: HtmlLink[] = []
  const images: string[] = []
  const active = new Set<string>()
  const counts = new Map<string, { opened: number; closed: number }>()
  let style = 0
  let base = false
  let hidesRest: string | undefined
  let open: { readonly href: string; readonly texts: string[]; length: number } | undefined
  const read = tagReader(html)
  const endLink = (): void => {
    if (open === undefined) return
    if (links.length < maxLinks)
      links.push({ href: open.href, text: open.texts.join(' ').replace(/\s+/g, ' ').trim().slice(0, maxLinkText) })
    open = undefined
  }
  const words = (from: number, to: number): void => {
    if (open === undefined || to <= from || open.length >= maxLinkText) return
    const piece = html.slice(from, Math.min(to, from + maxLinkText))
    open.texts.push(decodeEntities(piece))
    open.length += piece.length
  }
  for (let at = 0; at < html.length; ) {
    const start = html.indexOf('<', at)
    words(at, start < 0 ? html.length : start)
    if (start < 0) break
    if (html.startsWith('<!--', start)) {
      // `<!-->` is a whole comment.
      const end = html.startsWith('>', start + 4) ? start + 2 : html.indexOf('-->', start + 4)
      if (end < 0) {
        if (/\S/.test(html.slice(start + 4, start + 10_000))) hidesRest = 'comment'
        break
      }
      at = end + 3
      continue
    }
    const tag = read(start)
    if (tag === undefined) {
      at = start + 1
      continue
    }
    at = tag.end
    const { name, closing, selfClosing, attributes } = tag
    if (mustClose.has(name) && !selfClosing) {
      const count = counts.get(name) ?? { opened: 0, closed: 0 }
      if (closing) count.closed++
      else count.opened++
      counts.set(name, count)
    }
    if (name === 'a') {
      endLink()
      const href = attributes.get('href')
      if (!closing && href !== undefined) open = { href: href.trim(), texts: [], length: 0 }
    }
    if (closing) continue
    if (name === 'area' && attributes.has('href') && links.length < maxLinks)
      links.push({ href: attributes.get('href')?.trim() ?? '', text: '' })
    if (name === 'base') base ||= attributes.has('href')
    if (name === 'img') {
      if (images.length < maxImages) images.push(attributes.get('src')?.trim() ?? '')
      const alt = attributes.get('alt')
      if (alt !== undefined && open !== undefined && open.length < maxLinkText) {
        open.texts.push(alt.slice(0, maxLinkText))
        open.length += alt.length
      }
    }
    // Gmail's markup for actions and offers is data in a script element, and runs nothing.
    if (activeElements.has(name) && !/^application\/(?:ld\+)?json/i.test(attributes.get('type')?.trim() ?? '')) active.add(name)
    if (!textElements.has(name) || selfClosing) continue
    const close = read.closeOf(name, at)
    if (close < 0) {
      if (/\S/.test(html.slice(at, at + 10_000))) hidesRest = name
      break
    }
    if (name === 'style') style += close - at
    at = close
  }
  endLink()
  return {
    links,
    images,
    style,
    active: [...active],
    ...(hidesRest === undefined ? {} : { hidesRest }),
    unclosed: [...counts].map(([name, count]) => ({ name, ...count })).filter(({ opened, closed }) => opened > closed),
    base
  }
}

type TagReader = { (start: number): Tag | undefined; readonly closeOf: (name: string, from: number) => number }

const isSpace = (unit: number): boolean => unit === 0x20 || (unit >= 0x09 && unit <= 0x0d)
const isLetter = (unit: number): boolean => (unit >= 0x61 && unit <= 0x7a) || (unit >= 0x41 && unit <= 0x5a)

const tagReader = (html: string): TagReader => {
  const lastGreater = html.lastIndexOf('>')
  const lastQuote = { '"': html.lastIndexOf('"'), "'": html.lastIndexOf("'") }
  // Elements that are not closed any more: looked for once.
  const gone = new Set<string>()
  const read = (start: number): Tag | undefined => {
    let at = start + 1
    const closing = html.charCodeAt(at) === 0x2f
    if (closing) at++
    const isMark = html.charCodeAt(at) === 0x21 || html.charCodeAt(at) === 0x3f
    if ((!isLetter(html.charCodeAt(at)) && !isMark) || lastGreater < at) return undefined
    const nameFrom = at
    while (at < html.length && at - nameFrom < 32 && !isSpace(html.charCodeAt(at)) && html[at] !== '>' && html[at] !== '/') at++
    const name = html.slice(nameFrom, at).toLowerCase()
    if (isMark) {
      const end = html.indexOf('>', at)
      return { name: '', closing: false, selfClosing: false, attributes: new Map(), end: end < 0 ? html.length : end + 1 }
    }
    const attributes = new Map<string, string>()
    while (at < html.length) {
      const unit = html.charCodeAt(at)
      if (unit === 0x3e) return { name, closing, selfClosing: html.charCodeAt(at - 1) === 0x2f, attributes, end: at + 1 }
      if (isSpace(unit) || unit === 0x2f) {
        at++
        continue
      }
      const attributeFrom = at
      while (
        at < html.length &&
        !isSpace(html.charCodeAt(at)) &&
        html[at] !== '=' &&
        html[at] !== '>' &&
        (html[at] !== '/' || at === attributeFrom)
      )
        at++
      // `=` at the beginning is part of a name, so that there is always a step.
      if (at === attributeFrom) at++
      const attribute = html.slice(attributeFrom, Math.min(at, attributeFrom + 64)).toLowerCase()
      while (isSpace(html.charCodeAt(at))) at++
      if (html[at] !== '=') {
        if (!attributes.has(attribute)) attributes.set(attribute, '')
        continue
      }
      at++
      while (isSpace(html.charCodeAt(at))) at++
      const quote = html[at]
      let to: number
      let from = at
      if ((quote === '"' || quote === "'") && lastQuote[quote] > at) {
        from = at + 1
        to = html.indexOf(quote, from)
        at = to + 1
      } else {
        while (at < html.length && !isSpace(html.charCodeAt(at)) && html[at] !== '>') at++
        to = at
      }
      if (!attributes.has(attribute) && wanted.has(attribute))
        attributes.set(attribute, decodeEntities(html.slice(from, Math.min(to, from + maxAttribute))))
    }
    return undefined
  }
  const closeOf = (name: string, from: number): number => {
    if (gone.has(name)) return -1
    const close = new RegExp(`</${name}`, 'gi')
    close.lastIndex = from
    const found = close.exec(html)?.index ?? -1
    if (found < 0) gone.add(name)
    return found
  }
  return Object.assign(read, { closeOf })
}

const wanted = new Set(['href', 'src', 'alt', 'type'])

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  colon: ':',
  tab: '\t',
  newline: '\n'
}

/** Those that stand in addresses and hide what an address is. */
const decodeEntities = (text: string): string =>
  text.includes('&')
    ? text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}));?/gi, (whole, decimal, hex, name) => {
        if (name !== undefined) return Object.hasOwn(entities, name.toLowerCase()) ? (entities[name.toLowerCase()] ?? whole) : whole
        const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal)
        return code > 0 && code < 0x110000 && !(code >= 0xd800 && code < 0xe000) ? String.fromCodePoint(code) : ' '
      })
    : text
