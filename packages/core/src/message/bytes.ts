/**
 * Bytes of a message as a string of one code unit per byte, with LF line ends.
 *
 * Mail is looked at as ASCII; only what is shown or diagnosed is decoded, from the same offsets of the bytes. CRLF, LF, CR
 * and any mixture of them become LF (also the CR CR LF that a double conversion leaves), so that one message gives one answer
 * whatever carried it.
 */
export type RawMessage = {
  /** LF line ends; offsets are those of `text`. */
  readonly bytes: Uint8Array
  readonly text: string
}

const lf = 0x0a
const cr = 0x0d

const withLineFeeds = (bytes: Uint8Array): Uint8Array => {
  const first = bytes.indexOf(cr)
  if (first < 0) return bytes
  const result = new Uint8Array(bytes.length)
  result.set(bytes.subarray(0, first))
  let to = first
  for (let at = first; at < bytes.length; at++) {
    const byte = bytes[at] as number
    if (byte !== cr) result[to++] = byte
    else {
      result[to++] = lf
      if (bytes[at + 1] === lf) at++
      else if (bytes[at + 1] === cr && bytes[at + 2] === lf) at += 2
    }
  }
  return result.subarray(0, to)
}

/** Every byte has its own code unit in it, also those without a letter; all but 0x80 to 0x9f are their own number. */
const oneToOne = new TextDecoder('windows-1252')

/** UTF-16 text by its mark, as Windows programs save it: read as the UTF-8 that it would have been. */
const fromUtf16 = (bytes: Uint8Array): Uint8Array => {
  const mark = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : undefined
  return mark === undefined ? bytes : new TextEncoder().encode(new TextDecoder(mark).decode(bytes))
}

export const rawMessage = (bytes: Uint8Array): RawMessage => {
  const lines = withLineFeeds(fromUtf16(bytes))
  return { bytes: lines, text: oneToOne.decode(lines) }
}
