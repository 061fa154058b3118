import { join } from 'node:path'
import { z } from 'zod'
import { reverseWordMeanings } from '../../packages/core/src/knowledge/identity.ts'
import type { Identity, Origin } from '../../packages/core/src/knowledge/knowledge.ts'
import { parseSpfTerm } from '../../packages/core/src/record/spf.ts'
import { lineOf, type Problem, readToml } from './read.ts'
import { day, source } from './shapes.ts'

const proof = { source, verified: day }
const label = /^[a-z0-9-]+$/
const hostName = z.string().regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/)
const shapes = {
  include: z.strictObject({
    provider: z.string(),
    mx: z.string().optional(),
    mechanism: z.string().refine((text) => parseSpfTerm(text).error === undefined, 'is no mechanism of SPF'),
    ...proof
  }),
  word: z.strictObject({
    means: z.enum(reverseWordMeanings),
    alone: z.literal(true).optional(),
    says: z.array(z.string().regex(label)).min(1),
    example: hostName,
    ...proof
  }),
  ending: z.strictObject({ name: hostName, example: hostName, ...proof })
} as const

/** Reads knowledge/spf-includes.toml and knowledge/ptr-names.toml. A wrong entry is told with file and line. */
export const readIdentity = (root: string, origins: readonly Origin[], problems: Problem[]): Identity => {
  const read = <T>(name: string, table: string, shape: z.ZodType<T>, key: keyof T & string): readonly T[] => {
    const file = readToml(join(root, name), problems)
    const raw = file?.data[table]
    if (file === undefined) return []
    const seen = new Set<string>()
    return (Array.isArray(raw) ? raw : []).flatMap((entry: unknown) => {
      const parsed = shape.safeParse(entry)
      const id = parsed.success ? String(parsed.data[key]) : ''
      const wrong = (message: string): void => void problems.push({ file: file.path, line: lineOf(file.text, key, id), message })
      if (!parsed.success) {
        wrong(parsed.error.issues.map(({ path, message }) => `${table}.${path.join('.')}: ${message}`).join('; '))
        return []
      }
      if (seen.has(id)) wrong(`${id} stands twice`)
      seen.add(id)
      const { provider } = parsed.data as { readonly provider?: string }
      if (provider !== undefined && !origins.some((origin) => origin.id === provider)) wrong(`there is no providers/${provider}.toml`)
      return [parsed.data]
    })
  }
  return {
    spfIncludes: read('spf-includes.toml', 'include', shapes.include, 'mechanism') as Identity['spfIncludes'],
    reverseWords: read('ptr-names.toml', 'word', shapes.word, 'example').map(({ alone, ...word }) => ({ ...word, alone: alone ?? false })),
    reverseEndings: read('ptr-names.toml', 'ending', shapes.ending, 'name')
  }
}
