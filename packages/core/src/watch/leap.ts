/**
 * One event far ahead of the others is no proof that the others are late: a host with another clock, a zone that was guessed wrong, a line
 * that is damaged. It is held back until so many in a row are ahead; then the log went on after a silence, and all are told as they came. Where
 * one that is not ahead comes before, they are told too, and their time is not believed.
 */
export type Leap<Held> = {
  /** What is to be told now, in order, with whether its time is believed. */
  readonly take: (held: Held, isAhead: boolean) => readonly { readonly held: Held; readonly isBelieved: boolean }[]
  /** What is still held back, as not believed. */
  readonly flush: () => readonly { readonly held: Held; readonly isBelieved: boolean }[]
}

/** Of two hosts whose lines alternate by chance, one has so many in a row once in a million lines. */
const enough = 20

export const openLeap = <Held>(): Leap<Held> => {
  let waiting: Held[] = []
  const release = (isBelieved: boolean): { held: Held; isBelieved: boolean }[] => {
    const told = waiting.map((held) => ({ held, isBelieved }))
    waiting = []
    return told
  }
  return {
    take: (held, isAhead) => {
      if (!isAhead) return waiting.length === 0 ? [{ held, isBelieved: true }] : [...release(false), { held, isBelieved: true }]
      waiting.push(held)
      return waiting.length < enough ? [] : release(true)
    },
    flush: () => release(false)
  }
}
