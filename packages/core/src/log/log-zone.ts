/**
 * The zone of times that name none, in minutes east of UTC: one figure, or by what the clock shows (milliseconds since 1970, as if it showed
 * UTC), for zones whose clocks are changed twice a year.
 */
export type LogZone = number | ((wall: number) => number)

export const minutesEast = (zone: LogZone | undefined, wall: number): number => {
  const minutes = typeof zone === 'function' ? zone(wall) : (zone ?? 0)
  return Number.isFinite(minutes) ? minutes : 0
}
