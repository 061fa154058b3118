import type { Diagnoser } from '../diagnose/diagnose.ts'
import { fixOf } from '../report/fix.ts'
import type { SenderAddresses } from '../report/sender-address.ts'
import { type AlertExample, type AlertKind, alertSays, type Kept, ownSideFix, silenceFix, type WatchAlert } from './alert.ts'
import { type Share, shareOf } from './alert-rule.ts'
import type { CauseSeries } from './cause-series.ts'
import type { Scope } from './scope.ts'
import type { Windows } from './windows.ts'

/** What rings, and by what it rang. */
export type Ringing = {
  readonly id: string
  readonly kind: AlertKind
  readonly scope: Scope
  /** Of a cause that rises. */
  readonly series?: CauseSeries
  readonly since: number
  /** The day before it began: of attempts that met the cause, or that were delivered. */
  readonly before: Share
}

/** Addresses that are named. */
const mostSenders = 3

/** The end of a minute. */
export const timeOf = (minute: number): string => new Date((minute + 1) * 60_000).toISOString()

const exampleOf = ({ text, time, recipient, queueId }: Kept): AlertExample => ({
  text,
  time: time ?? null,
  recipient: recipient ?? null,
  queueId: queueId ?? null
})

export const openAlertWriter = (
  diagnoser: Diagnoser,
  windows: Windows,
  senders: SenderAddresses
): ((ringing: Ringing, minute: number) => WatchAlert) => {
  const nameOf = (provider: string | undefined): string | undefined =>
    provider === undefined ? undefined : (diagnoser.knowledge.origins[diagnoser.origins.byId(provider)]?.name ?? provider)

  /** What most of those met that were tried in vain there. */
  const topCauseOf = (scope: Scope): CauseSeries | undefined => {
    let top: CauseSeries | undefined
    for (const series of windows.series.values()) {
      if (series.senderKey !== undefined || (scope !== windows.all && series.scope !== scope)) continue
      if (series.met.recent() > (top?.met.recent() ?? 0)) top = series
    }
    return top
  }

  const sendersOf = (of: CauseSeries): WatchAlert['senders'] =>
    [...windows.series.values()]
      .filter(({ senderKey, key }) => senderKey !== undefined && key === `${of.key}/${senderKey}`)
      .map(({ senderKey, met }) => ({ ...senders.resolve(senderKey ?? ''), attempts: met.recent() }))
      .filter(({ ip, service, attempts }) => attempts > 0 && (ip !== undefined || service !== undefined))
      .sort((one, other) => other.attempts - one.attempts)
      .slice(0, mostSenders)
      .map(({ ip, service, attempts }) => ({ senderIp: ip ?? null, service: service ?? null, attempts }))

  const providerOf = (scope: Scope): string | undefined => {
    for (const [provider, one] of windows.providers) if (one === scope) return provider
    return undefined
  }

  return ({ id, kind, scope, series, since, before }, minute) => {
    const shown = series ?? topCauseOf(scope)
    const diagnosis = shown?.kept().diagnosis
    const fix = diagnosis === undefined ? undefined : fixOf(diagnoser, diagnosis)
    const provider = series === undefined ? providerOf(scope) : series.provider
    const sender = series?.senderKey === undefined ? undefined : senders.resolve(series.senderKey)
    const last = scope.lastDelivered()
    const messages = series?.messages() ?? scope.inVain()
    const tried = scope.tried.recent()
    const share = shareOf({ met: series === undefined ? scope.delivered.recent() : series.met.recent(), tried })
    const usualShare = shareOf(before)
    const providerName = nameOf(provider)
    const isOwnSide = kind === 'delivery-stopped' && fix !== undefined
    return {
      id,
      kind,
      state: 'firing',
      time: timeOf(minute),
      since: timeOf(since),
      says: alertSays({
        kind,
        where: kind === 'delivery-stopped' ? 'all servers' : (providerName ?? 'other servers'),
        from: sender?.ip ?? sender?.service,
        title: fix?.title,
        messages,
        share,
        usualShare,
        minutes: last === undefined ? 0 : minute - last
      }),
      provider: provider ?? null,
      providerName: providerName ?? null,
      senderIp: sender?.ip ?? null,
      service: sender?.service ?? null,
      senders: shown === undefined || sender !== undefined ? [] : sendersOf(shown),
      cause: diagnosis?.cause ?? null,
      detail: diagnosis?.detail ?? null,
      title: fix?.title ?? null,
      permanence: diagnosis?.permanence ?? null,
      messages,
      attempts: shown?.met.recent() ?? 0,
      tried,
      share,
      usualShare,
      party: isOwnSide ? 'sender-admin' : (diagnosis?.party ?? null),
      partyTitle: isOwnSide ? (diagnoser.knowledge.parties['sender-admin']?.title ?? null) : (fix?.party ?? null),
      fix: isOwnSide ? ownSideFix : (fix?.fix ?? silenceFix),
      example: shown === undefined ? null : exampleOf(shown.kept())
    }
  }
}
