import type { Code, Knowledge, Tool } from '@whybounce/core'
import type { Columns, PackedRules, PackedWords } from './unpack.ts'

/** Columns of the fields that `takes` names, out of rows; a table without rows has no columns. */
const columnsOf = <Row extends object>(rows: readonly Row[], takes: (field: string) => boolean): Columns<Row> => {
  const plain = rows.map((row): Record<string, unknown> => Object.fromEntries(Object.entries(row)))
  const names = [...new Set(plain.flatMap((row) => Object.keys(row)))].filter(takes)
  // It becomes JSON in any case; what comes out of it again is proved by pack.test.ts.
  return JSON.parse(JSON.stringify(Object.fromEntries(names.map((name) => [name, plain.map((row) => row[name] ?? null)]))))
}

const words = <Words extends { not?: unknown; checks?: unknown; fix?: unknown }>({
  not,
  checks,
  fix
}: Words): Pick<Words, 'not' | 'checks' | 'fix'> => JSON.parse(JSON.stringify({ not, checks, fix }))

const oneOf =
  (...names: readonly string[]) =>
  (field: string): boolean =>
    names.includes(field)
const noneOf =
  (...names: readonly string[]) =>
  (field: string): boolean =>
    !names.includes(field)

const ruleWords = ['id', 'code', 'title', 'advice', 'link', 'means', 'fix', 'source', 'verified']

/** All that a verdict needs: every rule, and the names and first sentences of what they lead to. */
export const packRules = ({ origins, rules, causes, parties, groups, stages, actions }: Knowledge): PackedRules => ({
  origins: columnsOf(origins, noneOf('operator', 'note', 'pages')),
  rules: columnsOf(rules, noneOf('why', ...ruleWords)),
  causes: causes.map(({ why, example, sources, not, checks, fix, details, ...cause }) => ({
    ...cause,
    details: details.map(({ why, not, checks, fix, ...detail }) => detail)
  })),
  terms: { parties, groups, stages, actions }
})

/** What follows: steps, commands, warnings, what codes mean. */
export const packWords = ({ rules, causes, sources, roles }: Knowledge, codes: readonly Code[], tools: readonly Tool[]): PackedWords => ({
  rules: columnsOf(rules, oneOf(...ruleWords)),
  causes: causes.map((cause) => ({
    ...words(cause),
    details: cause.details.map(words)
  })),
  sources,
  roles,
  codes: columnsOf(codes, noneOf('sources', 'verified', 'reference')),
  tools: tools.map(({ id, name }) => ({ id, name }))
})
