import type { CheckReport, DoctorReport, DoctorStage } from '@whybounce/probe'
import { stages } from '@whybounce/probe'
import { byHarm, countsText, countVerdicts, overall } from '../findings/rank.ts'
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

const verdictWords = {
  fail: 'Something stops mail.',
  warn: 'Mail gets through; something should be mended.',
  pass: 'Nothing stops mail.',
  unknown: 'Nothing could be told.'
} as const

/** The one thing to fix now. */
export const summaryText = (report: DoctorReport, name: string, terminal: Terminal): string => {
  const findings = report.checks.flatMap((check) => check.findings)
  const counts = countVerdicts(findings)
  const verdict = overall(counts)
  const { paint, width } = terminal
  const [first, ...others] = byHarm(findings)
  const lost = counts.fail > 0 && findings.every(({ verdict: one, harm }) => one !== 'fail' || harm === 'later')
  const head = `${name}: ${lost ? verdictWords.warn : verdictWords[verdict]} ${countsText(counts)}.`
  let text = `${block(head, width, '', mark(verdict, terminal) === '' ? '' : `${mark(verdict, terminal)} `)}\n`
  if (first !== undefined) {
    text += `\n${paint('bold', others.length === 0 ? 'Fix this' : 'Fix this first')}\n${findingText(first, terminal, { evidence: true, all: true })}`
  }
  return text
}

/** All stages that ran, each with what it found. With `all`, the evidence of what passes too; with `quiet` only what is not well. */
export const stagesText = (
  report: DoctorReport,
  terminal: Terminal,
  options: { readonly all: boolean; readonly quiet: boolean }
): string => {
  let text = ''
  for (const stage of stages) {
    const findings = report.checks.filter((check) => check.stage === stage).flatMap((check) => check.findings)
    const shown = options.quiet ? findings.filter(({ verdict }) => verdict === 'fail' || verdict === 'warn') : findings
    if (shown.length === 0) continue
    text += `\n${terminal.paint('bold', stageTitles[stage])}\n`
    for (const found of shown)
      text += findingText(found, terminal, {
        evidence: options.all || found.verdict !== 'pass',
        all: options.all
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
