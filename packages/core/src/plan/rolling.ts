/** Mail sent evenly between two instants (milliseconds). */
export type Sent = { readonly start: number; readonly end: number; readonly count: number }

const span = 86_400_000

/**
 * How many may be sent evenly between `start` and `end` so that no 24 hours ever hold more than `limit`, after what was sent before.
 * Within the slot the sum over the 24 hours before t is a line between the instants at which something older drops out, so that it is
 * enough to look at those and at the end.
 */
export const roomIn24Hours = (sent: readonly Sent[], start: number, end: number, limit: number): number => {
  const turns = [end, ...dropOuts(sent, start, end)]
  let room = limit
  for (const t of turns) {
    const older = sent.reduce((sum, one) => sum + portion(one, t - span, start), 0)
    room = Math.min(room, ((limit - older) * (end - start)) / (t - start))
  }
  return Math.max(0, Math.floor(room + 1e-9))
}

/** The instants between `start` and `end` at which older mail begins or ceases to drop out of the last 24 hours. */
export const dropOuts = (sent: readonly Sent[], start: number, end: number): number[] =>
  sent.flatMap((one) => [one.start + span, one.end + span]).filter((t) => t > start && t < end)

const portion = ({ start, end, count }: Sent, from: number, to: number): number => {
  if (end <= start) return start >= from && start < to ? count : 0
  return (count * Math.max(0, Math.min(end, to) - Math.max(start, from))) / (end - start)
}
