import { writeFileSync } from 'node:fs'
import { type CheckReport, type DoctorReport, type DoctorStage, runDoctor } from '@whybounce/probe'
import { firstToFix } from '../findings/rank.ts'
import { version } from '../help.ts'
import { openProgress } from '../progress.ts'
import { openTerminal } from '../terminal.ts'
import { exitCodes, UsageError } from '../usage.ts'
import { doctorHelp } from './help.ts'
import { doctorHtml } from './html.ts'
import { type DoctorSettings, readDoctorOptions } from './options.ts'
import { lettersText, stageLine, stagesText, stageTitles, summaryText, targetName, verdictOf } from './show.ts'
import { concludeWhy, readWhy, type WhyPlan, whyText } from './why.ts'

/**
 * `whybounce doctor [TARGET]`: what stops mail from here, to there, or with this message. Exit codes: 0 nothing wrong (with --strict
 * no warning either), 1 a check fails, 2 usage, 3 nothing could be told.
 */
export const runDoctorCommand = async (args: readonly string[]): Promise<number> => {
  const { values, settings: read } = await readDoctorOptions(args)
  if (values.help || values.version) {
    process.stdout.write(values.help ? doctorHelp : `${version}\n`)
    return exitCodes.done
  }
  const settings = await read()
  const why = settings.why === undefined ? undefined : readWhy(settings.why, settings)
  if (why?.rule === undefined && why !== undefined) return tellOutside(why, settings.json)
  return examine(why === undefined ? settings : { ...settings, target: why.options.target, doctor: why.options }, why)
}

/** A cause on which no check bears: what it is, and where to read on. */
const tellOutside = (why: WhyPlan, json: boolean): number => {
  const conclusion = concludeWhy(why, [])
  const terminal = openTerminal(process.stdout)
  process.stdout.write(
    json
      ? `${JSON.stringify({ verdict: 'unknown', why: conclusion, checks: [] }, undefined, 2)}\n`
      : whyText.head(why, terminal) + whyText.conclusion(conclusion, terminal)
  )
  return exitCodes.undetermined
}

const examine = async (settings: DoctorSettings, why: WhyPlan | undefined): Promise<number> => {
  const { doctor, json } = settings
  const terminal = openTerminal(process.stdout)
  const name = targetName(settings)
  const live = !json && !settings.quiet
  const progress = openProgress(process.stderr)
  const running = new Map<DoctorStage, number>()
  const done = new Map<DoctorStage, CheckReport[]>()
  const showRunning = (): void => {
    const names = [...running].filter(([, count]) => count > 0).map(([stage]) => stageTitles[stage])
    if (!json) progress.show(undefined, `examining: ${names.join(', ')}`)
  }
  if (live) {
    if (why !== undefined) process.stdout.write(whyText.head(why, terminal))
    process.stdout.write(`${terminal.paint('bold', `Examining ${name}`)}\n`)
  }
  const ticking = setInterval(showRunning, 200)
  let report: DoctorReport
  try {
    report = await runDoctor(doctor, {
      started: ({ stage }) => void running.set(stage, (running.get(stage) ?? 0) + 1),
      ended: (ended) => {
        const { stage } = ended
        running.set(stage, (running.get(stage) ?? 1) - 1)
        done.set(stage, [...(done.get(stage) ?? []), ended])
        if (running.get(stage) !== 0 || !live || done.get(stage)?.every(({ findings }) => findings.length === 0)) return
        progress.clear()
        process.stdout.write(stageLine(stage, done.get(stage) ?? [], terminal))
      }
    })
  } finally {
    clearInterval(ticking)
    progress.clear()
    doctor.resolver.close()
  }
  const findings = report.checks.flatMap((check) => check.findings)
  const verdict = verdictOf(report)
  const conclusion = why === undefined ? undefined : concludeWhy(why, findings)
  const first = firstToFix(findings, conclusion?.by)
  if (json)
    process.stdout.write(
      `${JSON.stringify(
        {
          target: name,
          verdict,
          ...(conclusion === undefined ? {} : { why: conclusion }),
          ...(first === undefined ? {} : { first }),
          checks: report.checks,
          dns: report.dns,
          took: Math.round(report.took)
        },
        undefined,
        2
      )}\n`
    )
  else {
    if (live) process.stdout.write('\n')
    if (conclusion !== undefined) process.stdout.write(whyText.conclusion(conclusion, terminal))
    process.stdout.write(summaryText(report, name, terminal, first))
    process.stdout.write(stagesText(report, terminal, { ...settings, first }))
    if (!settings.quiet) process.stdout.write(lettersText(report, terminal))
  }
  if (settings.html !== undefined) {
    try {
      writeFileSync(settings.html, doctorHtml(report, name, new Date(), conclusion))
    } catch (error) {
      throw new UsageError(`--html: ${settings.html} cannot be written: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  if (verdict === 'fail' || (settings.strict && verdict === 'warn')) return exitCodes.trouble
  return verdict === 'unknown' ? exitCodes.undetermined : exitCodes.done
}
