import { rawMessage } from '../packages/core/src/message/bytes.ts'
import { readHeaders } from '../packages/core/src/message/headers.ts'
import { type Part, partText, readParts } from '../packages/core/src/message/parts.ts'

/**
 * Ways to write the same message differently: what carries a bounce through gateways does all of these. Each takes the bytes
 * of a message and gives those of its double, of which the same must be read.
 */
const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')
const bytesOf = (text: string): Uint8Array => Buffer.from(text, 'latin1')

/** The same lines with another end; `next` is the line behind it, since CR and an empty line that ends in LF would be one line end. */
export const withLineEnds =
  (end: (line: number, next: string) => string) =>
  (bytes: Uint8Array): Uint8Array => {
    const lines = latin1(rawMessage(bytes).bytes).split('\n')
    return bytesOf(lines.map((line, index) => (index === lines.length - 1 ? line : line + end(index, lines[index + 1] ?? ''))).join(''))
  }

/** Headers of the message itself folded at other places (RFC 5322 §2.2.3): first all joined, then folded at every `every`th space. */
export const refolded =
  (every: number) =>
  (bytes: Uint8Array): Uint8Array => {
    const raw = rawMessage(bytes)
    const { end } = readHeaders(raw, 0, raw.text.length)
    const text = latin1(raw.bytes)
    const head = text.slice(0, end).replace(/\n[ \t]+(?=\S)/g, ' ')
    const lines = head.split('\n').map((line) => {
      if (/^From /.test(line)) return line
      let spaces = 0
      return line.replace(/(?<=[^\s:]) (?=\S)/g, () => (++spaces % every === 0 ? '\n\t' : ' '))
    })
    return bytesOf(lines.join('\n') + text.slice(end))
  }

type Encoded = { readonly charset: string; readonly encoding: string; readonly body: string }

/** Every readable text part with its body encoded anew; headers that speak of the encoding are replaced. */
const reencoded =
  (encode: (text: string) => Encoded) =>
  (bytes: Uint8Array): Uint8Array => {
    const raw = rawMessage(bytes)
    const headers = readHeaders(raw, 0, raw.text.length)
    const { parts, multiparts } = readParts(raw, headers, raw.text.length)
    const text = latin1(raw.bytes)
    const readable = parts.filter(({ type }) => type === 'text/plain' || type === 'text/html' || type === 'message/delivery-status')
    const out: string[] = []
    let at = 0
    for (const part of readable) {
      const start = headersStart(text, part, multiparts.length === 0)
      if (start < at) continue
      const head = text.slice(start, part.from)
      const { charset, encoding, body } = encode(partText(raw, part))
      const kept = head
        .replace(/\n[ \t]+/g, ' ')
        .split('\n')
        .filter((line) => line !== '' && !/^content-(?:type|transfer-encoding):/i.test(line))
      out.push(
        text.slice(at, start),
        [...kept, `Content-Type: ${part.type}; charset=${charset}`, `Content-Transfer-Encoding: ${encoding}`, '', ''].join('\n'),
        body
      )
      at = part.to
      if (text[at] !== '\n' && at < text.length) out.push('\n')
    }
    out.push(text.slice(at))
    return bytesOf(out.join(''))
  }

/** Where the headers of a part begin: behind the delimiter line, or at the beginning of the message. */
const headersStart = (text: string, part: Part, whole: boolean): number => {
  if (whole) return 0
  const delimiter = text.lastIndexOf('\n--', part.from - 2)
  return delimiter < 0 ? part.from : text.indexOf('\n', delimiter + 1) + 1
}

const wrapped = (base64: string): string => base64.replace(/.{76}/g, '$&\n')

export const asBase64 = reencoded((text) => ({
  charset: 'utf-8',
  encoding: 'base64',
  body: `${wrapped(Buffer.from(text, 'utf8').toString('base64'))}\n`
}))

export const asQuotedPrintable = reencoded((text) => ({
  charset: 'utf-8',
  encoding: 'quoted-printable',
  body: latin1(Buffer.from(text, 'utf8'))
    .split('\n')
    .map((line) =>
      line
        .replace(/[^\x20-\x3c\x3e-\x7e\t]|[ \t]$/g, (letter) => `=${letter.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)
        .replace(/(?:=[0-9A-F]{2}|[^=]){70}/g, '$&=\n')
    )
    .join('\n')
}))

/** `encode` gives the bytes of a text in a character set, or undefined where that set lacks a letter of it. */
export const inCharset = (charset: string, encode: (text: string) => Uint8Array | undefined): ((bytes: Uint8Array) => Uint8Array) =>
  reencoded((text) => {
    const bytes = encode(text)
    return bytes === undefined
      ? { charset: 'utf-8', encoding: '8bit', body: latin1(Buffer.from(text, 'utf8')) }
      : { charset, encoding: '8bit', body: latin1(bytes) }
  })

/** A large attachment behind everything: as a last part of a multipart, else behind the text. */
export const withAttachment =
  (size: number) =>
  (bytes: Uint8Array): Uint8Array => {
    const text = latin1(rawMessage(bytes).bytes)
    const block = `${wrapped(Buffer.alloc(Math.floor((size * 3) / 4), 'whybounce attachment ').toString('base64'))}\n`
    const closing = /\n--([^\n]{1,70})--[ \t]*\n*$/.exec(text)
    if (closing === null) return bytesOf(`${text}\n${block}`)
    return bytesOf(
      `${text.slice(0, closing.index)}\n--${closing[1]}\nContent-Type: application/pdf; name="a.pdf"\nContent-Transfer-Encoding: base64\n\n${block}${text.slice(closing.index)}`
    )
  }

/** Domains renamed wherever they stand; a name inside another is not. */
export const renamed =
  (names: Readonly<Record<string, string>>) =>
  (bytes: Uint8Array): Uint8Array => {
    let text = latin1(bytes)
    for (const [from, to] of Object.entries(names)) text = text.replaceAll(from, to)
    return bytesOf(text)
  }
