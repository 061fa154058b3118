/** No program writes a longer `From ` line; what is longer is a line of text. */
export const maxSeparatorLength = 1_000

const lf = 0x0a
const cr = 0x0d
const quote = 0x3e

/**
 * Whether a `From ` line carries a date as `asctime` writes it (`Fri Jul  8 12:08:34 2011`), with the variations that programs make:
 * no seconds, a time zone before or after the year, the order of RFC 5322.
 */
export const carriesDate = (line: string): boolean => dateAndTime.test(line)

const months = 'Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec'
const dateAndTime: RegExp = new RegExp(
  `\\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? {1,3}(?:(?:${months}) {1,3}\\d{1,2} {1,3}\\d{1,2}:\\d\\d.{0,30}?\\b(?:19|20)\\d\\d\\b|\\d{1,2} {1,3}(?:${months}) {1,3}(?:19|20)\\d\\d {1,3}\\d{1,2}:\\d\\d)`
)

/** Whether a header field begins here (RFC 5322 §3.6.8: printable characters and a colon), or the quoted `From ` of an older transport. */
export const startsField = (bytes: Buffer): boolean => /^(?:[!-9;-~]{1,76}[ \t]{0,4}:|>From )/.test(bytes.toString('latin1', 0, 100))

/** Content-Length in the header that begins at `from`, and where that header ends. */
export const contentLengthIn = (
  block: Buffer,
  from: number,
  limit: number
): { readonly length: number; readonly headerEnd: number } | undefined => {
  let length: number | undefined
  for (let line = from; line < limit; ) {
    const end = block.indexOf(lf, line)
    if (end < 0) return undefined
    if (end === line || (end === line + 1 && block[line] === cr)) return length === undefined ? undefined : { length, headerEnd: end + 1 }
    if (length === undefined && end - line < 100) {
      const digits = /^Content-Length:[ \t]*(\d{1,12})[ \t\r]*$/i.exec(block.toString('latin1', line, end))?.[1]
      if (digits !== undefined) length = Number(digits)
    }
    line = end + 1
  }
  return undefined
}

/** Takes one `>` from every body line `>From `, `>>From ` … (mboxrd; of mboxo it undoes what it can). */
export const unquoted = (message: Buffer): Buffer => {
  let result: Buffer | undefined
  let length = 0
  let copied = 0
  const body = headerEnd(message)
  for (let at = message.indexOf('>From ', 0, 'latin1'); at >= 0; at = message.indexOf('>From ', at + 1, 'latin1')) {
    let first = at
    while (first > 0 && message[first - 1] === quote) first--
    if (first < body || (first > 0 && message[first - 1] !== lf)) continue
    // One buffer for all: a list of the parts between would be many times as large as a message of nothing but such lines.
    result ??= Buffer.allocUnsafe(message.length)
    length += message.copy(result, length, copied, first)
    copied = first + 1
  }
  if (result === undefined) return message
  length += message.copy(result, length, copied)
  return result.subarray(0, length)
}

/** A `>From ` in the header is the mark of an older transport, not a quoted line. */
const headerEnd = (message: Buffer): number => {
  for (let line = 0; line < message.length; ) {
    const end = message.indexOf(lf, line)
    if (end < 0) break
    if (end === line || (end === line + 1 && message[line] === cr)) return end + 1
    line = end + 1
  }
  return 0
}
