import { join } from 'node:path'
import { z } from 'zod'
import {
  type Blocklist,
  type BlocklistAnswer,
  type Blocklists,
  blocklistKinds,
  blocklistStatuses,
  blocklistUses,
  blocklistWeights,
  type DeadBlocklist,
  deadDangers,
  type PublicResolver
} from '../../packages/core/src/knowledge/knowledge.ts'
import { lineOf, type Problem, readToml } from './read.ts'
import { day, source } from './shapes.ts'

/** Answers lie in 127.0.0.0/8 (RFC 5782 §2.1); anything else would be taken for a parked domain. */
const address = z.ipv4().startsWith('127.')
const range = z.string().refine((text) => {
  const ends = text.split('-')
  if (ends.length > 2 || !ends.every((end) => address.safeParse(end).success)) return false
  const [from, to] = [ends[0], ends.at(-1)].map((end) => (end ?? '').split('.').map(Number))
  return (from ?? []).every((number, index) => number <= (to?.[index] ?? -1))
}, 'is no answer in 127.0.0.0/8, nor from-to of two')
const answer = z.strictObject({
  answer: range,
  means: z.string().min(1),
  first: z.string().min(1).optional(),
  good: z.boolean().optional()
})
const zone = z.string().regex(/^(\{key\}\.)?([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/)
/** Lists keep pages without TLS, and one is removed from by mail. */
const proof = z.union([source, z.string().regex(/^http:\/\/\S+\.\S+/)])
const page = z.string().regex(/^(https?:\/\/|mailto:)\S+$/)

const listShape = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
    name: z.string().min(1),
    zone: zone.optional(),
    kind: z.array(z.enum(blocklistKinds)).min(1),
    ipv4: z.boolean().optional(),
    ipv6: z.boolean().optional(),
    status: z.enum(blocklistStatuses),
    default: z.boolean(),
    use: z.enum(blocklistUses).default('block'),
    weight: z.enum(blocklistWeights),
    'used-by': z.string().min(1).optional(),
    terms: z.string().min(1),
    'public-resolvers': z.boolean().default(true),
    'messages-only': z.boolean().optional(),
    requests: z.boolean().optional(),
    code: z.array(answer).default([]),
    bits: z
      .array(z.strictObject({ bit: z.int().refine((bit) => [1, 2, 4, 8, 16, 32, 64, 128].includes(bit)), means: z.string() }))
      .default([]),
    error: z.array(answer).default([]),
    test: z.union([z.ipv4(), z.ipv6()]).optional(),
    'not-listed': z.union([z.ipv4(), z.ipv6()]).optional(),
    delisting: page.optional(),
    'delisting-how': z.string().min(1).optional(),
    note: z.string().min(1).optional(),
    source: z.array(proof).min(1),
    verified: day,
    recalled: z.array(z.string()).default([])
  })
  .check((ctx) => {
    const list = ctx.value
    const wrong = (message: string): void => void ctx.issues.push({ code: 'custom', message, input: list })
    if ((list.zone === undefined) !== (list.status === 'feed')) wrong('a feed has no zone, every other list has one')
    if ((list.status === 'key') !== (list.zone?.startsWith('{key}.') ?? false)) wrong('status key and {key} in the zone belong together')
    if (list.kind.includes('ip') && list.ipv6 === undefined) wrong('ipv6 must be said')
    if (list.zone !== undefined && list.code.length + list.bits.length === 0) wrong('has neither code nor bits')
    if (list.default && (list.status !== 'live' || list.use !== 'block')) wrong('only a live list to block by can be asked by default')
    if (list.default && (list.recalled.length > 0 || list.source.some((from) => from.startsWith('memory:'))))
      wrong('a list that is asked by default must not rest on memory')
  })

const deadShape = z.strictObject({
  zones: z.array(z.string().regex(/^(\*\.)?([a-z0-9-]+\.)+[a-z]{2,}$/)).min(1),
  why: z.string().min(1),
  since: z
    .string()
    .regex(/^\d{4}(-\d\d){0,2}$/)
    .optional(),
  danger: z.enum(deadDangers),
  source: z.array(proof).min(1)
})

const resolverShape = z.strictObject({
  name: z.string().min(1),
  addresses: z.array(z.union([z.ipv4(), z.ipv6()])).min(1),
  source: z.array(source).min(1)
})

const explain = (error: z.ZodError): string =>
  error.issues.map(({ path, message }) => (path.length > 0 ? `${path.join('.')}: ${message}` : message)).join('; ')
const tables = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
const field = (raw: unknown, key: string): unknown =>
  typeof raw === 'object' && raw !== null ? Object.entries(raw).find(([name]) => name === key)?.[1] : undefined

