import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { z } from 'zod'
import type {
  Cause,
  Code,
  FileKind,
  Fixes,
  Knowledge,
  Labels,
  Origin,
  Question,
  Reference,
  Rule,
  Term,
  Tool
} from '../../packages/core/src/knowledge/knowledge.ts'
import { lineOf, type Problem, readFolder, readToml, type TomlFile } from './read.ts'
import {
  causeShape,
  codeShape,
  labelsShape,
  originShape,
  questionShape,
  type RuleInput,
  ruleShape,
  termShape,
  toolShape
} from './shapes.ts'

/** Where a rule was written, for messages. */
type Place = { readonly file: string; readonly line: number }

export type Compiled = {
  readonly knowledge: Knowledge
  readonly reference: Reference
  readonly places: ReadonlyMap<string, Place>
  readonly problems: Problem[]
}

const ruleFolders: readonly { readonly folder: string; readonly kind?: FileKind }[] = [
  { folder: 'providers' },
  { folder: 'software' },
  { folder: 'clients', kind: 'client' },
  { folder: 'general', kind: 'general' }
]

/** Drops absent fields, so that the table carries nothing that is not there. */
const compact = <T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as { [K in keyof T]: Exclude<T[K], undefined> }

const explain = (error: z.ZodError): string =>
  error.issues.map((issue) => `${issue.path.join('.')}${issue.path.length > 0 ? ': ' : ''}${issue.message}`).join('; ')

export const compileKnowledge = (root: string): Compiled => {
  const problems: Problem[] = []
  const places = new Map<string, Place>()
  const sources: string[] = []
  const sourceIndex = new Map<string, number>()
  const indexOfSource = (source: string): number => {
    const known = sourceIndex.get(source)
    if (known !== undefined) return known
    sources.push(source)
    sourceIndex.set(source, sources.length - 1)
    return sources.length - 1
  }

  const causes = readFolder(join(root, 'causes'), problems)
    .map((file) => readCause(file, problems))
    .filter((cause) => cause !== undefined)
  const detailsOf = new Map(causes.map((cause) => [cause.id, new Set(['expired', ...cause.details.map(({ id }) => id)])]))

  const origins: Origin[] = []
  const rules: Rule[] = []
  const examples: Record<string, string> = {}

  const checkCause = (owner: { cause?: string | undefined; detail?: string | undefined }, at: Place): boolean => {
    if (owner.cause === undefined) return true
    const details = detailsOf.get(owner.cause)
    if (details === undefined) problems.push({ ...at, message: `unknown cause: ${owner.cause}` })
    else if (owner.detail !== undefined && !details.has(owner.detail))
      problems.push({ ...at, message: `the cause ${owner.cause} has no detail ${owner.detail}` })
    else return true
    return false
  }

  const addRule = (input: RuleInput, origin: number, file: TomlFile): void => {
    const at = { file: file.path, line: lineOf(file.text, 'id', input.id) }
    const earlier = places.get(input.id)
    if (earlier !== undefined) {
      problems.push({ ...at, message: `duplicate id ${input.id}, first in ${earlier.file}:${earlier.line}` })
      return
    }
    places.set(input.id, at)
    if (!input.id.startsWith(`${file.name}.`)) problems.push({ ...at, message: `the id ${input.id} must begin with ${file.name}.` })
    if (input.says === undefined && input.reply === undefined && input.status === undefined)
      problems.push({ ...at, message: `${input.id} has neither says nor reply nor status` })
    if (!checkCause(input, at)) return
    if (input.cause === 'undetermined' && !input.wrapper)
      problems.push({ ...at, message: `${input.id}: only a wrapper may leave the cause undetermined` })
    const {
      example,
      source,
      layer,
      'ask-rank': rank,
      'retry-after': retryAfter,
      'known-provider': knownProvider,
      'needs-code': needsCode,
      ...rest
    } = input
    rules.push(compact({ ...rest, retryAfter, knownProvider, needsCode, origin, source: indexOfSource(source) }) as Rule)
    examples[input.id] = example
  }

  for (const { folder, kind } of ruleFolders) {
    if (!existsSync(join(root, folder))) continue
    for (const file of readFolder(join(root, folder), problems)) {
      const parsed = originShape.safeParse({ ...(kind === undefined ? {} : { kind }), ...file.data })
      if (!parsed.success) {
        problems.push({ file: file.path, line: 1, message: explain(parsed.error) })
        continue
      }
      if (origins.some(({ id }) => id === file.name))
        problems.push({ file: file.path, line: 1, message: `the name ${file.name} is taken by another folder's file` })
      const { rule: ruleList, page, ...header } = parsed.data
      origins.push(compact({ id: file.name, ...header, ...(page === undefined ? {} : { pages: page }) }) as Origin)
      for (const raw of ruleList ?? []) {
        const rule = ruleShape.safeParse(raw)
        if (rule.success) addRule(rule.data, origins.length - 1, file)
        else problems.push({ file: file.path, line: lineOf(file.text, 'id', idOf(raw)), message: `${idOf(raw)}: ${explain(rule.error)}` })
      }
    }
  }

  const codes = readCodes(root, problems, checkCause)
  origins.push({ id: 'code', name: 'Codes', kind: 'code' })
  addCodeRules(codes, rules, examples, origins.length - 1, indexOfSource)

  rules.sort((a, b) => (a.id < b.id ? -1 : 1))
  const table = (name: string): Record<string, Term> => readTerms(join(root, `${name}.toml`), problems)
  return {
    knowledge: {
      origins,
      rules,
      sources,
      causes,
      parties: table('parties'),
      groups: table('groups'),
      stages: table('stages'),
      roles: table('roles'),
      actions: table('actions'),
      labels: readLabels(join(root, 'labels.toml'), problems)
    },
    reference: {
      codes,
      tools: readList(join(root, 'see-more.toml'), 'tool', toolShape, problems) as Tool[],
      questions: (readList(join(root, 'troubleshoot.toml'), 'question', questionShape, problems) as z.infer<typeof questionShape>[]).map(
        ({ answer, ...question }) =>
          compact({
            ...question,
            answers: answer.map(({ end, ...rest }) =>
              compact({ ...rest, ...(end === undefined ? {} : { end: { ...end, run: end.run ?? [] } }) })
            )
          }) as Question
      ),
      examples
    },
    places,
    problems
  }
}

