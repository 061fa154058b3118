import type { Cause, Code, Detail, Knowledge, Origin, Rule, Term, Tool } from '@whybounce/core'

/**
 * The knowledge as the explainer carries it, in two parts: the rules, with all that a verdict needs, and the words of
 * the advice, which follow while the first paste is being read. Rows lie as columns, since values of one kind beside
 * each other compress better; what only the reference pages show (reasons, examples, most sources) is left out.
 */

/** The rows of a table, column by column; null where a row has no such field. */
export type Columns<Row> = { readonly [Field in keyof Row]?: readonly (Row[Field] | null)[] }

type DetailWords = 'not' | 'checks' | 'fix'
type CauseWords = 'not' | 'checks' | 'fix'
type RuleWords = 'id' | 'code' | 'title' | 'advice' | 'link' | 'means' | 'fix' | 'source' | 'verified'

type PackedDetail = Omit<Detail, 'why' | DetailWords>
type PackedCause = Omit<Cause, 'why' | 'example' | 'sources' | 'details' | CauseWords> & {
  readonly details: readonly PackedDetail[]
}
export type PackedTool = Pick<Tool, 'id' | 'name'>

export type PackedRules = {
  readonly origins: Columns<Omit<Origin, 'operator' | 'note' | 'pages'>>
  readonly rules: Columns<Omit<Rule, 'why' | RuleWords>>
  readonly causes: readonly PackedCause[]
  readonly terms: Pick<Knowledge, 'parties' | 'groups' | 'stages' | 'actions'>
}

export type PackedWords = {
  readonly rules: Columns<Pick<Rule, RuleWords>>
  /** In the order of the causes, and of their details. */
  readonly causes: readonly (Pick<Cause, CauseWords> & { readonly details: readonly Pick<Detail, DetailWords>[] })[]
  readonly sources: readonly string[]
  readonly roles: Readonly<Record<string, Term>>
  readonly codes: Columns<Omit<Code, 'sources' | 'verified' | 'reference'>>
  readonly tools: readonly PackedTool[]
}

/** Rows out of columns; `rest` gives the fields that were left out. */
const rowsOf = <Row extends object>(columns: Columns<Partial<Row>>, rest: Partial<Row>): Row[] => {
  const named = Object.entries<readonly unknown[] | undefined>(columns)
  const count = named[0]?.[1]?.length ?? 0
  return Array.from({ length: count }, (_, index) => {
    const fields = named.flatMap(([name, values]) => (values?.[index] == null ? [] : [[name, values[index]]]))
    // pack.ts made the columns of such rows; pack.test.ts proves that they come out again.
    return { ...rest, ...Object.fromEntries(fields) } as Row
  })
}

/** Knowledge that can tell a verdict but has no words of advice yet; its rules are called by their number. */
export const unpackRules = ({ origins, rules, causes, terms }: PackedRules): Knowledge => ({
  ...terms,
  origins: rowsOf<Origin>(origins, {}),
  rules: rowsOf<Rule>(rules, { source: 0, verified: '' }).map((rule, index) => ({ ...rule, id: `${index}` })),
  causes: causes.map((cause) => ({ ...cause, why: [], example: '', sources: [], not: [], checks: [], fix: {} })),
  sources: [],
  roles: {},
  labels: {}
})

/** The same with its words. */
export const addWords = (knowledge: Knowledge, { rules, causes, sources, roles }: PackedWords): Knowledge => {
  const ruleWords = rowsOf<Pick<Rule, RuleWords>>(rules, {})
  return {
    ...knowledge,
    rules: knowledge.rules.map((rule, index) => ({ ...rule, ...ruleWords[index] })),
    causes: knowledge.causes.map((cause, index) => ({
      ...cause,
      ...causes[index],
      details: cause.details.map((detail, at) => ({ ...detail, ...causes[index]?.details[at] }))
    })),
    sources,
    roles
  }
}

export const unpackCodes = ({ codes }: PackedWords): Code[] => rowsOf<Code>(codes, { sources: [], verified: '' })
