import { join } from 'node:path'
import { z } from 'zod'
import { problemOfPhrase } from '../../packages/core/src/diagnose/phrase-table.ts'
import { type Mark, markMeanings, markPlaces } from '../../packages/core/src/knowledge/knowledge.ts'
import { findMarks } from '../../packages/core/src/message/marks.ts'
import { lineOf, type Problem, readFolder } from './read.ts'
import { day, phraseList, source } from './shapes.ts'

/** The shape of knowledge/messages/*.toml: one file for each meaning, `[[mark]]` in it. */
const markShape = z.strictObject({
  means: z.enum(markMeanings),
  where: z.enum(markPlaces),
  lang: z.string().regex(/^[a-z]{2,3}(?:-[A-Za-z]{2,8})?$/),
  says: phraseList,
  begins: z.literal(true).optional(),
  source,
  verified: day,
  example: z.string().min(1)
})

/** Reads the marks and proves each: its example must be found to mean what it says. */
export const readMarks = (root: string, problems: Problem[]): Mark[] => {
  const marks: Mark[] = []
  const examples: { readonly mark: Mark; readonly example: string; readonly at: Problem }[] = []
  const seen = new Map<string, string>()
  for (const file of readFolder(join(root, 'messages'), problems)) {
    for (const raw of Array.isArray(file.data.mark) ? file.data.mark : []) {
      const example = typeof raw === 'object' && raw !== null && 'example' in raw ? String(raw.example) : ''
      const place = { file: file.path, line: lineOf(file.text, 'example', example) }
      const parsed = markShape.safeParse(raw)
      if (!parsed.success) {
        problems.push({ ...place, message: parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ') })
        continue
      }
      const { means, where, says, begins, source: from, verified } = parsed.data
      if (means !== file.name) problems.push({ ...place, message: `means is ${means}, the file is ${file.name}` })
      for (const phrase of says) {
        const wrong = where === 'heading' || begins ? undefined : problemOfPhrase(phrase, 'says')
        if (wrong !== undefined) problems.push({ ...place, message: `the phrase "${phrase}" ${wrong}` })
        const key = `${where} ${phrase.toLowerCase()}`
        const other = seen.get(key)
        if (other !== undefined) problems.push({ ...place, message: `the phrase "${phrase}" stands in ${other} already` })
        seen.set(key, means)
      }
      const mark: Mark = { means, where, says, ...(begins ? { begins } : {}), source: from, verified }
      marks.push(mark)
      examples.push({ mark, example, at: { ...place, message: `its example does not show that it means ${means}: ${example}` } })
    }
  }
  const finder = findMarks(marks)
  for (const { mark, example, at } of examples)
    if (!finder[mark.where](example).some(({ means }) => means === mark.means)) problems.push(at)
  return marks
}
