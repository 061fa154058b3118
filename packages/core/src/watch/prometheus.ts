import { alertKinds } from './alert.ts'
import type { CounterFamily } from './counters.ts'
import type { WatchSummary } from './summary.ts'

/** The Content-Type of `formatPrometheus` (https://prometheus.io/docs/instrumenting/exposition_formats/). */
export const prometheusType = 'text/plain; version=0.0.4; charset=utf-8'

type Sample = { readonly values: readonly string[]; readonly value: number }

/** Backslash, double quote and line feed are escaped in label values; backslash and line feed in help. */
const labelValue = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
const helpText = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')

const family = (name: string, type: 'counter' | 'gauge', help: string, labels: readonly string[], samples: readonly Sample[]): string => {
  const lines = [`# HELP ${name} ${helpText(help)}`, `# TYPE ${name} ${type}`]
  for (const { values, value } of samples) {
    const pairs = labels.map((label, at) => `${label}="${labelValue(values[at] ?? '')}"`).join(',')
    lines.push(`${name}${pairs === '' ? '' : `{${pairs}}`} ${value}`)
  }
  return `${lines.join('\n')}\n`
}

/**
 * What Prometheus scrapes, in its text format 0.0.4: counters end in `_total`, times are in seconds since 1970, the program's version is a label of
 * an `_info` gauge (https://prometheus.io/docs/practices/naming/). Alerts carry their kind, provider and cause, closed lists all three.
 */
export const formatPrometheus = (
  families: readonly CounterFamily[],
  { waiting, firing }: Pick<WatchSummary, 'waiting' | 'firing'>,
  told: {
    /** Milliseconds since 1970. */
    readonly lastEvent: number | undefined
    readonly version: string
    /** Bytes that are written and not read yet, where that is known. */
    readonly behind?: number
  }
): string => {
  const alerts = new Map<string, { readonly values: readonly string[]; value: number }>()
  for (const { kind, provider, cause } of firing) {
    const values = [kind, kind === 'delivery-stopped' ? 'all' : (provider ?? 'other'), cause ?? 'none']
    const known = alerts.get(values.join('\n'))
    if (known === undefined) alerts.set(values.join('\n'), { values, value: 1 })
    else known.value++
  }
  const byKind = alertKinds.map((kind) => ({ values: [kind], value: firing.filter((alert) => alert.kind === kind).length }))
  return [
    ...families.map(({ name, help, labels, samples }) =>
      family(
        name,
        'counter',
        help,
        labels,
        samples.map(({ values, count }) => ({ values, value: count }))
      )
    ),
    family(
      'whybounce_waiting_messages',
      'gauge',
      'Messages that were put off and have not come to their end.',
      [],
      [{ values: [], value: waiting }]
    ),
    family(
      'whybounce_last_event_timestamp_seconds',
      'gauge',
      'Time of the newest event, as the log tells it; 0 where there was none.',
      [],
      [{ values: [], value: (told.lastEvent ?? 0) / 1_000 }]
    ),
    family('whybounce_alerts_firing', 'gauge', 'Alerts of this kind that are firing.', ['kind'], byKind),
    family('whybounce_alert', 'gauge', 'An alert that is firing.', ['kind', 'provider', 'cause'], [...alerts.values()]),
    ...(told.behind === undefined
      ? []
      : [
          family(
            'whybounce_unread_bytes',
            'gauge',
            'Bytes of the followed files that are not read yet.',
            [],
            [{ values: [], value: told.behind }]
          )
        ]),
    family('whybounce_build_info', 'gauge', 'The version of whybounce.', ['version'], [{ values: [told.version], value: 1 }])
  ].join('')
}
