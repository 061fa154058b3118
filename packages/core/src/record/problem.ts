/** Something wrong with a record or policy that is published. It is data: a reader gives what it could read beside it. */
export type RecordProblem<Code extends string = string> = {
  readonly code: Code
  /** `error`: receivers take the record, or this part of it, for absent or invalid. `warning`: it works, or works in part, but not as meant. */
  readonly severity: 'error' | 'warning'
  /** One sentence, with what was found. */
  readonly text: string
  /** Where it begins: characters from the start of the record. */
  readonly at: number
  /** What prescribes it: `RFC 8461 §3.1`. */
  readonly section: string
}

/** Severity, sentence (`{found}` is filled in) and section, by code. */
export type ProblemTable<Code extends string> = Readonly<Record<Code, readonly ['error' | 'warning', string, string]>>

/** Problems are quoted by terminals and pages: a value of 64 kB helps nobody. */
const maxFound = 80
/** A record of nothing but errors shows no more of them; the first tell enough. */
const maxProblems = 20

const shortened = (text: string): string => (text.length > maxFound ? `${text.slice(0, maxFound)}…` : text)

export type ProblemList<Code extends string> = {
  readonly problems: readonly RecordProblem<Code>[]
  readonly add: (code: Code, at: number, found?: string) => void
}

export const listProblems = <Code extends string>(table: ProblemTable<Code>): ProblemList<Code> => {
  const problems: RecordProblem<Code>[] = []
  return {
    problems,
    add: (code, at, found = '') => {
      if (problems.length >= maxProblems) return
      const [severity, text, section] = table[code]
      problems.push({ code, severity, text: text.replace('{found}', () => shortened(found)), at, section })
    }
  }
}

export const hasErrors = (problems: readonly RecordProblem[]): boolean => problems.some(({ severity }) => severity === 'error')

/** Each with what prescribes it, as evidence. */
export const problemLines = (problems: readonly Pick<RecordProblem, 'text' | 'section'>[]): readonly string[] =>
  problems.map(({ text, section }) => `${text} (${section})`)
