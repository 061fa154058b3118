import { createHash } from 'node:crypto'

/** Text of a property as the value of a field: line breaks in it would begin another field. */
export const oneLine = (text: string): string => text.replace(/[\s\0]+/g, ' ').trim()

/** One field, with its line end. Text beyond ASCII in encoded words (RFC 2047). */
export const field = (name: string, value: string): string => `${name}: ${encoded(oneLine(value))}\r\n`

/** An encoded word is at most 75 characters long: 45 bytes in base64 leave room for its charset. */
const wordBytes = 45

const encoded = (value: string): string => {
  if (/^[\x20-\x7e]*$/.test(value)) return value
  const words: string[] = []
  let word = ''
  for (const letter of value) {
    if (Buffer.byteLength(word + letter) > wordBytes) {
      words.push(word)
      word = ''
    }
    word += letter
  }
  return [...words, word].map((part) => `=?utf-8?B?${Buffer.from(part).toString('base64')}?=`).join('\r\n ')
}

/** The date of RFC 5322 §3.3. */
export const dateField = (date: Date): string => `Date: ${date.toUTCString().replace('GMT', '+0000')}\r\n`

/** A header without the fields that describe the body, which is put together anew. */
export const withoutBodyFields = (header: string): string =>
  header
    .replace(/\r\n?|\n/g, '\r\n')
    .split(/\r\n(?![ \t])/)
    // Exchange begins the headers it kept with a line that is no field ("Microsoft Mail Internet Headers Version 2.0").
    .filter((line) => /^[!-9;-~]+[ \t]*:/.test(line) && !/^(?:content-[a-z-]+|mime-version)[ \t]*:/i.test(line))
    .map((line) => `${line}\r\n`)
    .join('')

/** One part of a multipart, base64 so that nothing in it can be taken for a boundary. */
export const base64Part = (type: string, bytes: Buffer, more = ''): string =>
  `Content-Type: ${type}\r\n${more}Content-Transfer-Encoding: base64\r\n\r\n${inLines(bytes.toString('base64'))}`

const inLines = (text: string): string => {
  const lines: string[] = []
  for (let at = 0; at < text.length; at += 76) lines.push(text.slice(at, at + 76))
  return `${lines.join('\r\n')}\r\n`
}

/** The boundary is made of what it separates: nobody can write a part that contains it. */
export const multipart = (type: string, parts: readonly string[]): string => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part, 'latin1')
  const boundary = `=_${hash.digest('hex').slice(0, 32)}`
  return [
    `Content-Type: ${type}; boundary="${boundary}"\r\n\r\n`,
    ...parts.map((part) => `--${boundary}\r\n${part}\r\n`),
    `--${boundary}--\r\n`
  ].join('')
}
