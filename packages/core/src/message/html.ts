/**
 * HTML to plain text for reading error texts: tags out, blocks on lines of their own, entities decoded, styles and scripts gone.
 * One pass; never more text than `maxHtmlLength`. The result is data, not HTML that may be shown.
 */
const maxHtmlLength = 512 * 1024

const blocks = new Set(
  'address article aside blockquote body br caption center dd div dl dt fieldset footer form h1 h2 h3 h4 h5 h6 header hr html li main nav ol p pre section table tbody td tfoot th thead tr ul'.split(
    ' '
  )
)
const unseen = new Set(['style', 'script', 'title', 'noscript', 'template', 'xml'])

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  copy: '©',
  reg: '®',
  trade: '™',
  hellip: '…',
  ndash: '–',
  mdash: '—',
  lsquo: '‘',
  rsquo: '’',
  sbquo: '‚',
  ldquo: '“',
  rdquo: '”',
  bdquo: '„',
  laquo: '«',
  raquo: '»',
  bull: '•',
  middot: '·',
  euro: '€',
  commat: '@',
  colon: ':',
  period: '.',
  lowbar: '_',
  iexcl: '¡',
  iquest: '¿',
  szlig: 'ß',
  aelig: 'æ',
  AElig: 'Æ',
  oslash: 'ø',
  Oslash: 'Ø',
  aring: 'å',
  Aring: 'Å',
  ccedil: 'ç',
  Ccedil: 'Ç',
  ntilde: 'ñ',
  Ntilde: 'Ñ',
  auml: 'ä',
  Auml: 'Ä',
  ouml: 'ö',
  Ouml: 'Ö',
  uuml: 'ü',
  Uuml: 'Ü',
  euml: 'ë',
  iuml: 'ï',
  agrave: 'à',
  Agrave: 'À',
  egrave: 'è',
  Egrave: 'È',
  igrave: 'ì',
  ograve: 'ò',
  ugrave: 'ù',
  aacute: 'á',
  Aacute: 'Á',
  eacute: 'é',
  Eacute: 'É',
  iacute: 'í',
  Iacute: 'Í',
  oacute: 'ó',
  Oacute: 'Ó',
  uacute: 'ú',
  Uacute: 'Ú',
  acirc: 'â',
  ecirc: 'ê',
  Ecirc: 'Ê',
  icirc: 'î',
  ocirc: 'ô',
  ucirc: 'û',
  atilde: 'ã',
  otilde: 'õ',
  shy: '',
  zwnj: '',
  zwj: '',
  ensp: ' ',
  emsp: ' ',
  thinsp: ' '
}

/** Names come from strangers: `&constructor;` is none. */
const entityOf = (name: string): string | undefined => (Object.hasOwn(entities, name) ? entities[name] : undefined)

const decodeEntities = (text: string): string =>
  text.includes('&')
    ? text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z][a-z0-9]{1,31}));?/gi, (whole, decimal, hex, name) => {
        if (name !== undefined) return entityOf(name) ?? entityOf(name.toLowerCase()) ?? whole
        const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal)
        return code > 0 && code < 0x110000 && !(code >= 0xd800 && code < 0xe000) ? String.fromCodePoint(code) : ' '
      })
    : text

/** Where a tag ends: quotes in attributes may hold `>`; an unclosed quote ends with the tag's first `>`. */
const tagEnd = (html: string, from: number): number => {
  const first = html.indexOf('>', from)
  if (first < 0) return html.length
  const inside = html.slice(from, first)
  const open = inside.split('"').length % 2 === 0
  if (!open) return first
  const quote = html.indexOf('"', first)
  return quote >= 0 && quote - from < 4_096 ? Math.max(first, html.indexOf('>', quote)) : first
}

/** Where `</name` stands, in whatever case, or -1. Not in a copy in small letters: some letters are longer there. */
const closeOf = (html: string, name: string, from: number): number => {
  const close = new RegExp(`</${name}`, 'gi')
  close.lastIndex = from
  return close.exec(html)?.index ?? -1
}

export const htmlToText = (source: string): string => {
  const html = source.length > maxHtmlLength ? source.slice(0, maxHtmlLength) : source
  const parts: string[] = []
  // Elements that are not closed any more: to look for the end of each anew would be quadratic.
  const open = new Set<string>()
  let at = 0
  while (at < html.length) {
    const tag = html.indexOf('<', at)
    if (tag < 0) {
      parts.push(decodeEntities(html.slice(at).replace(/\s+/g, ' ')))
      break
    }
    if (tag > at) parts.push(decodeEntities(html.slice(at, tag).replace(/\s+/g, ' ')))
    if (html.startsWith('<!--', tag)) {
      const end = html.indexOf('-->', tag + 4)
      at = end < 0 ? html.length : end + 3
      continue
    }
    const name = /^<\/?([a-z][a-z0-9]{0,15})/i.exec(html.slice(tag, tag + 20))?.[1]?.toLowerCase()
    if (name === undefined) {
      // `<user@example.com>` written without entities, or a lone sign.
      if (html.charCodeAt(tag + 1) === 0x21 || html.charCodeAt(tag + 1) === 0x3f) at = tagEnd(html, tag) + 1
      else {
        parts.push('<')
        at = tag + 1
      }
      continue
    }
    const end = tagEnd(html, tag)
    if (/^<[^\s<>@"=]{1,128}@[^\s<>@"=]{1,255}>$/.test(html.slice(tag, end + 1))) {
      parts.push(html.slice(tag, end + 1))
      at = end + 1
      continue
    }
    if (blocks.has(name)) parts.push(name === 'td' || name === 'th' ? ' ' : '\n')
    at = end + 1
    if (unseen.has(name) && html.charCodeAt(tag + 1) !== 0x2f && !open.has(name)) {
      const close = closeOf(html, name, at)
      if (close < 0) open.add(name)
      else at = tagEnd(html, close) + 1
    }
  }
  return tidy(parts.join(''))
}

const tidy = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.replace(/[ \t\u00a0]+/g, ' ').trim())
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
