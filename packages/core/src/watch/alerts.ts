import type { Diagnoser } from '../diagnose/diagnose.ts'
import type { SenderAddresses } from '../report/sender-address.ts'
import type { WatchAlert } from './alert.ts'
import { isDaily, isQuiet, isRise, isStandstill, rule, type Share, shareOf } from './alert-rule.ts'
import { openAlertWriter, type Ringing, timeOf } from './alert-writer.ts'
import type { CauseSeries } from './cause-series.ts'
import { beforeMinutes, recentMinutes } from './minute-ring.ts'
import type { Scope } from './scope.ts'
import type { Windows } from './windows.ts'

/** Rings and ends alerts by the rule in alert-rule.ts, a minute at a time. */
export type Alerts = {
  /** Looks at the minutes up to this one, which are over and counted; gives what began and what ended. `began` is the first minute of the log. */
  readonly look: (minute: number, began: number) => readonly WatchAlert[]
  readonly firing: () => readonly WatchAlert[]
}

type Active = { readonly ringing: Ringing; alert: WatchAlert; quiet: number; deliveredAt: number | undefined }

const recentOf = (series: CauseSeries): Share => ({ met: series.met.recent(), tried: series.scope.tried.recent() })
const beforeOf = (series: CauseSeries): Share => ({ met: series.met.before(), tried: series.scope.tried.before() })

/** The worst ten minutes yesterday around this time. */
const yesterdayOf = (series: CauseSeries, minute: number): Share => {
  let worst: Share = { met: 0, tried: 0 }
  const middle = minute - beforeMinutes
  for (let end = middle - rule.aroundYesterday; end <= middle + rule.aroundYesterday; end += recentMinutes / 2) {
    const from = end - recentMinutes + 1
    const share = { met: series.met.sum(from, end), tried: series.scope.tried.sum(from, end) }
    if (share.met >= rule.leastMessages && shareOf(share) > shareOf(worst)) worst = share
  }
  return worst
}

export const openAlerts = (diagnoser: Diagnoser, windows: Windows, senders: SenderAddresses): Alerts => {
  const active = new Map<string, Active>()
  const write = openAlertWriter(diagnoser, windows, senders)

  const ring = (ringing: Ringing, minute: number, told: WatchAlert[]): void => {
    const alert = write(ringing, minute)
    active.set(ringing.id, { ringing, alert, quiet: 0, deliveredAt: undefined })
    told.push(alert)
  }

  /** Nothing delivered, of what was tried or because nothing was. */
  const lookAtScope = (id: string, scope: Scope, minute: number, began: number, told: WatchAlert[]): void => {
    if (active.has(id)) return
    const last = scope.lastDelivered()
    if (last === undefined || minute - began < rule.history) return
    const minutes = minute - last
    const usual = scope.usual()
    const about = { id, scope, since: minute, before: usual } as const
    if (isStandstill(scope.inVain(), minutes, usual))
      ring({ ...about, kind: scope === windows.all ? 'delivery-stopped' : 'nothing-delivered' }, minute, told)
    else if (
      scope === windows.all &&
      scope.inVain() < rule.leastMessages &&
      last - began >= beforeMinutes - recentMinutes &&
      minutes >= rule.silence &&
      usual.met >= rule.leastDelivered &&
      minutes > rule.timesSilence * scope.longestSilence()
    )
      ring({ ...about, kind: 'delivery-stopped' }, minute, told)
  }

  const lookAtSeries = (series: CauseSeries, minute: number, began: number, told: WatchAlert[]): void => {
    const id = `cause-rising/${series.key}`
    if (active.has(id) || minute - began < rule.history + recentMinutes) return
    // The sums are kept while counting: most causes are done with here.
    if (series.met.recent() < rule.leastMessages) return
    const recent = recentOf(series)
    const before = beforeOf(series)
    if (!isRise(series.messages(), recent, before) || isDaily(yesterdayOf(series, minute), recent)) return
    if (series.senderKey !== undefined) {
      const whole = `cause-rising/${series.key.slice(0, -series.senderKey.length - 1)}`
      const { ip, service } = senders.resolve(series.senderKey)
      if (!windows.hasSenders() || active.has(whole) || (ip === undefined && service === undefined)) return
    }
    ring({ id, kind: 'cause-rising', series, scope: series.scope, since: minute, before }, minute, told)
  }

  const isOver = (one: Active, minute: number): boolean => {
    const { ringing } = one
    if (ringing.series !== undefined) {
      const isNowQuiet = isQuiet(ringing.series.messages(), recentOf(ringing.series), ringing.before)
      one.quiet = isNowQuiet ? one.quiet + 1 : 0
      return one.quiet >= rule.quietMinutes
    }
    const { scope } = ringing
    const last = scope.lastDelivered()
    // Nobody writes to that provider any more. Where nothing is sent at all, that is what rings.
    if (scope !== windows.all && scope.tried.recent() + scope.tried.before() === 0) return true
    if (last === undefined || last <= ringing.since) return false
    one.deliveredAt ??= last
    if (minute - one.deliveredAt < rule.quietMinutes) return false
    const recent = { met: scope.delivered.recent(), tried: scope.tried.recent() }
    return recent.met > 0 && shareOf(recent) >= rule.endsBelow * shareOf(ringing.before)
  }

  return {
    look: (minute, began) => {
      const told: WatchAlert[] = []
      for (const [id, one] of active) {
        if (!isOver(one, minute)) continue
        active.delete(id)
        told.push({ ...one.alert, state: 'ended', time: timeOf(minute) })
      }
      lookAtScope('delivery-stopped', windows.all, minute, began, told)
      if (!active.has('delivery-stopped'))
        for (const [provider, scope] of windows.providers) lookAtScope(`nothing-delivered/${provider ?? ''}`, scope, minute, began, told)
      const bySender: CauseSeries[] = []
      for (const series of windows.series.values()) {
        if (series.senderKey === undefined) lookAtSeries(series, minute, began, told)
        else if (series.met.recent() >= rule.leastMessages) bySender.push(series)
      }
      // Where a cause rises from all of our addresses, each of them need not be told.
      for (const series of bySender) lookAtSeries(series, minute, began, told)
      return told
    },
    firing: () => [...active.values()].map(({ alert }) => alert)
  }
}
