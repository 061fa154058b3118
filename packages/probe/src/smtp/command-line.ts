/** Bytes. RFC 5321 §4.5.3.1.4 has 512, more with extensions: no address that could be delivered to comes near. */
const longestCommand = 2_000
/** Bytes of a line of AUTH, which can hold a ticket or a token (RFC 4954 §4). */
const longestAuthLine = 12_288

/**
 * One command, ready for the wire without its end. Throws TypeError for control characters: a CR or LF in an address would
 * be a second command that somebody else wrote. Throws RangeError for more than 2,000 bytes, of a secret one 12,288. No error
 * shows what is secret.
 */
export const commandLine = (text: string, secret = false): string => {
  const shown = secret ? '…' : JSON.stringify(text.slice(0, 200))
  const longest = secret ? longestAuthLine : longestCommand
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code < 0x20 || code === 0x7f) throw new TypeError(`control character in an SMTP command: ${shown}`)
  }
  if (Buffer.byteLength(text) > longest) throw new RangeError(`an SMTP command of more than ${longest} bytes`)
  return text
}
