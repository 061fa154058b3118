/**
 * Transfer encodings and character sets as mail in the wild has them: wrong labels, missing labels, cut in the middle.
 * Nothing here throws: what cannot be decoded stays as near to its bytes as it can.
 */
const notBase64 = 255

const base64Values: Uint8Array = new Uint8Array(256).fill(notBase64)
for (const [index, letter] of [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'].entries())
  base64Values[letter.charCodeAt(0)] = index
base64Values[0x2d] = 62
base64Values[0x5f] = 63

/** Base64 (RFC 2045 §6.8) between two offsets; other bytes are skipped, and padding inside begins a new run, as joined parts have it. */
export const decodeBase64 = (bytes: Uint8Array, from: number, to: number): Uint8Array => {
  const result = new Uint8Array(Math.ceil(((to - from) * 3) / 4))
  let length = 0
  let bits = 0
  let held = 0
  for (let at = from; at < to; at++) {
    const byte = bytes[at] as number
    const value = base64Values[byte] as number
    if (value === notBase64) {
      if (byte === 0x3d) held = 0
      continue
    }
    bits = ((bits << 6) | value) & 0xffffff
    held += 6
    if (held >= 8) {
      held -= 8
      result[length++] = (bits >>> held) & 0xff
    }
  }
  return result.subarray(0, length)
}

const hexValue = (byte: number): number => {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const letter = byte | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1
}

/** Quoted-printable (RFC 2045 §6.7) between two offsets; a lone `=` stays one. `underscore` is RFC 2047's Q encoding. */
export const decodeQuotedPrintable = (bytes: Uint8Array, from: number, to: number, underscore = false): Uint8Array => {
  const result = new Uint8Array(to - from)
  let length = 0
  for (let at = from; at < to; at++) {
    const byte = bytes[at] as number
    if (byte === 0x3d) {
      const high = at + 2 < to ? hexValue(bytes[at + 1] as number) : -1
      const low = at + 2 < to ? hexValue(bytes[at + 2] as number) : -1
      if (high >= 0 && low >= 0) {
        result[length++] = high * 16 + low
        at += 2
        continue
      }
      let end = at + 1
      while (end < to && (bytes[end] === 0x20 || bytes[end] === 0x09)) end++
      if (end >= to || bytes[end] === 0x0a) {
        at = end
        continue
      }
    }
    result[length++] = underscore && byte === 0x5f ? 0x20 : byte
  }
  return result.subarray(0, length)
}

/** Names of character sets that mail uses and the Encoding Standard has under another name. */
const otherNames: Readonly<Record<string, string>> = {
  cp932: 'shift_jis',
  ms932: 'shift_jis',
  'iso-2022-jp-1': 'iso-2022-jp',
  'iso-2022-jp-2': 'iso-2022-jp',
  'iso-2022-jp-ms': 'iso-2022-jp',
  cp50220: 'iso-2022-jp',
  cp50221: 'iso-2022-jp',
  cp936: 'gbk',
  'gb2312-80': 'gbk',
  'hz-gb-2312': 'gbk',
  cp949: 'euc-kr',
  'ks_c_5601-1987': 'euc-kr',
  cp950: 'big5',
  'unicode-1-1-utf-8': 'utf-8',
  utf8mb4: 'utf-8',
  'uft-8': 'utf-8',
  'ansi_x3.110-1983': 'windows-1252',
  '8bit': 'windows-1252',
  ascii: 'windows-1252'
}

const decoders = new Map<string, TextDecoder | undefined>()

/** Labels come from strangers: only so many different ones are remembered. */
const maxDecoders = 64

const decoderFor = (charset: string): TextDecoder | undefined => {
  const label = charset.trim().toLowerCase()
  if (decoders.has(label)) return decoders.get(label)
  let decoder: TextDecoder | undefined
  try {
    decoder = new TextDecoder(Object.hasOwn(otherNames, label) ? otherNames[label] : label)
  } catch {
    // A name that is no character set: the bytes themselves must tell.
    decoder = undefined
  }
  if (decoders.size < maxDecoders) decoders.set(label, decoder)
  return decoder
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true })
const windows1252 = new TextDecoder('windows-1252')

const isAscii = (bytes: Uint8Array): boolean => {
  for (let at = 0; at < bytes.length; at++) if ((bytes[at] as number) > 0x7f) return false
  return true
}

/** A character cut by a limit is no sign that the text is not UTF-8. */
const maxCutBytes = 3

const asUtf8 = (bytes: Uint8Array): string | undefined => {
  for (let cut = 0; cut <= maxCutBytes && cut < bytes.length; cut++) {
    try {
      const whole = cut === 0 ? bytes : bytes.subarray(0, bytes.length - cut)
      // Plain letters and one broken byte at the end are no UTF-8 but another set's last letter.
      if (cut > 0 && isAscii(whole)) return undefined
      return strictUtf8.decode(whole)
    } catch {
      if (((bytes[bytes.length - 1 - cut] as number) & 0x80) === 0) return undefined
    }
  }
  return undefined
}

/**
 * Bytes to text. Valid UTF-8 is UTF-8 whatever the label says (text in an older character set practically never is); escape
 * sequences of ISO-2022-JP are that; then the label counts, and Windows-1252 where there is none that is known.
 */
export const decodeText = (bytes: Uint8Array, charset: string | undefined): string => {
  if (isAscii(bytes)) {
    const label = charset?.trim().toLowerCase() ?? ''
    const escaped = bytes.indexOf(0x1b)
    if (escaped >= 0 && (bytes[escaped + 1] === 0x24 || bytes[escaped + 1] === 0x28))
      return (decoderFor(label.startsWith('iso-2022') ? label : 'iso-2022-jp') ?? windows1252).decode(bytes)
    // UTF-16 has ASCII bytes too: only its zeros give it away.
    if (label.startsWith('utf-16') && bytes.indexOf(0) >= 0) return (decoderFor(label) ?? windows1252).decode(bytes)
    return label.includes('utf-7') ? decodeUtf7(windows1252.decode(bytes)) : windows1252.decode(bytes)
  }
  const decoder = charset === undefined ? undefined : decoderFor(charset)
  if (decoder?.encoding.startsWith('utf-16')) return decoder.decode(bytes)
  return asUtf8(bytes) ?? (decoder === undefined || decoder.encoding === 'utf-8' ? guessed(bytes, decoder) : decoder.decode(bytes))
}

/** Declared as UTF-8 and mostly so, or nothing at all: a few broken bytes are better than every accent wrong. */
const guessed = (bytes: Uint8Array, declared: TextDecoder | undefined): string => {
  if (declared === undefined) return windows1252.decode(bytes)
  const text = declared.decode(bytes)
  const broken = text.split('\ufffd').length - 1
  return broken * 4 > bytes.length - text.length + broken ? windows1252.decode(bytes) : text
}

/** UTF-7 (RFC 2152), which old Exchange and Outlook wrote. */
const decodeUtf7 = (text: string): string =>
  text.replace(/\+([A-Za-z0-9+/]{0,4096})-?/g, (_, encoded: string) => {
    if (encoded === '') return '+'
    const units = decodeBase64(new TextEncoder().encode(encoded), 0, encoded.length)
    return new TextDecoder('utf-16be').decode(units.subarray(0, units.length & ~1))
  })

export const bytesOf = (text: string): Uint8Array => {
  const bytes = new Uint8Array(text.length)
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at)
  return bytes
}

