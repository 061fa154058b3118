import { join } from 'node:path'
import { z } from 'zod'
import type { Origin, Probing } from '../../packages/core/src/knowledge/knowledge.ts'
import { lineOf, type Problem, readToml } from './read.ts'
import { day, source } from './shapes.ts'

const count = z.int().min(1)
const proof = { why: z.string().min(1), source, verified: day }
const defaultShape = z.strictObject({
  sessions: count,
  'per-minute': count,
  'per-session': count,
  tells: z.literal(true),
  ...proof
})
const operatorShape = z.strictObject({
  id: z.string(),
  sessions: count.optional(),
  'per-minute': count.optional(),
  'per-session': count.optional(),
  tells: z.boolean(),
  ...proof
})
/** What the kernel shows of a machine without asking anybody: /sys/class/dmi/id, and /sys/hypervisor/uuid. */
const dmiFiles = [
  'hypervisor_uuid',
  'sys_vendor',
  'board_vendor',
  'product_name',
  'bios_vendor',
  'bios_version',
  'chassis_asset_tag'
] as const
const closerShape = z.strictObject({
  name: z.string().min(1),
  says: z.string().min(1),
  do: z.string().min(1),
  'also-closes': z.array(z.union([z.literal(465), z.literal(587), z.literal(2525)])).default([]),
  opens: z.boolean(),
  dmi: z.array(z.strictObject({ file: z.enum(dmiFiles), begins: z.string().min(3) })).default([]),
  source,
  verified: day
})

const explain = (error: z.ZodError): string => error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')
const named = (raw: unknown, key: string): string =>
  typeof raw === 'object' && raw !== null ? String(Object.entries(raw).find(([name]) => name === key)?.[1] ?? '') : ''
const tables = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

/**
 * Reads knowledge/probing.toml. An operator must be a provider or filter that its MX names can find: a budget under
 * an id that no server ever gets would be kept by nobody. Gives undefined, and problems, where the default cannot be read.
 */
export const readProbing = (root: string, origins: readonly Origin[], problems: Problem[]): Probing | undefined => {
  const file = readToml(join(root, 'probing.toml'), problems)
  if (file === undefined) return undefined
  const report = (line: number, message: string): void => void problems.push({ file: file.path, line, message })

  const base = defaultShape.safeParse(file.data.default)
  if (!base.success) {
    report(Math.max(1, file.text.split('\n').indexOf('[default]') + 1), `default: ${explain(base.error)}`)
    return undefined
  }
  for (const key of Object.keys(file.data))
    if (!['default', 'operator', 'closes-port-25'].includes(key)) report(1, `${key} is no table of this file`)

  const operators: Probing['operators'][number][] = []
  for (const raw of tables(file.data.operator)) {
    const line = lineOf(file.text, 'id', named(raw, 'id'))
    const read = operatorShape.safeParse(raw)
    if (!read.success) {
      report(line, `${named(raw, 'id')}: ${explain(read.error)}`)
      continue
    }
    const { id, sessions, 'per-minute': perMinute, 'per-session': perSession, ...rest } = read.data
    const origin = origins.find((candidate) => candidate.id === id && (candidate.kind === 'provider' || candidate.kind === 'filter'))
    if (origin === undefined) report(line, `${id} is no file in providers/ or filter in software/`)
    else if ((origin.mx ?? []).length === 0)
      report(line, `${id} has no MX names, so that it is never found: name the operator of its servers`)
    if (operators.some(({ operator }) => operator === id)) report(line, `${id} stands here twice`)
    operators.push({
      operator: id,
      sessions: sessions ?? base.data.sessions,
      perMinute: perMinute ?? base.data['per-minute'],
      perSession: perSession ?? base.data['per-session'],
      ...rest
    })
  }

  const portClosers: Probing['portClosers'][number][] = []
  for (const raw of tables(file.data['closes-port-25'])) {
    const read = closerShape.safeParse(raw)
    if (read.success) {
      const { 'also-closes': alsoCloses, ...rest } = read.data
      portClosers.push({ ...rest, alsoCloses })
    } else report(lineOf(file.text, 'name', named(raw, 'name')), `${named(raw, 'name')}: ${explain(read.error)}`)
  }

  const { 'per-minute': perMinute, 'per-session': perSession, ...rest } = base.data
  return { default: { ...rest, perMinute, perSession }, operators, portClosers }
}
