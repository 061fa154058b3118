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
  return repairTwiceEncoded(clean)
}

/** Of a text cut in the middle, or with a stray byte, this share of its letters may be broken and it is UTF-8 all the same. */
const maxBrokenShare = 0.01

/** UTF-8 that was read as Latin-1 (`EmpfÃ¤nger`): every letter fits a byte, and the bytes are UTF-8. */
const repairTwiceEncoded = (text: string): string => {
  if (!/[\u00c2-\u00f4][\u0080-\u00bf]/.test(text) || /[\u0100-\uffff]/.test(text)) return text
  const decoded = new TextDecoder('utf-8').decode(Uint8Array.from(text, (letter) => letter.charCodeAt(0)))
  const broken = decoded.split('\ufffd').length - 1
  return broken <= 1 + decoded.length * maxBrokenShare ? decoded : text
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
