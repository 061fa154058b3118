/**
 * Divides a capacity among wants in proportion to them, in whole numbers: nobody gets more than it wants, and what rounding leaves goes
 * to the largest remainders, the earlier first. The same input gives the same answer.
 */
export const shareOut = (wants: readonly number[], capacity: number): number[] => {
  const total = wants.reduce((sum, want) => sum + want, 0)
  if (total <= capacity) return [...wants]
  const exact = wants.map((want) => (want * capacity) / total)
  const given = exact.map(Math.floor)
  let left = capacity - given.reduce((sum, one) => sum + one, 0)
  const order = exact
    .map((value, at) => ({ at, rest: value - Math.floor(value) }))
    .sort((one, other) => other.rest - one.rest || one.at - other.at)
  for (const { at } of order) {
    if (left <= 0) break
    const more = (given[at] ?? 0) + 1
    if (more > (wants[at] ?? 0)) continue
    given[at] = more
    left--
  }
  return given
}
