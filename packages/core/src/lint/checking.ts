import type { Finding, FindingCode, FindingDetails } from '../finding/finding.ts'
import { finding } from '../finding/finding.ts'

/** Adds a finding in the words of its code. */
export type Add = (
  code: FindingCode,
  evidence: readonly string[],
  values?: Readonly<Record<string, string>>,
  details?: FindingDetails
) => void

export type Findings = {
  readonly add: Add
  readonly all: readonly Finding[]
  readonly passOr: (code: FindingCode, values: Readonly<Record<string, string>>, check: () => void) => void
}

/** Findings of one kind that are listed before the others are only counted: a message may have a thousand links. */
const maxOfACode = 10

/** Gathers findings. `passOr` runs checks and adds a pass where they found nothing. */
export const gather = (): Findings => {
  const all: Finding[] = []
  const counts = new Map<FindingCode, number>()
  const add: Add = (code, evidence, values, details) => {
    const count = (counts.get(code) ?? 0) + 1
    counts.set(code, count)
    if (count <= maxOfACode) all.push(finding(code, evidence, values, details))
  }
  return {
    add,
    all,
    passOr: (code, values, check) => {
      const before = all.length
      check()
      if (all.slice(before).every(({ verdict }) => verdict === 'pass')) add(code, [], values)
    }
  }
}
