import type { Finding, FindingVerdict } from '@whybounce/core/finding'
import type { CheckReport, DoctorReport, DoctorStage } from '@whybounce/probe'
import { stages } from '@whybounce/probe'
import { countsText, countVerdicts, overall, worstHarm } from '../findings/rank.ts'
import { findingText, mark } from '../findings/text.ts'
import { block, type Terminal } from '../terminal.ts'
import type { DoctorSettings } from './options.ts'

export const stageTitles: Readonly<Record<DoctorStage, string>> = {
  'ways-out': 'Ways out',
  machine: 'This machine',
  dns: 'DNS',
  dialogue: 'Mail servers',
  authentication: 'Sign-in',
  identity: 'Identity of the sender',
  reputation: 'Reputation',
  compliance: 'Rules for senders',
  message: 'Message'
}

export const targetName = ({ target, doctor }: DoctorSettings): string => {
  switch (target.kind) {
    case 'machine':
      return doctor.from === undefined ? 'this machine' : `this machine, sending for ${doctor.from}`
    case 'domain':
      return target.domain
    case 'address':
      return target.address
    case 'host':
      return target.port === undefined
        ? target.host
        : target.host.includes(':')
          ? `[${target.host}]:${target.port}`
          : `${target.host}:${target.port}`
  }
}

export const seconds = (milliseconds: number): string => `${(milliseconds / 1_000).toFixed(1)} s`

const maxTitle = 24
const maxCounts = 36

/** A stage when all of its checks are done: `✗ DNS   1 fails, 8 pass   0.3 s`. */
export const stageLine = (stage: DoctorStage, reports: readonly CheckReport[], terminal: Terminal): string => {
  const counts = countVerdicts(reports.flatMap(({ findings }) => findings))
  const took = Math.max(0, ...reports.map((report) => report.took))
  const said = countsText(counts) || 'nothing to check'
  return `  ${mark(overall(counts), terminal)} ${stageTitles[stage].padEnd(maxTitle)} ${said.padEnd(maxCounts)} ${terminal.paint('dim', seconds(took).padStart(7))}\n`
}

const harmWords = {
  all: 'Mail does not get through.',
  some: 'Part of the mail fails.',
  later: 'Mail gets through; something should be mended.'
} as const
const verdictWords = { pass: 'Nothing stops mail.', unknown: 'Not enough could be found out.' } as const

/**
 * Of the examination as a whole: `fail` where something fails, `unknown` where a check that decides ended in nothing but unknowns, else
 * `warn` or `pass`.
 */
export const verdictOf = ({ checks }: DoctorReport): FindingVerdict => {
  const verdict = overall(countVerdicts(checks.flatMap(({ findings }) => findings)))
  const undecided = checks.some(
    ({ decides, findings }) => decides && findings.length > 0 && findings.every((found) => found.verdict === 'unknown')
  )
  return undecided && verdict !== 'fail' ? 'unknown' : verdict
}

/** The one thing to fix now. */
export const summaryText = (report: DoctorReport, name: string, terminal: Terminal, first: Finding | undefined): string => {
  const findings = report.checks.flatMap((check) => check.findings)
  const counts = countVerdicts(findings)
  const verdict = verdictOf(report)
  const { paint, width } = terminal
  const said = verdict === 'pass' || verdict === 'unknown' ? verdictWords[verdict] : harmWords[worstHarm(findings)]
  let text = `${mark(verdict, terminal)} ${block(`${name}: ${said} ${countsText(counts) || 'Nothing was checked'}.`, width - 2, '  ', '')}\n`
  if (first !== undefined) {
    text += `\n${paint('bold', counts.fail + counts.warn === 1 ? 'Fix this' : 'Fix this first')}\n${findingText(first, terminal, { evidence: true, all: true })}`
  }
  return text
}

/** All stages that ran, each with what it found. With `all`, the evidence of what passes too; with `quiet` only what is not well. */
export const stagesText = (
  report: DoctorReport,
  terminal: Terminal,
  options: { readonly all: boolean; readonly quiet: boolean; readonly first: Finding | undefined }
): string => {
  const { first } = options
  let text = ''
  for (const stage of stages) {
    const findings = report.checks.filter((check) => check.stage === stage).flatMap((check) => check.findings)
    const shown = options.quiet
      ? findings.filter((found) => (found.verdict === 'fail' || found.verdict === 'warn') && found !== first)
      : findings
    if (shown.length === 0) continue
    text += `\n${terminal.paint('bold', stageTitles[stage])}\n`
    for (const found of shown)
      text += findingText(found, terminal, {
        evidence: options.all || found.verdict !== 'pass',
        all: options.all,
        shortly: found === first
      })
  }
  return text
}

/** Requests that are ready to be sent. */
export const lettersText = (report: DoctorReport, terminal: Terminal): string =>
  report.checks
    .flatMap((check) => check.findings)
    .flatMap(({ letter, about, title }) =>
      letter === undefined
        ? []
        : [
            `\n${terminal.paint('bold', `Ready to send: ${title}${about === undefined ? '' : ` (${about})`}`)}\n${letter.replace(/^/gm, '  ')}\n`
          ]
    )
    .join('')
