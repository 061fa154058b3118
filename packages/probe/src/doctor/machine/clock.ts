import { existsSync } from 'node:fs'
import { type Finding, finding } from '@whybounce/core/finding'
import { runCommand } from './run-command.ts'

/** This program is younger; and no certificate of today is valid after that. */
const firstYear = 2024
const lastYear = 2100
const programs = ['/usr/bin/timedatectl', '/bin/timedatectl']

/** What `timedatectl show` says of the kernel's own mark, which chrony and ntpd set too. */
export const parseTimedatectl = (text: string): boolean | undefined => {
  const word = /^NTPSynchronized=(yes|no)$/m.exec(text)?.[1]
  return word === undefined ? undefined : word === 'yes'
}

export const clockFinding = (now: Date, synchronised: boolean | undefined, evidence: readonly string[]): Finding => {
  const year = now.getUTCFullYear()
  const said = Number.isNaN(now.getTime()) ? 'no date' : now.toISOString()
  if (!(year >= firstYear && year <= lastYear)) return finding('clock.wrong', [said], { now: said })
  if (synchronised === undefined) return finding('clock.unknown', [said, ...evidence])
  return finding(synchronised ? 'clock.in-time' : 'clock.not-kept', [said, ...evidence])
}

/** Whether the clock can be right, and is kept. No time server is asked. */
export const checkClock = async (now: Date, signal: AbortSignal): Promise<Finding> => {
  const program = programs.find((path) => existsSync(path))
  if (program === undefined) return clockFinding(now, undefined, ['timedatectl is not there'])
  const { ok, text, errors } = await runCommand(program, ['show'], signal)
  const synchronised = ok ? parseTimedatectl(text) : undefined
  const line = ok
    ? `timedatectl: NTPSynchronized=${synchronised === undefined ? '?' : synchronised ? 'yes' : 'no'}`
    : `timedatectl: ${errors.split('\n')[0] ?? ''}`
  return clockFinding(now, synchronised, [line])
}
