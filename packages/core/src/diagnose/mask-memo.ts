import type { Context, Diagnoser } from './diagnose.ts'
import { openTextMask, type TextMask } from './mask-text.ts'
import { buildMaskWords, type MaskWords } from './mask-words.ts'

/** Masks whose value is kept; a mask and its value are some 800 bytes. Where there are more, all are forgotten. */
const maxKnown = 8_192
const slots = 32_768
/** 64 numbers for each: as many bytes as a reply has by fours, and some. */
const keptSize = maxKnown * 64

/** What is not in a masked text. */
const separator = 0xff

/** What a diagnosis goes by beside the text; not the recipient, which is another in every line. */
export type ReplyContext = Pick<Context, 'remoteMta' | 'stage' | 'replyCode' | 'status'>

/** A value for all replies of a log that differ in nothing that the rules go by (mask-text.ts). */
export type MaskMemo<Value> = {
  /** Makes this text the current one. False: it has no mask. */
  readonly read: (text: string, context: ReplyContext) => boolean
  /** The same for bytes; `mark` is one more thing, a small number, that tells texts apart. */
  readonly readBytes: (bytes: Uint8Array, from: number, to: number, context: ReplyContext, mark: number) => boolean
  /** Of the current text. */
  readonly get: () => Value | undefined
  readonly set: (value: Value) => void
}

/** Building it takes as long as diagnosing a few thousand texts: once for all memos of a diagnoser. */
const builtWords = new WeakMap<Diagnoser, MaskWords>()
const wordsOf = (diagnoser: Diagnoser): MaskWords => {
  const known = builtWords.get(diagnoser)
  if (known !== undefined) return known
  const built = buildMaskWords(diagnoser.knowledge)
  builtWords.set(diagnoser, built)
  return built
}

export const openMaskMemo = <Value>(diagnoser: Diagnoser): MaskMemo<Value> => {
  const mask: TextMask = openTextMask(wordsOf(diagnoser), diagnoser.origins)
  /** Four bytes at once: by one the hash of a reply took as long as masking it. */
  const fours = new Int32Array(mask.units.buffer)
  /** Of each slot the hash, and where its mask is kept (plus one; 0: empty): its length, its value's number, its bytes by fours. */
  const table = new Int32Array(slots * 2)
  const kept = new Int32Array(keptSize)
  let keptEnd = 0
  let values: Value[] = []
  let hosts = new Map<string, number>()
  let fourCount = 0
  let hash = 0

  const providerOf = (host: string): number => {
    const known = hosts.get(host)
    if (known !== undefined) return known
    if (hosts.size >= maxKnown) hosts = new Map()
    const provider = diagnoser.origins.ofHost(host)
    // A copy: a part of a line would hold the line.
    hosts.set(` ${host}`.slice(1), provider)
    return provider
  }

  const pushText = (text: string | undefined): void => {
    mask.push(separator)
    if (text !== undefined) for (let at = 0; at < text.length; at++) mask.push(text.charCodeAt(at))
  }

  /** Puts what is known beside the text behind the mask, and hashes all of it. */
  const finish = ({ remoteMta, stage, replyCode = 0, status }: ReplyContext, mark: number): void => {
    const origin = remoteMta === undefined ? 0 : providerOf(remoteMta) + 2
    mask.push(origin & 0xff)
    mask.push(origin >> 8)
    mask.push(replyCode & 0xff)
    mask.push(replyCode >> 8)
    mask.push(mark)
    pushText(stage)
    pushText(status)
    while ((mask.length & 3) !== 0) mask.push(separator)
    fourCount = mask.length >> 2
    hash = fourCount
    for (let at = 0; at < fourCount; at++) hash = Math.imul(hash ^ (fours[at] ?? 0), 0x85ebca6b) ^ (hash >>> 15)
    hash = (hash ^ (hash >>> 13)) | 0
  }

  const isSame = (at: number): boolean => {
    if (kept[at] !== fourCount) return false
    for (let index = 0; index < fourCount; index++) if (kept[at + 2 + index] !== fours[index]) return false
    return true
  }

  return {
    read: (text, context) => {
      if (!mask.read(text, context.remoteMta === undefined)) return false
      finish(context, 0)
      return true
    },
    readBytes: (bytes, from, to, context, mark) => {
      if (!mask.readBytes(bytes, from, to, context.remoteMta === undefined)) return false
      finish(context, mark)
      return true
    },
    get: () => {
      let slot = (hash & (slots - 1)) * 2
      for (let at = table[slot + 1] ?? 0; at !== 0; at = table[slot + 1] ?? 0) {
        if (table[slot] === hash && isSame(at - 1)) return values[kept[at] ?? 0]
        slot = (slot + 2) & (slots * 2 - 1)
      }
      return undefined
    },
    set: (value) => {
      if (values.length >= maxKnown || keptEnd + fourCount + 2 > keptSize) {
        table.fill(0)
        values = []
        keptEnd = 0
      }
      let slot = (hash & (slots - 1)) * 2
      while ((table[slot + 1] ?? 0) !== 0) slot = (slot + 2) & (slots * 2 - 1)
      table[slot] = hash
      table[slot + 1] = keptEnd + 1
      kept[keptEnd] = fourCount
      kept[keptEnd + 1] = values.length
      kept.set(fours.subarray(0, fourCount), keptEnd + 2)
      keptEnd += fourCount + 2
      values.push(value)
    }
  }
}
