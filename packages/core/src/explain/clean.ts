/**
 * Makes a pasted or read text fit to be read: UTF-16 that was taken for bytes, byte order marks, broken UTF-8.
 * Accepts any string. The result has the same words; what cannot be repaired stays as it is.
 */
export const cleanText = (text: string): string => {
  let clean = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
  // UTF-16 read as bytes has a NUL behind (or before) each ASCII letter.
  if (clean.includes('\0')) {
    const sample = clean.slice(0, 2_048)
    const nulls = sample.split('\0').length - 1
    clean =
      nulls * 3 > sample.length
        ? clean.replaceAll('\0', '').replace(/^(?:\u00ff\u00fe|\u00fe\u00ff|\ufffd{2})/, '')
        : clean.replaceAll('\0', ' ')
  }
  return clean
}

/** Bytes to text: UTF-8 where it is, UTF-16 by its mark, Latin-1 otherwise, so that no byte is lost. */
export const decodeBytes = (bytes: Uint8Array): string => {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  try {
    return cleanText(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return cleanText(new TextDecoder('latin1').decode(bytes))
  }
}
