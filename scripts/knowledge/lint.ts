import { join } from 'node:path'
import { z } from 'zod'
import type { LintKnowledge } from '../../packages/core/src/knowledge/knowledge.ts'
import { type Problem, readFolder } from './read.ts'
import { day, source } from './shapes.ts'

/** The shapes of knowledge/lint/*.toml. Sizes in bytes. */
const bytes = z.int().positive()
const extension = z.string().regex(/^[a-z0-9_-]{1,12}$/)
const extensions = z.array(extension).min(1)
const words = z.array(z.string().min(1)).min(1)

const shapes = {
  attachments: z.strictObject({
    list: z.array(
      z.strictObject({
        id: z.string().min(1),
        name: z.string().min(1),
        does: z.enum(['refuses', 'hides']),
        'in-archives': z.boolean(),
        extensions,
        says: z.string().min(1),
        source,
        verified: day
      })
    ),
    kinds: z.strictObject({ macros: extensions, archives: extensions, documents: extensions, programs: extensions })
  }),
  sizes: z.strictObject({
    limit: z.array(
      z.strictObject({
        id: z.string().min(1),
        name: z.string().min(1),
        bytes,
        default: z.literal(true).optional(),
        says: z.string().min(1),
        by: z.enum(['provider', 'third-party']),
        source,
        verified: day
      })
    ),
    html: z.strictObject({ cut: bytes, style: bytes, source })
  }),
  tags: z.strictObject({
    platform: z.array(z.strictObject({ name: z.string().min(1), tags: words, source })),
    unsubscribe: z.strictObject({ words, source }),
    fields: z.strictObject({ names: words, source })
  }),
  shorteners: z.strictObject({ domains: z.array(z.string().regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/)).min(1), source })
} as const

/** Tags are looked for in a text whose white space is gone and whose letters are small. */
const packed = (tag: string): string => tag.replace(/\s+/g, '').toLowerCase()

/** Reads what the message check knows. A wrong file is told, and counts as a problem of the whole run. */
export const readLint = (root: string, problems: Problem[]): LintKnowledge => {
  const files = readFolder(join(root, 'lint'), problems)
  const read = <T extends z.ZodType>(name: string, shape: T): z.infer<T> | undefined => {
    const file = files.find((one) => one.name === name)
    const parsed = shape.safeParse(file?.data)
    if (parsed.success) return parsed.data
    const message = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')
    problems.push({ file: file?.path ?? join(root, 'lint', `${name}.toml`), line: 1, message })
    return undefined
  }
  const attachments = read('attachments', shapes.attachments)
  const sizes = read('sizes', shapes.sizes)
  const tags = read('tags', shapes.tags)
  const shorteners = read('shorteners', shapes.shorteners)
  for (const { path, name } of files) if (!(name in shapes)) problems.push({ file: path, line: 1, message: 'nothing reads this file' })
  return {
    lists: (attachments?.list ?? []).map(({ 'in-archives': inArchives, verified: _, ...list }) => ({ ...list, inArchives })),
    kinds: attachments?.kinds ?? { macros: [], archives: [], documents: [], programs: [] },
    limits: (sizes?.limit ?? [])
      .map(({ verified: _, default: usual, ...limit }) => ({ ...limit, ...(usual === undefined ? {} : { usual }) }))
      .sort((one, other) => one.bytes - other.bytes),
    html: { cut: sizes?.html.cut ?? 0, style: sizes?.html.style ?? 0 },
    tags: (tags?.platform ?? [])
      .flatMap(({ name, tags: all }) => all.map((tag) => ({ platform: name, tag: packed(tag) })))
      .sort((one, other) => other.tag.length - one.tag.length),
    unsubscribeWords: tags?.unsubscribe.words.map((word) => word.toLowerCase()) ?? [],
    fields: tags?.fields.names ?? [],
    shorteners: shorteners?.domains ?? []
  }
}
