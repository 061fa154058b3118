import { join } from 'node:path'
import { z } from 'zod'
import type { Origin, Sending } from '../../packages/core/src/knowledge/knowledge.ts'
import { lineOf, type Problem, readFolder, type TomlFile } from './read.ts'
import { day, source } from './shapes.ts'

/** The shapes of knowledge/sending/*.toml. Numbers are counts of messages, recipients or connections. */
const count = z.int().positive()
const proof = { says: z.string().min(1), source, verified: day }
const by = z.enum(['provider', 'third-party'])

const limitShape = z.strictObject({
  provider: z.string(),
  'counts-as': z.string().optional(),
  connections: count.optional(),
  'messages-per-connection': count.optional(),
  'recipients-per-message': count.optional(),
  'per-hour': count.optional(),
  'bulk-from': count.optional(),
  'new-sender': z.string().min(1).optional(),
  by,
  ...proof
})

const senderShape = z.strictObject({
  id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
  name: z.string().min(1),
  'per-day': count.optional(),
  'per-hour': count.optional(),
  by,
  ...proof
})

const rising = z
  .array(count)
  .min(1)
  .refine((days) => days.every((volume, at) => at === 0 || volume >= (days[at - 1] ?? 0)), 'a warm-up never falls from one day to the next')

const curveShape = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
    name: z.string().min(1),
    'per-day': rising.optional(),
    'per-hour': rising.optional(),
    growth: z.number().gt(1).max(2).optional(),
    every: count.optional(),
    own: z.literal(true).optional(),
    ...proof
  })
  .refine((curve) => (curve['per-day'] === undefined) !== (curve['per-hour'] === undefined), 'has either per-day or per-hour')

const defaultShape = z.strictObject({ id: z.string(), value: count, why: z.string().min(1) })

const camel = <T extends object>(value: T): unknown =>
  Object.fromEntries(
    Object.entries(value).map(([key, field]) => [key.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase()), field])
  )

/** Reads the limits of providers and senders, the warm-up curves and our own defaults. A wrong entry is told with file and line. */
export const readSending = (root: string, origins: readonly Origin[], problems: Problem[]): Sending => {
  const files = readFolder(join(root, 'sending'), problems)
  const entries = (name: string, table: string, key: string, shape: z.ZodType): unknown[] => {
    const file = files.find((one) => one.name === name)
    const raw = file?.data[table]
    if (file === undefined || !Array.isArray(raw)) {
      problems.push({ file: file?.path ?? join(root, 'sending', `${name}.toml`), line: 1, message: `has no [[${table}]]` })
      return []
    }
    const seen = new Set<string>()
    return raw.flatMap((entry: unknown) => {
      const id = typeof entry === 'object' && entry !== null && key in entry ? String((entry as Record<string, unknown>)[key]) : ''
      const complain = (message: string): void => void problems.push(at(file, key, id, message))
      const parsed = shape.safeParse(entry)
      if (!parsed.success) {
        complain(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '))
        return []
      }
      if (seen.has(id)) complain(`${id} stands here twice`)
      seen.add(id)
      const same = typeof entry === 'object' && entry !== null && 'counts-as' in entry ? String(entry['counts-as']) : undefined
      if (same !== undefined && !origins.some((origin) => origin.id === same)) complain(`there is no providers/${same}.toml`)
      if (key === 'provider' && !origins.some((origin) => origin.id === id)) complain(`there is no providers/${id}.toml`)
      return [camel(parsed.data as object)]
    })
  }
  return {
    limits: entries('providers', 'limit', 'provider', limitShape),
    senders: entries('senders', 'sender', 'id', senderShape),
    curves: entries('warm-up', 'curve', 'id', curveShape),
    defaults: entries('defaults', 'default', 'id', defaultShape)
  } as Sending
}

const at = (file: TomlFile, key: string, id: string, message: string): Problem => ({
  file: file.path,
  line: lineOf(file.text, key, id),
  message
})
