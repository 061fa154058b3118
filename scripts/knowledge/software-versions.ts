import { join } from 'node:path'
import { z } from 'zod'
import type { SoftwareVersions } from '../../packages/core/src/knowledge/software-version.ts'
import { lineOf, type Problem, readToml } from './read.ts'
import { day, source } from './shapes.ts'

const version = z.string().regex(/^\d+(?:\.\d+)*$/, 'is no version: numbers with dots')
const range = z.strictObject({ below: version, from: version.optional(), says: z.string().min(1), source, verified: day })
const shape = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+$/),
  name: z.string().min(1),
  banner: z.array(z.string().min(4)).min(1),
  newer: z.string().min(1),
  ended: z.array(range).default([]),
  insecure: z.array(range).default([]),
  carried: z.array(z.strictObject({ version, by: z.string().min(1), until: day, source })).default([])
})

/** Reads knowledge/software-versions.toml. */
export const readSoftwareVersions = (root: string, problems: Problem[]): SoftwareVersions => {
  const file = readToml(join(root, 'software-versions.toml'), problems)
  if (file === undefined) return []
  const { software, ...others } = file.data
  for (const key of Object.keys(others)) problems.push({ file: file.path, line: 1, message: `${key} is no table of this file` })
  const seen = new Set<string>()
  return (Array.isArray(software) ? software : []).flatMap((raw) => {
    const id = typeof raw?.id === 'string' ? raw.id : ''
    const wrong = (message: string): void =>
      void problems.push({ file: file.path, line: lineOf(file.text, 'id', id), message: `${id}: ${message}` })
    const read = shape.safeParse(raw)
    if (!read.success) {
      for (const { path, message } of read.error.issues) wrong(`${path.join('.')}: ${message}`)
      return []
    }
    if (seen.has(id)) wrong('stands twice')
    seen.add(id)
    return [read.data]
  })
}
