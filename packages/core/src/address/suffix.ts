import { addresses } from '../knowledge/addresses.generated.ts'
import { slipsBetween } from './edit-distance.ts'

const reserved = new Set(addresses.suffixes.reserved)
const doubled = new Set(addresses.suffixes.doubled)
const parted = new Map(addresses.suffixes.parted.map((suffix) => [suffix.replaceAll('.', ''), suffix]))

/** An ending by which nobody means the internet's mail: `.local`, `.test`. */
export const isReservedEnding = (label: string): boolean => reserved.has(label)

/** More than one well explained slip makes an ending that does not exist anybody's guess. */
const maxEndingSlips = 0.6

/** `.comn`, `.org1`: the finger went on. */
const runOn = 0.6

export type EndingRepair = { readonly suffix: string; readonly missingDot: boolean }

/**
 * What was meant by an ending that does not exist: `.cmo`, `.con`, `.orgg`, `.dee`, `.couk`. Undefined where nothing is near, or two
 * endings are equally near.
 */
export const repairEnding = (ending: string): EndingRepair | undefined => {
  if (ending.length < 2 || ending.length > 6 || reserved.has(ending)) return undefined
  const whole = parted.get(ending)
  if (whole !== undefined) return { suffix: whole, missingDot: true }
  let best: string | undefined
  let cost = maxEndingSlips + 0.001
  let tied = false
  for (const suffix of addresses.suffixes.common) {
    const far = slipsBetween(ending, suffix).cost
    const near = Math.min(far, ending.length === suffix.length + 1 && ending.startsWith(suffix) ? runOn : far)
    if (near < cost) {
      best = suffix
      cost = near
      tied = false
    } else if (near === cost) tied = true
  }
  if (best !== undefined) return tied ? undefined : { suffix: best, missingDot: false }
  const [first, second, third] = ending
  if (ending.length === 3 && (first === second || second === third)) {
    const once = `${first}${third}`
    if (doubled.has(once)) return { suffix: once, missingDot: false }
  }
  return undefined
}

/** The ending exists and is not the provider's: `gmail.co`. */
const realEndingSlip = 0.4

/** How far a typed ending is from one of a provider's: 0 is the same. `real` endings must be one well explained slip away. */
export const endingSlips = (typed: string, meant: string, real: boolean): number => {
  if (typed === meant) return 0
  const cost = slipsBetween(typed, meant).cost
  // `.om`, `.cm`: endings of a few letters lose their first as easily as any.
  if (real) return cost <= 0.7 || typed === meant.slice(1) ? realEndingSlip : Number.POSITIVE_INFINITY
  // An ending that does not exist cannot be meant: even two slips leave little doubt.
  const near = typed.length === meant.length + 1 && typed.startsWith(meant) ? Math.min(cost, runOn) : cost
  return near <= 1.3 ? 0.2 + near / 10 : Number.POSITIVE_INFINITY
}
