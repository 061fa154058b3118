import { join } from 'node:path'
import { z } from 'zod'
import { type Verdicts, verdictNames } from '../../packages/core/src/knowledge/knowledge.ts'
import { type Problem, readToml } from './read.ts'

const term = z.strictObject({ title: z.string().min(1), says: z.string().min(1) })
const shape = z.strictObject({
  verdict: z.record(z.enum(verdictNames), term),
  reason: z.array(
    z.strictObject({
      id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
      title: z.string().min(1),
      says: z.string().min(1),
      do: z.string().min(1)
    })
  )
})

/** Reads knowledge/verdicts.toml: the words of a list check that are no cause of a failed delivery. */
export const readVerdicts = (root: string, problems: Problem[]): Verdicts => {
  const none: Verdicts = { verdicts: [], reasons: [] }
  const file = readToml(join(root, 'verdicts.toml'), problems)
  if (file === undefined) return none
  const read = shape.safeParse(file.data)
  if (!read.success) {
    for (const issue of read.error.issues) problems.push({ file: file.path, line: 1, message: `${issue.path.join('.')}: ${issue.message}` })
    return none
  }
  return {
    verdicts: verdictNames.map((id) => ({ id, ...read.data.verdict[id] })),
    reasons: read.data.reason
  }
}
