/**
 * The two halves of `hashByte` (report/message-key.ts) by themselves, which a loop keeps in registers: through the object each byte of a
 * queue id and a recipient costs a store and a load.
 */
export const nextHigh = (high: number, byte: number): number => Math.imul(high ^ byte, 0x01000193)
export const nextLow = (low: number, byte: number): number => Math.imul(low ^ byte, 0x85ebca6b) ^ (low >>> 13)