/** RFC 5782 §5: what must be listed and what must not, by what the list knows. */
const testsOf = (list: z.infer<typeof listShape>): Blocklist['tests'] => {
  const ipv6Only = list.ipv4 === false
  const standard = ipv6Only ? ['::ffff:7f00:2', '::ffff:7f00:1'] : ['127.0.0.2', '127.0.0.1']
  const ip = { kind: 'ip', listed: list.test ?? standard[0] ?? '', notListed: list['not-listed'] ?? standard[1] ?? '' } as const
  const domain = { kind: 'domain', listed: 'TEST', notListed: 'INVALID' } as const
  return [...(list.kind.includes('ip') ? [ip] : []), ...(list.kind.includes('domain') ? [domain] : [])]
}

/** Without what is not there, which exactOptionalPropertyTypes tells from undefined. */
const compactAnswer = ({ answer: given, means, first, good }: z.infer<typeof answer>): BlocklistAnswer => ({
  answer: given,
  means,
  ...(first === undefined ? {} : { first }),
  ...(good === undefined ? {} : { good })
})

const compact = (list: z.infer<typeof listShape>): Blocklist => ({
  id: list.id,
  name: list.name,
  ...(list.zone === undefined ? {} : { zone: list.zone }),
  kind: list.kind,
  ipv4: list.kind.includes('ip') && list.ipv4 !== false,
  ipv6: list.kind.includes('ip') && list.ipv6 === true,
  status: list.status,
  default: list.default,
  use: list.use,
  weight: list.weight,
  ...(list['used-by'] === undefined ? {} : { usedBy: list['used-by'] }),
  terms: list.terms,
  publicResolvers: list['public-resolvers'],
  ...(list['messages-only'] === undefined ? {} : { messagesOnly: list['messages-only'] }),
  ...(list.requests === undefined ? {} : { requests: list.requests }),
  codes: list.code.map(compactAnswer),
  bits: list.bits,
  errors: list.error.map(compactAnswer),
  tests: testsOf(list),
  ...(list.delisting === undefined ? {} : { delisting: list.delisting }),
  ...(list['delisting-how'] === undefined ? {} : { delistingHow: list['delisting-how'] }),
  ...(list.note === undefined ? {} : { note: list.note }),
  sources: list.source,
  verified: list.verified,
  recalled: list.recalled
})

const covers = (dead: string, asked: string): boolean => (dead.startsWith('*.') ? `.${asked}`.endsWith(dead.slice(1)) : dead === asked)

/** Reads knowledge/blocklists.toml: a list that is dead as well, stands twice or is asked by default without proof is a problem. */
export const readBlocklists = (root: string, problems: Problem[]): Blocklists => {
  const file = readToml(join(root, 'blocklists.toml'), problems)
  if (file === undefined) return { lists: [], dead: [], errors: [] }
  const report = (line: number, message: string): void => void problems.push({ file: file.path, line, message })
  for (const key of Object.keys(file.data))
    if (!['error', 'list', 'dead', 'public-resolver'].includes(key)) report(1, `${key} is no table of this file`)

  const errors = z.array(answer).safeParse(tables(file.data.error))
  if (!errors.success) report(1, `error: ${explain(errors.error)}`)

  const publicResolvers: PublicResolver[] = []
  for (const raw of tables(file.data['public-resolver'])) {
    const read = resolverShape.safeParse(raw)
    if (read.success) publicResolvers.push({ name: read.data.name, addresses: read.data.addresses, sources: read.data.source })
    else report(lineOf(file.text, 'name', String(field(raw, 'name') ?? '')), explain(read.error))
  }

  const dead: DeadBlocklist[] = []
  for (const raw of tables(file.data.dead)) {
    const read = deadShape.safeParse(raw)
    const zones = field(raw, 'zones')
    if (read.success) dead.push({ ...omitSince(read.data), sources: read.data.source })
    else report(Math.max(1, file.text.split('\n').findIndex((line) => line.includes(`"${tables(zones)[0]}"`)) + 1), explain(read.error))
  }

  const lists: Blocklist[] = []
  for (const raw of tables(file.data.list)) {
    const id = String(field(raw, 'id') ?? '')
    const line = lineOf(file.text, 'id', id)
    const read = listShape.safeParse(raw)
    if (!read.success) {
      report(line, `${id}: ${explain(read.error)}`)
      continue
    }
    const list = compact(read.data)
    const { zone: asked } = list
    if (lists.some((other) => other.id === id)) report(line, `${id} stands here twice`)
    if (asked !== undefined && lists.some((other) => other.zone === asked)) report(line, `the zone ${asked} stands here twice`)
    if (asked !== undefined && dead.some(({ zones }) => zones.some((gone) => covers(gone, asked)))) report(line, `${asked} is dead`)
    lists.push(list)
  }
  return { lists, dead, errors: errors.success ? errors.data.map(compactAnswer) : [], publicResolvers }
}

const omitSince = ({ zones, why, since, danger }: z.infer<typeof deadShape>): Omit<DeadBlocklist, 'sources'> => ({
  zones,
  why,
  ...(since === undefined ? {} : { since }),
  danger
})