const idOf = (raw: unknown): string => (typeof raw === 'object' && raw !== null && 'id' in raw ? String(raw.id) : '(rule without id)')

const readCause = (file: TomlFile, problems: Problem[]): Cause | undefined => {
  const parsed = causeShape.safeParse(file.data)
  if (!parsed.success) {
    problems.push({ file: file.path, line: 1, message: explain(parsed.error) })
    return undefined
  }
  const { check, detail, ...cause } = parsed.data
  if (cause.id !== file.name) problems.push({ file: file.path, line: 1, message: `the id ${cause.id} is not the file's name` })
  return compact({
    ...cause,
    fix: compact(cause.fix) as Fixes,
    checks: check ?? [],
    details: (detail ?? []).map(({ check: checks, ...rest }) => compact({ ...rest, ...(checks === undefined ? {} : { checks }) }))
  }) as Cause
}

const readCodes = (
  root: string,
  problems: Problem[],
  checkCause: (owner: { cause?: string | undefined; detail?: string | undefined }, at: Place) => boolean
): Code[] => {
  const codes = new Map<string, Code>()
  if (!existsSync(join(root, 'codes'))) return []
  for (const file of readFolder(join(root, 'codes'), problems)) {
    for (const raw of Array.isArray(file.data.code) ? file.data.code : []) {
      const name = typeof raw === 'object' && raw !== null && 'code' in raw ? String(raw.code) : '?'
      const at = { file: file.path, line: lineOf(file.text, 'code', name) }
      const parsed = codeShape.safeParse(raw)
      if (!parsed.success) problems.push({ ...at, message: `code ${name}: ${explain(parsed.error)}` })
      else if (codes.has(name)) problems.push({ ...at, message: `the code ${name} is there twice` })
      else if (checkCause(parsed.data, at)) codes.set(name, compact(parsed.data) as Code)
    }
  }
  return [...codes.values()]
}

/** A code that suggests a cause by itself is a rule of the lowest levels: its verdict is weak and any text wins over it. */
const addCodeRules = (
  codes: readonly Code[],
  rules: Rule[],
  examples: Record<string, string>,
  origin: number,
  indexOfSource: (source: string) => number
): void => {
  for (const code of codes) {
    if (code.cause === undefined || (code.kind !== 'reply' && code.kind !== 'status')) continue
    const common = { origin, cause: code.cause, source: indexOfSource(code.sources[0] ?? ''), verified: code.verified }
    if (code.kind === 'status') {
      const id = `status.${code.code.replaceAll('.', '-')}`
      rules.push(compact({ id, status: [code.code], detail: code.detail, ...common }) as Rule)
      examples[id] = code.code.startsWith('x.') ? `${code.code.replace('x', '5')} (no words)` : `${code.code} (no words)`
    } else if (/^[245]\d\d$/.test(code.code)) {
      const id = `reply.${code.code}`
      rules.push(compact({ id, reply: [Number(code.code)], detail: code.detail, ...common }) as Rule)
      examples[id] = `${code.code} (no words)`
    }
  }
}

const readTerms = (path: string, problems: Problem[]): Record<string, Term> => {
  const terms: Record<string, Term> = {}
  const file = existsSync(path) ? readToml(path, problems) : undefined
  for (const [id, raw] of Object.entries(file?.data ?? {})) {
    const parsed = termShape.safeParse(raw)
    if (parsed.success) terms[id] = { title: parsed.data.title, says: parsed.data.says ?? parsed.data.who ?? parsed.data.sentence ?? '' }
    else problems.push({ file: path, line: 1, message: `${id}: ${explain(parsed.error)}` })
  }
  return terms
}

const readLabels = (path: string, problems: Problem[]): Record<string, Labels> => {
  const labels: Record<string, Labels> = {}
  const file = existsSync(path) ? readToml(path, problems) : undefined
  for (const [id, raw] of Object.entries(file?.data ?? {})) {
    const parsed = labelsShape.safeParse(raw)
    if (parsed.success) labels[id] = parsed.data
    else problems.push({ file: path, line: 1, message: `${id}: ${explain(parsed.error)}` })
  }
  return labels
}

const readList = (path: string, key: string, shape: z.ZodType, problems: Problem[]): unknown[] => {
  const file = existsSync(path) ? readToml(path, problems) : undefined
  const list = file?.data[key]
  return (Array.isArray(list) ? list : []).flatMap((raw) => {
    const parsed = shape.safeParse(raw)
    if (parsed.success) return [compact(parsed.data as object)]
    problems.push({ file: path, line: lineOf(file?.text ?? '', 'id', idOf(raw)), message: `${idOf(raw)}: ${explain(parsed.error)}` })
    return []
  })
}
