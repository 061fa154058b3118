/** `vowel-free`: base 52, and 51 without the `z` that parts time from inode (src/global/mail_queue.h: MQID_LG_SEC_BASE, MQID_LG_INUM_BASE). */
const alphabet = '0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz'

const inBase = (value: number, base: number, width: number): string => {
  let text = ''
  for (let left = value; text.length < width; left = Math.floor(left / base)) text = alphabet.charAt(left % base) + text
  return text
}

/** A second's microseconds in five hexadecimal digits; of 2²⁰ numbers each comes once, in no order that shows. */
const shuffled = (count: number): number => Math.imul(count, 0x9e3b1) & 0xfffff

const hex = (value: number): string => value.toString(16).toUpperCase().padStart(5, '0')

/**
 * Queue ids in the forms of `enable_long_queue_ids`: seconds and microseconds in base 52, `z`, inode in base 51; or microseconds and inode in
 * hexadecimal. No id comes twice, so that what is counted by id is exact.
 */
export const openQueueIds = (isShort: boolean): ((seconds: number) => string) => {
  let count = 0
  let second = Number.NaN
  let head = ''
  return (seconds) => {
    count++
    if (isShort) return hex(shuffled(count)) + hex(shuffled(count) ^ 0x5a5a5 ^ (count >>> 20))
    const whole = Math.floor(seconds)
    if (whole !== second) {
      second = whole
      head = inBase(whole, 52, 6)
    }
    return `${head}${inBase(Math.floor((seconds - whole) * 1e6), 52, 4)}z${inBase(count, 51, 4)}`
  }
}