const encodedWord = /=\?([^?\s]{1,64})\?([bq])\?([^?\n]{0,4096})\?=/gi

/** Whether something is left to decode: most header values are plain. */
const isPlain = (text: string): boolean => !text.includes('=?')

/**
 * RFC 2047 encoded words to text. White space between two of them goes away, and the bytes of neighbours with one character
 * set and encoding are decoded together, since senders cut them in the middle of a character.
 */
export const decodeWords = (value: string): string => {
  if (isPlain(value)) return value
  const parts: string[] = []
  let pending: { charset: string; bytes: Uint8Array[] } | undefined
  let last = 0
  const flush = (): void => {
    if (pending === undefined) return
    const total = new Uint8Array(pending.bytes.reduce((sum, piece) => sum + piece.length, 0))
    let at = 0
    for (const piece of pending.bytes) {
      total.set(piece, at)
      at += piece.length
    }
    parts.push(decodeText(total, pending.charset))
    pending = undefined
  }
  for (const match of value.matchAll(encodedWord)) {
    const [whole, charset = '', encoding = '', content = ''] = match
    const between = value.slice(last, match.index)
    if (pending === undefined || between.trim() !== '') {
      flush()
      parts.push(between)
    }
    const raw = bytesOf(content)
    const bytes = encoding.toLowerCase() === 'b' ? decodeBase64(raw, 0, raw.length) : decodeQuotedPrintable(raw, 0, raw.length, true)
    const name = (charset.split('*')[0] ?? charset).toLowerCase()
    if (pending !== undefined && pending.charset === name) pending.bytes.push(bytes)
    else {
      flush()
      pending = { charset: name, bytes: [bytes] }
    }
    last = match.index + whole.length
  }
  flush()
  parts.push(value.slice(last))
  return parts.join('')
}
