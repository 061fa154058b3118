import { join } from 'node:path'
import { z } from 'zod'
import { lineOf, type Problem, readToml } from './read.ts'
import { day, source } from './shapes.ts'

const id = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
const providerShape = z.strictObject({
  id,
  name: z.string().min(1),
  threshold: z.string().min(1),
  since: z.string().regex(/^20\d\d-\d\d$/),
  note: z.string().min(1).optional(),
  source,
  verified: day
})
const pointShape = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9-]+\.[a-z0-9-]+$/),
    asks: z.string().min(1),
    binds: z.enum(['all', 'bulk']),
    measured: z.enum(['here', 'elsewhere']),
    see: z.string().min(1).optional(),
    met: z.array(z.string()).default([]),
    'not-met': z.array(z.string()).default([]),
    open: z.array(z.string()).default([]),
    wins: z.array(z.string()).default([]),
    source
  })
  .check((ctx) => {
    const { measured, see, met, wins, 'not-met': notMet } = ctx.value
    const wrong = (message: string): void => void ctx.issues.push({ code: 'custom', message, input: ctx.value })
    if (!wins.every((code) => met.includes(code))) wrong('wins names findings of met')
    if ((measured === 'elsewhere') !== (see !== undefined)) wrong('see belongs to what is measured elsewhere, and must be said there')
    if ((measured === 'here') !== (met.length > 0 && notMet.length > 0)) wrong('met and not-met belong to what is measured here')
  })
const selectorShape = z.strictObject({
  names: z.array(z.string().regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/)).min(1),
  of: z.string().min(1),
  common: z.boolean(),
  source,
  verified: day
})

/** More questions than this for one domain are a nuisance to its name servers. */
const maxSelectors = 50
const maxCommonSelectors = 20

const explain = (error: z.ZodError): string => error.issues.map(({ path, message }) => `${path.join('.')} ${message}`.trim()).join('; ')
const tables = (value: unknown): readonly Record<string, unknown>[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'object' && one !== null) : []

type Provider = Omit<z.infer<typeof providerShape>, 'verified'> & { readonly verified: string; readonly points: readonly object[] }

/** Reads knowledge/compliance.toml: a point of no provider, or one that names a finding that does not exist, is a problem. */
export const readCompliance = (root: string, findings: ReadonlySet<string>, problems: Problem[]): readonly Provider[] => {
  const file = readToml(join(root, 'compliance.toml'), problems)
  if (file === undefined) return []
  const report = (key: string, message: string): void =>
    void problems.push({ file: file.path, line: lineOf(file.text, 'id', key), message: `${key}: ${message}` })
  for (const key of Object.keys(file.data)) if (!['provider', 'point'].includes(key)) report(key, 'is no table of this file')
  const providers = new Map<string, z.infer<typeof providerShape> & { readonly points: object[] }>()
  for (const raw of tables(file.data.provider)) {
    const read = providerShape.safeParse(raw)
    if (!read.success) report(String(raw.id ?? 'provider'), explain(read.error))
    else providers.set(read.data.id, { ...read.data, points: [] })
  }
  const seen = new Set<string>()
  for (const raw of tables(file.data.point)) {
    const read = pointShape.safeParse(raw)
    const key = String(raw.id ?? 'point')
    if (!read.success) {
      report(key, explain(read.error))
      continue
    }
    const { id: point, asks, binds, see, met, 'not-met': notMet, open, wins, source: from } = read.data
    const provider = providers.get(point.split('.')[0] ?? '')
    if (provider === undefined) report(key, 'is of no provider of this file')
    if (seen.has(point)) report(key, 'stands twice')
    seen.add(point)
    for (const code of [...met, ...notMet, ...open]) if (!findings.has(code)) report(key, `no such finding: ${code}`)
    provider?.points.push({ id: point, asks, binds, ...(see === undefined ? {} : { see }), met, notMet, open, wins, source: from })
  }
  for (const { id: name, points } of providers.values()) if (points.length === 0) report(name, 'has no points')
  return [...providers.values()]
}

/** Reads knowledge/selectors.toml. */
export const readSelectors = (root: string, problems: Problem[]): readonly { name: string; of: string; common: boolean }[] => {
  const file = readToml(join(root, 'selectors.toml'), problems)
  if (file === undefined) return []
  const report = (message: string): void => void problems.push({ file: file.path, line: 1, message })
  const selectors: { name: string; of: string; common: boolean }[] = []
  for (const raw of tables(file.data.selector)) {
    const read = selectorShape.safeParse(raw)
    if (!read.success) report(`${String(raw.names)}: ${explain(read.error)}`)
    else
      for (const name of read.data.names) {
        if (selectors.some((other) => other.name === name)) report(`${name} stands twice`)
        selectors.push({ name, of: read.data.of, common: read.data.common })
      }
  }
  if (selectors.length > maxSelectors) report(`${selectors.length} selectors are too many to ask for`)
  if (selectors.filter(({ common }) => common).length > maxCommonSelectors) report('too many common selectors')
  return selectors
}
