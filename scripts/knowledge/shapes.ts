import { z } from 'zod'
import { actions, codeKinds, fileKinds, groups, parties, roles, stages } from '../../packages/core/src/knowledge/knowledge.ts'

/** The shapes of the TOML files in knowledge/ (knowledge/README.md says them in words). Unknown keys fail, so that a typo is found. */

export const phraseList = z
  .union([z.string(), z.array(z.string()).min(1)])
  .transform((value) => (typeof value === 'string' ? [value] : value))
export const day = z
  .union([z.date(), z.string().regex(/^\d{4}-\d\d-\d\d$/)])
  .transform((value) => (typeof value === 'string' ? value : value.toISOString().slice(0, 10)))
const sentences = z.array(z.string().min(1))
/** Something that can be looked up: an address, an RFC, a file of a program, a document by name; or the word that there is none. */
export const source = z.string().regex(/^https:\/\/\S+\.\S+|^RFC \d+|^memory: \S|^.{3,}[:/ (].{3,}/, 'is no source that can be looked up')
const status = z.string().regex(/^[245x]\.\d{1,3}\.\d{1,3}$/)

export const ruleShape = z.strictObject({
  id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*\.[a-z0-9]+(-[a-z0-9]+)*$/),
  says: phraseList.optional(),
  unless: phraseList.optional(),
  reply: z.array(z.int().min(200).max(599)).min(1).optional(),
  status: z.array(status).min(1).optional(),
  stage: z.enum(stages).optional(),
  cause: z.string(),
  detail: z.string().optional(),
  party: z.enum(parties).optional(),
  also: z.enum(parties).optional(),
  advice: z.string().min(1).optional(),
  'retry-after': z.int().positive().optional(),
  link: z.url({ protocol: /^https$/ }).optional(),
  code: z.string().optional(),
  'known-provider': z.literal(true).optional(),
  wrapper: z.literal(true).optional(),
  'needs-code': z.literal(true).optional(),
  weak: z.literal(true).optional(),
  source,
  verified: day,
  example: z.string().min(1),
  title: z.string().optional(),
  means: z.string().optional(),
  why: sentences.optional(),
  fix: sentences.optional(),
  layer: z.string().optional(),
  'ask-rank': z.int().optional()
})
export type RuleInput = z.infer<typeof ruleShape>

export const originShape = z.strictObject({
  name: z.string().min(1),
  operator: z.string().optional(),
  kind: z.enum(fileKinds),
  mx: z.array(z.string()).optional(),
  hosts: z.array(z.string()).optional(),
  domains: z.array(z.string()).optional(),
  role: z.enum(roles).optional(),
  note: z.string().optional(),
  page: z.array(z.strictObject({ title: z.string(), url: z.url() })).optional(),
  rule: z.array(z.unknown()).optional()
})

const fixes = z.partialRecord(z.enum(roles), sentences)
const check = z.strictObject({ run: z.string(), tells: z.string() })

export const causeShape = z.strictObject({
  id: z.string(),
  group: z.enum(groups),
  permanence: z.enum(['permanent', 'transient']),
  party: z.enum(parties),
  also: z.enum(parties).optional(),
  role: z.enum(roles).optional(),
  action: z.enum(actions),
  title: z.string().min(1),
  happened: z.string().min(1),
  why: sentences,
  not: sentences,
  example: z.string().min(1),
  sources: sentences,
  fix: fixes,
  check: z.array(check).optional(),
  detail: z
    .array(
      z.strictObject({
        id: z.string(),
        title: z.string(),
        happened: z.string().optional(),
        party: z.enum(parties).optional(),
        also: z.enum(parties).optional(),
        action: z.enum(actions).optional(),
        permanence: z.enum(['permanent', 'transient']).optional(),
        why: sentences.optional(),
        not: sentences.optional(),
        check: z.array(check).optional(),
        fix: fixes.optional()
      })
    )
    .optional()
})

export const codeShape = z.strictObject({
  code: z.string(),
  kind: z.enum(codeKinds),
  is: z.string().optional(),
  title: z.string(),
  means: z.string(),
  advice: sentences.optional(),
  cause: z.string().optional(),
  detail: z.string().optional(),
  reply: z.array(z.int()).optional(),
  notes: sentences.optional(),
  sources: sentences,
  verified: day,
  reference: z
    .strictObject({
      frequency: z.string().optional(),
      importance: z.string().optional(),
      types: z.array(z.string()).default([]),
      title: z.string(),
      says: z.string(),
      advice: sentences.default([])
    })
    .optional()
})

export const toolShape = z.strictObject({
  id: z.string(),
  name: z.string(),
  kind: z.string(),
  how: z.string(),
  code: z.string().optional(),
  source: z.string()
})

export const questionShape = z.strictObject({
  id: z.string(),
  ask: z.string(),
  help: z.string().optional(),
  answer: z
    .array(
      z.strictObject({
        text: z.string(),
        next: z.string().optional(),
        end: z.strictObject({ causes: z.array(z.string()), says: z.string(), do: sentences, run: sentences.optional() }).optional()
      })
    )
    .min(2)
})

export const termShape = z.strictObject({
  title: z.string(),
  who: z.string().optional(),
  says: z.string().optional(),
  sentence: z.string().optional()
})
export const labelsShape = z.strictObject({ name: z.string(), labels: z.record(z.string(), z.string()) })
