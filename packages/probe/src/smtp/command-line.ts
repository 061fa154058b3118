/** Bytes. RFC 5321 §4.5.3.1.4 has 512, more with extensions: no address that could be delivered to comes near. */
const longestCommand = 2_000

/**
 * One command, ready for the wire without its end. Throws TypeError for control characters: a CR or LF in an address would
 * be a second command that somebody else wrote. Throws RangeError for more than 2,000 bytes.
 */
export const commandLine = (text: string): string => {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code < 0x20 || code === 0x7f) throw new TypeError(`control character in an SMTP command: ${JSON.stringify(text.slice(0, 200))}`)
  }
  if (Buffer.byteLength(text) > longestCommand) throw new RangeError(`an SMTP command of more than ${longestCommand} bytes`)
  return text
}
