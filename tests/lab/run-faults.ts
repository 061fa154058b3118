import type { Finding } from '@whybounce/core/finding'
import type { Examined } from './doctor.ts'
import type { Fault } from './fault.ts'
import type { FaultLab } from './lab.ts'

export type FaultResult = {
  readonly fault: Fault
  readonly findings: readonly Finding[]
  /** What is not as it should be; empty where the fault was found, and nothing else complained of. */
  readonly problems: readonly string[]
  /** Milliseconds. */
  readonly took: number
}

export const findingsOf = ({ checks }: Examined): readonly Finding[] => checks.flatMap(({ findings }) => findings)

const isComplaint = ({ verdict }: Finding): boolean => verdict === 'fail' || verdict === 'warn'

/** The stage that concludes from the others repeats what they found. */
const follows = (code: string): boolean => code.startsWith('compliance.')

const line = ({ code, about, evidence }: Finding): string =>
  `${code}${about === undefined ? '' : ` (${about})`}: ${evidence.slice(0, 3).join(' | ')}`

/** What is wrong with a report about a fault: codes that are missing, complaints that nothing gives cause for, a cause not named. */
const judge = ({ codes, besides = [], cause }: Fault, findings: readonly Finding[]): readonly string[] => {
  const allowed = new Set<string>([...codes, ...besides])
  return [
    ...codes.filter((code) => !findings.some((finding) => finding.code === code)).map((code) => `not found: ${code}`),
    ...findings
      .filter((finding) => isComplaint(finding) && !allowed.has(finding.code) && !follows(finding.code))
      .map((finding) => `false alarm: ${line(finding)}`),
    ...findings.filter(({ code }) => code === 'check.failed').map((finding) => `broken: ${line(finding)}`),
    ...(cause === undefined || findings.some((finding) => codes.includes(finding.code) && namesCause(finding, cause))
      ? []
      : [`the cause is not named: ${cause}`])
  ]
}

/** In its own field, or where a server's reply was diagnosed, among the evidence. */
const namesCause = (finding: Finding, cause: string): boolean =>
  finding.cause === cause || finding.evidence.some((text) => text.includes(cause))

/** Examines each fault, some at a time. */
export const runFaults = async (
  lab: FaultLab,
  faults: readonly Fault[],
  ended: (result: FaultResult) => void = () => {}
): Promise<readonly FaultResult[]> => {
  const waiting = [...faults]
  const results: FaultResult[] = []
  const work = async (): Promise<void> => {
    for (let fault = waiting.shift(); fault !== undefined; fault = waiting.shift()) {
      const start = performance.now()
      let findings: readonly Finding[] = []
      let problems: readonly string[]
      try {
        findings = findingsOf(await lab.examine(fault))
        problems = judge(fault, findings)
      } catch (error) {
        problems = [error instanceof Error ? error.message : String(error)]
      }
      const result = { fault, findings, problems, took: performance.now() - start }
      results.push(result)
      ended(result)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return faults.flatMap((fault) => results.filter((result) => result.fault === fault))
}

/** Most of a run is waiting, for servers that are slow on purpose. */
const atOnce = 6
