import type { Watch, WatchAlert, WatchSummary } from '@whybounce/core/watch'
import { type FollowNotice, noticeSays } from '@whybounce/sources'
import { openTerminal, printable } from '../terminal.ts'
import { openLiveTerminal } from './live-terminal.ts'
import type { WatchSettings } from './options.ts'
import { drawScreen } from './screen.ts'
import { alertJson, alertLine, noticeJson, summaryJson, summaryLine } from './watch-lines.ts'

/** Where what is found goes: to a screen, or line by line. */
export type WatchOutput = {
  readonly alert: (alert: WatchAlert) => void
  /** Undefined: a minute's summary is not wanted. */
  readonly minute: ((summary: WatchSummary) => void) | undefined
  readonly notice: (file: string, notice: FollowNotice) => void
  /** A line that was not understood. */
  readonly unread: (file: string, line: string) => void
  /** Something about whybounce itself. */
  readonly trouble: (words: string) => void
  /** What is being done that keeps figures from being of now; undefined: nothing. */
  readonly doing: (words: string | undefined) => void
  readonly metrics: (url: string) => void
  readonly refresh: () => void
  /** Resolves when what was told has left the process. */
  readonly flush: () => Promise<void>
  readonly close: () => void
}

const maxSamples = 5
const maxSample = 300

export const openWatchOutput = (
  settings: WatchSettings,
  watch: () => Watch,
  files: readonly string[],
  on: { readonly quit: () => void; readonly interrupt: () => void }
): WatchOutput => {
  const samples: string[] = []
  const sample = (file: string, line: string): string | undefined => {
    if (samples.length >= maxSamples) return undefined
    samples.push(line.slice(0, maxSample))
    return printable(`${file}: a line was not understood: ${line.slice(0, maxSample)}`)
  }
  const isScreen = process.stdout.isTTY === true && !settings.json && process.env.TERM !== 'dumb'
  return isScreen ? openScreen(watch, files, sample, on) : openLines(settings, sample, samples)
}

const openLines = (
  settings: WatchSettings,
  sample: (file: string, line: string) => string | undefined,
  samples: readonly string[]
): WatchOutput => {
  const { json, alertsOnly, quiet } = settings
  let writing: Promise<void> = Promise.resolve()
  const say = (text: string): void => {
    writing = new Promise((resolve) => process.stdout.write(`${text}\n`, () => resolve()))
  }
  return {
    alert: (alert) => say(json ? alertJson(alert) : alertLine(alert)),
    minute: alertsOnly ? undefined : (summary) => say(json ? summaryJson(summary, samples) : summaryLine(summary)),
    notice: (file, notice) => {
      if (quiet) return
      if (json) say(noticeJson(file, notice))
      else process.stderr.write(`${printable(noticeSays(file, notice))}\n`)
    },
    unread: (file, line) => {
      const words = sample(file, line)
      if (words !== undefined && !json && !quiet) process.stderr.write(`${words}\n`)
    },
    trouble: (words) => void process.stderr.write(`whybounce: ${printable(words)}\n`),
    doing: () => undefined,
    metrics: (url) => {
      if (!quiet) process.stderr.write(`Figures for Prometheus: ${url}\n`)
    },
    refresh: () => undefined,
    flush: () => writing,
    close: () => undefined
  }
}

const openScreen = (
  watch: () => Watch,
  files: readonly string[],
  sample: (file: string, line: string) => string | undefined,
  on: { readonly quit: () => void; readonly interrupt: () => void }
): WatchOutput => {
  const terminal = openTerminal(process.stdout)
  let note: string | undefined
  let doing: string | undefined
  let metrics: string | undefined
  const refresh = (): void => {
    live.draw(drawScreen(watch().summary(), { files, metrics, note, doing, canQuit: live.hasKeys }, terminal, live.width(), live.height()))
  }
  const live = openLiveTerminal({ ...on, resized: refresh })
  return {
    alert: () => undefined,
    minute: undefined,
    notice: (file, notice) => {
      note = noticeSays(file, notice)
    },
    unread: (file, line) => {
      note = sample(file, line) ?? note
    },
    trouble: (words) => {
      note = words
    },
    doing: (words) => {
      doing = words
    },
    metrics: (url) => {
      metrics = url
    },
    refresh,
    flush: async () => undefined,
    close: live.restore
  }
}
