import { join } from 'node:path'
import { z } from 'zod'
import { type FindingWords, findingHarms, findingVerdicts } from '../../packages/core/src/finding/words.ts'
import { lineOf, type Problem, readFolder } from './read.ts'
import { source } from './shapes.ts'

const shape = z
  .strictObject({
    code: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*\.[a-z0-9]+(-[a-z0-9]+)*$/),
    verdict: z.enum(findingVerdicts),
    harm: z.enum(findingHarms).optional(),
    title: z.string().min(1),
    fix: z.string().min(1).optional(),
    cause: z.string().optional(),
    source: source.optional()
  })
  .check((ctx) => {
    const { verdict, harm, fix } = ctx.value
    const wrong = (message: string): void => void ctx.issues.push({ code: 'custom', message, input: ctx.value })
    const bad = verdict === 'fail' || verdict === 'warn'
    if (bad !== (harm !== undefined)) wrong('harm belongs to fail and warn, and must be said there')
    if (bad && fix === undefined) wrong('what fails or warns needs a fix')
  })

/** Reads knowledge/findings/: the words of every outcome that a check can have. A code stands once, in whichever file. */
export const readFindings = (root: string, causes: ReadonlySet<string>, problems: Problem[]): Readonly<Record<string, FindingWords>> => {
  const words: Record<string, FindingWords> = {}
  for (const { path, text, data } of readFolder(join(root, 'findings'), problems)) {
    const { finding: entries, ...others } = data
    const wrong = (code: string, message: string): void =>
      void problems.push({ file: path, line: lineOf(text, 'code', code), message: code === '' ? message : `${code}: ${message}` })
    for (const key of Object.keys(others)) wrong('', `unknown key ${key}`)
    for (const entry of Array.isArray(entries) ? entries : []) {
      const read = shape.safeParse(entry)
      const code = typeof entry?.code === 'string' ? entry.code : ''
      if (!read.success) {
        for (const issue of read.error.issues) wrong(code, `${issue.path.join('.')} ${issue.message}`.trim())
        continue
      }
      const { code: id, ...rest } = read.data
      if (words[id] !== undefined) wrong(id, 'stands twice')
      if (rest.cause !== undefined && !causes.has(rest.cause)) wrong(id, `unknown cause: ${rest.cause}`)
      words[id] = rest as FindingWords
    }
  }
  return words
}
