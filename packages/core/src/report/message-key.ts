/** Two 32-bit halves that stand for one recipient of one message. */
export type MessageKey = { high: number; low: number }

const start = 0x811c9dc5
const otherStart = 0x1b873593
const prime = 0x01000193
const otherPrime = 0x85ebca6b

/** Takes one byte into a key: what reads bytes calls this for each, in the order of `messageKey`. */
export const hashByte = (key: MessageKey, byte: number): void => {
  key.high = Math.imul(key.high ^ byte, prime)
  key.low = Math.imul(key.low ^ byte, otherPrime) ^ (key.low >>> 13)
}

export const emptyKey = (): MessageKey => ({ high: start, low: otherStart })

const hashText = (key: MessageKey, text: string): void => {
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit < 0x80) hashByte(key, unit)
    else {
      hashByte(key, 0x80 | (unit >>> 8))
      hashByte(key, unit & 0xff)
    }
  }
}

/** The key of a message (its queue id or Message-ID) and a recipient; the parts are told apart by a zero byte. */
export const messageKey = (message: string, recipient: string): MessageKey => {
  const key = emptyKey()
  hashText(key, message)
  hashByte(key, 0)
  hashText(key, recipient)
  return key
}
