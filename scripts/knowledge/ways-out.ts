import { join } from 'node:path'
import { z } from 'zod'
import type { WaysOut } from '../../packages/core/src/knowledge/ways-out.ts'
import { lineOf, type Problem, readToml } from './read.ts'
import { day, source } from './shapes.ts'

const proof = { source, verified: day }
const serverShape = z.strictObject({
  host: z.string().regex(/^(?:[a-z0-9-]+\.)+[a-z]{2,}$/),
  operator: z.string().min(1),
  ports: z.array(z.union([z.literal(25), z.literal(465), z.literal(587), z.literal(2525)])).min(1),
  starttls: z.boolean(),
  certificate: z.boolean(),
  ...proof
})
const interceptorShape = z.strictObject({ name: z.string().min(1), issuer: z.array(z.string().min(5)).min(1), ...proof })

const explain = (error: z.ZodError): string => error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')
const tables = (value: unknown): readonly Record<string, unknown>[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'object' && one !== null) : []

/** Reads knowledge/ways-out.toml. Fewer than two operators for a port would prove nothing: that is a problem too. */
export const readWaysOut = (root: string, problems: Problem[]): WaysOut => {
  const file = readToml(join(root, 'ways-out.toml'), problems)
  if (file === undefined) return { servers: [], interceptors: [], request: '' }
  const report = (line: number, message: string): void => void problems.push({ file: file.path, line, message })
  for (const key of Object.keys(file.data))
    if (!['server', 'interceptor', 'request'].includes(key)) report(1, `${key} is no table of this file`)

  const read = <T>(shape: z.ZodType<T>, table: string, key: string): readonly T[] =>
    tables(file.data[table]).flatMap((raw) => {
      const result = shape.safeParse(raw)
      if (result.success) return [result.data]
      report(lineOf(file.text, key, String(raw[key] ?? '')), `${String(raw[key] ?? table)}: ${explain(result.error)}`)
      return []
    })
  const servers = read(serverShape, 'server', 'host')
  const interceptors = read(interceptorShape, 'interceptor', 'name')
  for (const port of [25, 465, 587, 2525]) {
    const operators = new Set(servers.filter(({ ports }) => ports.some((one) => one === port)).map(({ operator }) => operator))
    if (operators.size < 2) report(1, `port ${port} needs servers of two operators or more`)
  }
  const { request } = file.data
  if (typeof request !== 'string' || !request.includes('{port}')) report(1, 'request must be a letter with the place {port}')
  return { servers, interceptors, request: typeof request === 'string' ? request.trim() : '' }
}
