import { join } from 'node:path'
import { z } from 'zod'
import { type Why, whySides, whyStages } from '../../packages/core/src/finding/why.ts'
import type { Cause } from '../../packages/core/src/knowledge/knowledge.ts'
import { lineOf, type Problem, readToml } from './read.ts'

const shape = z.strictObject({
  conclusion: z.strictObject({ confirmed: z.string(), refuted: z.string(), unknown: z.string(), outside: z.string() }),
  why: z.array(
    z.strictObject({
      cause: z.string(),
      detail: z.string().optional(),
      side: z.enum(whySides),
      stages: z.array(z.enum(whyStages)).min(1),
      'confirmed-by': z.array(z.string().regex(/^~?[a-z0-9-]+\.[a-z0-9-]*$/)).min(1)
    })
  )
})

/** Reads knowledge/why.toml: which checks a cause calls for. Causes, details and findings that it names must be there. */
export const readWhy = (root: string, causes: readonly Cause[], codes: readonly string[], problems: Problem[]): Why => {
  const none: Why = { conclusion: { confirmed: '', refuted: '', unknown: '', outside: '' }, rules: [] }
  const file = readToml(join(root, 'why.toml'), problems)
  if (file === undefined) return none
  const read = shape.safeParse(file.data)
  if (!read.success) {
    for (const issue of read.error.issues) problems.push({ file: file.path, line: 1, message: `${issue.path.join('.')}: ${issue.message}` })
    return none
  }
  const rules = read.data.why.map(({ 'confirmed-by': marks, ...rest }) => ({
    ...rest,
    confirmedBy: marks.map((mark) => mark.replace('~', '')),
    proves: marks.filter((mark) => !mark.startsWith('~'))
  }))
  for (const { cause, detail, confirmedBy } of rules) {
    const wrong = (message: string): void => void problems.push({ file: file.path, line: lineOf(file.text, 'cause', cause), message })
    const known = causes.find(({ id }) => id === cause)
    if (known === undefined) wrong(`unknown cause: ${cause}`)
    else if (detail !== undefined && !known.details.some(({ id }) => id === detail)) wrong(`${cause} has no detail ${detail}`)
    for (const mark of confirmedBy)
      if (!codes.some((code) => code.startsWith(mark)))
        problems.push({
          file: file.path,
          line: lineOf(file.text, 'cause', cause),
          message: `${cause}: no finding begins with ${mark}`,
          stale: true
        })
  }
  return { conclusion: read.data.conclusion, rules: rules as Why['rules'] }
}
