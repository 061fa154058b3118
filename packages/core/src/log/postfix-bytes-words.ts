import { findByte } from './byte-words.ts'

/** Words of Postfix's lines as bytes, and looks for them: plain loops, since each runs on every line of a log (bench/logs.ts). */
const bytesOf = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(text, (letter) => letter.charCodeAt(0))

/** Letters of a queue id: those of `queueIdEnd`. */
export const isIdByte: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) =>
  /[0-9A-Zb-df-hj-np-tv-z]/.test(String.fromCharCode(byte)) ? 1 : 0
)

export const startsWith = (bytes: Uint8Array, at: number, to: number, word: Uint8Array): boolean => {
  const { length } = word
  if (at + length > to) return false
  for (let index = 0; index < length; index++) if (bytes[at + index] !== word[index]) return false
  return true
}

export const removed: Uint8Array = bytesOf('removed')
export const from: Uint8Array = bytesOf('from=<')
export const client: Uint8Array = bytesOf('client=')
export const uid: Uint8Array = bytesOf('uid=')
export const messageId: Uint8Array = bytesOf('message-id=')
export const noQueue: Uint8Array = bytesOf('NOQUEUE')
export const recipient: Uint8Array = bytesOf('to=')
export const reject: Uint8Array = bytesOf('reject: ')
export const milterReject: Uint8Array = bytesOf('milter-reject: ')
export const proxyReject: Uint8Array = bytesOf('proxy-reject: ')
export const loopback: Uint8Array = bytesOf('127')
export const localhost: Uint8Array = bytesOf('localhost')
/** What `from=<>` is remembered as. */
export const nullSender: DataView = new DataView(bytesOf('<>\0\0\0').buffer)
export const relay: Uint8Array = bytesOf('relay=')
export const originalRecipient: Uint8Array = bytesOf('orig_to=<')
export const statusField: Uint8Array = bytesOf(', status=')
export const sent: Uint8Array = bytesOf('sent')
export const deferred: Uint8Array = bytesOf('deferred')
export const bounced: Uint8Array = bytesOf('bounced')
/** local(8) and a `.forward` file: the message goes on as another one. */
export const forwarded: Uint8Array = bytesOf(' (forwarded as ')
export const dsn: Uint8Array = bytesOf('dsn=')

/** `, ` */
export const endsField = (bytes: Uint8Array, at: number, to: number): boolean => bytes[at] === 0x2c && bytes[at + 1] === 0x20 && at + 1 < to

const has = (bytes: Uint8Array, at: number, to: number, word: Uint8Array): boolean => {
  const last = to - word.length
  const first = word[0]
  for (let start = at; start <= last; start++) if (bytes[start] === first && startsWith(bytes, start, to, word)) return true
  return false
}

/** `looksLikeDelivery` of the reader of lines: `, status=`, or both `to=` and `dsn=`. */
export const hasDelivery = (bytes: Uint8Array, view: DataView, at: number, to: number): boolean => {
  for (let next = findByte(view, at + 3, to, 0x3d); next < to; next = findByte(view, next + 1, to, 0x3d)) {
    const before = bytes[next - 1]
    if (before === 0x73 && next - 8 >= at && startsWith(bytes, next - 8, to, statusField)) return true
    if (before === 0x6e && startsWith(bytes, next - 3, to, dsn) && has(bytes, at, to, recipient)) return true
  }
  return false
}
