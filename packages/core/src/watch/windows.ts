import type { Kept } from './alert.ts'
import { type CauseSeries, openCauseSeries } from './cause-series.ts'
import type { Attempt } from './read-attempt.ts'
import { openScope, type Scope } from './scope.ts'

/** What is counted by the minute, over a day: all attempts, those at each provider and from each of our addresses to it, and the causes they met. */
export type Windows = {
  readonly all: Scope
  readonly providers: ReadonlyMap<string | undefined, Scope>
  readonly series: ReadonlyMap<string, CauseSeries>
  readonly add: (attempt: Attempt, minute: number, kept: Kept | undefined) => void
  /** The minutes up to this one are over. */
  readonly advance: (minute: number) => void
  /** Attempts that found no place of their own, and are counted with a provider or in all only. */
  readonly leftOut: () => number
  /** Attempts that are older than a day and half an hour. */
  readonly late: () => number
  /** More than one of our addresses or services sends. */
  readonly hasSenders: () => boolean
}

/** 12 kB each, and 6: with all of them, 50 MB. 39 causes at 100 providers never come together on one day. */
const mostScopes = 2_000
const mostSeries = 4_000

const causeKey = (provider: string | undefined, cause: string, detail: string | undefined, senderKey: string | undefined): string =>
  `${provider ?? ''}/${cause}/${detail ?? ''}${senderKey === undefined ? '' : `/${senderKey}`}`

export const openWindows = (now: number): Windows => {
  let over = now
  const all = openScope(over)
  const providers = new Map<string | undefined, Scope>()
  const pairs = new Map<string, Scope>()
  const series = new Map<string, CauseSeries>()
  let firstSender: string | undefined
  let manySenders = false
  let leftOut = 0
  let late = 0

  const scopeIn = <Key>(scopes: Map<Key, Scope>, key: Key): Scope | undefined => {
    const known = scopes.get(key)
    if (known !== undefined) return known
    if (providers.size + pairs.size >= mostScopes) return undefined
    const made = openScope(over)
    scopes.set(key, made)
    return made
  }

  const meet = (attempt: Attempt, senderKey: string | undefined, scope: Scope, minute: number, kept: Kept): void => {
    const { provider, key } = attempt
    const id = causeKey(provider, kept.diagnosis.cause, kept.diagnosis.detail, senderKey)
    let one = series.get(id)
    if (one === undefined) {
      if (series.size >= mostSeries) {
        leftOut++
        return
      }
      one = openCauseSeries({ key: id, provider, senderKey, scope }, over, kept)
      series.set(id, one)
    }
    one.add(minute, key, kept)
  }

  return {
    all,
    providers,
    series,
    add: (attempt, minute, kept) => {
      const { provider, senderKey, key } = attempt
      const isDelivered = attempt.name === 'delivered'
      firstSender ??= senderKey
      if (senderKey !== firstSender) manySenders = true
      if (!all.add(minute, isDelivered, key)) late++
      const scope = scopeIn(providers, provider)
      scope?.add(minute, isDelivered, key)
      if (scope === undefined) leftOut++
      const pair = scopeIn(pairs, `${provider ?? ''}/${senderKey}`)
      pair?.add(minute, isDelivered, key)
      if (kept === undefined) return
      if (scope !== undefined) meet(attempt, undefined, scope, minute, kept)
      if (pair !== undefined) meet(attempt, senderKey, pair, minute, kept)
    },
    advance: (minute) => {
      over = minute
      all.advance(minute)
      // What was not seen for a day makes room.
      for (const scopes of [providers, pairs])
        for (const [key, scope] of scopes as Map<string | undefined, Scope>) {
          scope.advance(minute)
          if (scope.tried.recent() + scope.tried.before() + scope.tried.at(minute + 1) === 0) scopes.delete(key as string)
        }
      for (const [key, one] of series) {
        one.advance(minute)
        if (one.met.recent() + one.met.before() + one.met.at(minute + 1) === 0) series.delete(key)
      }
    },
    leftOut: () => leftOut,
    late: () => late,
    hasSenders: () => manySenders
  }
}
