/** Rows can be taken once: what was read is gone. */
export const once = <T>(make: () => T): (() => T) => {
  let isTaken = false
  return () => {
    if (isTaken) throw new TypeError('The rows of a list can be taken once. Open it again.')
    isTaken = true
    return make()
  }
}
