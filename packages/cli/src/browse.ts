import { type Cause, type Code, codeKindWords, defaultExplainer, fillPlaceholders, type Origin, roles, table } from '@whybounce/core'
import { reference } from '@whybounce/core/reference'
import { block, openTerminal, printable, type Terminal } from './terminal.ts'
import { exitCodes, UsageError } from './usage.ts'

export type BrowseOptions = {
  readonly json?: boolean | undefined
  readonly frequency?: string | undefined
  readonly importance?: string | undefined
  readonly type?: string | undefined
  readonly kind?: string | undefined
  readonly search?: string | undefined
}

const print = (lines: readonly string[]): number => {
  process.stdout.write(`${lines.join('\n')}\n`)
  return exitCodes.done
}

const printJson = (value: unknown): number => print([JSON.stringify(value, null, 2)])

const list = ({ width }: Terminal, items: readonly string[]): string[] => items.map((item) => block(item, width, '    ', '  - '))

const same = (a: string | undefined, b: string): boolean => a?.toLowerCase() === b.toLowerCase()

const contains = (value: unknown, search: string): boolean => JSON.stringify(value).toLowerCase().includes(search.toLowerCase())

const twoColumns = (terminal: Terminal, rows: readonly (readonly [string, string])[]): string[] => {
  const first = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) =>
    block(right, terminal.width, ' '.repeat(first + 4), `  ${terminal.paint('bold', left.padEnd(first))}  `)
  )
}

/** Fails on a value that no entry has, and names those that there are. */
const checkValue = (option: string, value: string | undefined, allowed: readonly (string | undefined)[]): void => {
  const values = [...new Set(allowed.filter((entry) => entry !== undefined))]
  if (value !== undefined && !values.some((entry) => same(entry, value)))
    throw new UsageError(`--${option} takes one of: ${values.join(', ')}.`)
}

export const runCodes = (words: readonly string[], options: BrowseOptions): number => {
  const { codes } = defaultExplainer()
  const terminal = openTerminal(process.stdout)
  const name = words.join(' ').trim()
  checkValue(
    'frequency',
    options.frequency,
    codes.all.map(({ reference: known }) => known?.frequency)
  )
  checkValue(
    'importance',
    options.importance,
    codes.all.map(({ reference: known }) => known?.importance)
  )
  checkValue(
    'type',
    options.type,
    codes.all.flatMap(({ reference: known }) => known?.types ?? [])
  )
  checkValue(
    'kind',
    options.kind,
    codes.all.map(({ kind }) => kind)
  )
  const exact = name === '' ? undefined : codes.find(name)
  if (exact !== undefined)
    return options.json ? printJson({ ...exact, similar: codes.similar(name).map(({ code }) => code) }) : print(printCode(terminal, exact))
  const search = options.search ?? (name === '' ? undefined : name)
  const found = codes.all.filter(
    (code) =>
      (options.frequency === undefined || same(code.reference?.frequency, options.frequency)) &&
      (options.importance === undefined || same(code.reference?.importance, options.importance)) &&
      (options.type === undefined || (code.reference?.types ?? []).some((type) => same(type, options.type ?? ''))) &&
      (options.kind === undefined || code.kind === options.kind) &&
      (search === undefined || contains(code, search))
  )
  if (options.json) return printJson(found)
  if (found.length === 0)
    throw new UsageError(`No code fits${search === undefined ? '' : ` "${printable(search)}"`}. whybounce codes lists them all.`)
  return print(
    twoColumns(
      terminal,
      found.map((code) => [code.code, `${printable(code.title)} ${terminal.paint('dim', `(${codeKindWords[code.kind]})`)}`])
    )
  )
}

const printCode = (terminal: Terminal, code: Code): string[] => {
  const { paint, width } = terminal
  const { codes } = defaultExplainer()
  const out = [
    paint('bold', `${code.code}: ${code.title}`),
    block(`${codeKindWords[code.kind]}${code.is === undefined ? '' : `, really ${code.is}`}`, width, '  '),
    '',
    block(code.means, width, '  ')
  ]
  if (code.cause !== undefined)
    out.push(
      '',
      `  Alone it suggests: ${code.detail === undefined ? code.cause : `${code.cause}/${code.detail}`} (whybounce causes ${code.cause})`
    )
  else if (code.kind !== 'error') out.push('', block('Alone it does not tell a cause: the text behind it does.', width, '  '))
  if (code.advice !== undefined && code.advice.length > 0) out.push('', paint('bold', 'What to do'), ...list(terminal, code.advice))
  if (code.notes !== undefined && code.notes.length > 0)
    out.push('', paint('bold', code.kind === 'error' ? 'Usual reasons' : 'Worth knowing'), ...list(terminal, code.notes))
  if (code.reference !== undefined) {
    const { frequency, importance, types, title, says, advice } = code.reference
    out.push('', paint('bold', 'In the common list of codes'), block(`${title}. ${says}`, width, '  '))
    const facts = [
      frequency === undefined ? '' : `frequency ${frequency}`,
      importance === undefined ? '' : `importance ${importance}`,
      types.length === 0 ? '' : `type ${types.join(', ')}`
    ].filter((fact) => fact !== '')
    if (facts.length > 0) out.push(block(facts.join('; '), width, '  '))
    out.push(...list(terminal, advice))
  }
  const similar = codes.similar(code.code)
  if (similar.length > 0)
    out.push(
      '',
      paint('bold', 'Similar'),
      ...twoColumns(
        terminal,
        similar.map((other) => [other.code, other.title])
      )
    )
  return [...out, '', ...code.sources.map((source) => paint('dim', `Source: ${source} (${code.verified})`))]
}

export const runCauses = (words: readonly string[], options: BrowseOptions): number => {
  const terminal = openTerminal(process.stdout)
  const name = words[0]
  if (name === undefined) {
    const found = table.causes.filter((cause) => options.search === undefined || contains(cause, options.search))
    return options.json
      ? printJson(found)
      : print(
          twoColumns(
            terminal,
            found.map(({ id, title, group }) => [id, `${title} ${terminal.paint('dim', `(${group})`)}`])
          )
        )
  }
  const [id, detail] = name.split('/')
  const cause = table.causes.find((entry) => entry.id === id?.replaceAll('_', '-'))
  if (cause === undefined) throw new UsageError(`There is no cause ${printable(name)}. whybounce causes lists them.`)
  if (detail !== undefined && !cause.details.some((entry) => entry.id === detail))
    throw new UsageError(
      `${cause.id} has no detail ${printable(detail)}; it has: ${cause.details.map((entry) => entry.id).join(', ') || 'none'}.`
    )
  return options.json ? printJson(cause) : print(printCause(terminal, cause, detail))
}

const printCause = (terminal: Terminal, cause: Cause, detailId: string | undefined): string[] => {
  const { paint, width } = terminal
  const detail = cause.details.find(({ id }) => id === detailId)
  const out = [
    paint('bold', detail?.title ?? cause.title),
    block(detail?.happened ?? cause.happened, width, '  '),
    '',
    `  Who acts  ${table.parties[detail?.party ?? cause.party]?.title ?? cause.party}`,
    `  Now       ${table.actions[detail?.action ?? cause.action]?.title ?? cause.action}`,
    `  Group     ${cause.group}, ${cause.permanence} where the server does not tell`,
    '',
    paint('bold', 'Why'),
    ...list(terminal, detail?.why ?? cause.why)
  ]
  for (const role of roles) {
    const steps = detail?.fix?.[role] ?? cause.fix[role] ?? []
    if (steps.length > 0) out.push('', paint('bold', `What to do (${table.roles[role]?.title ?? role})`), ...list(terminal, steps))
  }
  const checks = [...(detail?.checks ?? []), ...cause.checks]
  if (checks.length > 0) out.push('', paint('bold', 'Look'))
  for (const { run, tells } of checks) out.push(`  ${paint('green', `$ ${fillPlaceholders(run, {})}`)}`, block(tells, width, '    '))
  out.push('', paint('bold', 'Do not'), ...list(terminal, detail?.not ?? cause.not))
  if (detail === undefined && cause.details.length > 0)
    out.push(
      '',
      paint('bold', 'Narrower'),
      ...twoColumns(
        terminal,
        cause.details.map((entry) => [`${cause.id}/${entry.id}`, entry.title])
      )
    )
  out.push('', block(`Example: ${cause.example}`, width, '  '))
  return out
}

export const runProviders = (words: readonly string[], options: BrowseOptions): number => {
  const terminal = openTerminal(process.stdout)
  const origins = table.origins.filter(({ kind }) => kind !== 'general' && kind !== 'code')
  checkValue(
    'kind',
    options.kind,
    origins.map(({ kind }) => kind)
  )
  const rulesOf = (origin: Origin): typeof table.rules => table.rules.filter((rule) => table.origins[rule.origin] === origin)
  const name = words.join(' ').trim()
  const origin = origins.find(
    (entry) => same(entry.id, name) || same(entry.name, name) || (entry.domains ?? []).some((domain) => same(domain, name))
  )
  if (origin === undefined) {
    const search = options.search ?? (name === '' ? undefined : name)
    const found = origins.filter(
      (entry) => (options.kind === undefined || entry.kind === options.kind) && (search === undefined || contains(entry, search))
    )
    if (options.json) return printJson(found.map((entry) => ({ ...entry, rules: rulesOf(entry).length })))
    if (found.length === 0)
      throw new UsageError(`There is no provider or software ${printable(search ?? '')}. whybounce providers lists them.`)
    return print(
      twoColumns(
        terminal,
        found.map((entry) => [entry.id, `${entry.name} ${terminal.paint('dim', `(${entry.kind}, ${rulesOf(entry).length} rules)`)}`])
      )
    )
  }
  const rules = rulesOf(origin).map((rule) => ({
    ...rule,
    source: table.sources[rule.source],
    origin: origin.id,
    example: reference.examples[rule.id]
  }))
  if (options.json) return printJson({ ...origin, rules })
  const { paint, width } = terminal
  const out = [
    paint('bold', origin.name),
    block(
      [origin.kind, origin.operator === undefined ? '' : `run by ${origin.operator}`].filter((part) => part !== '').join(', '),
      width,
      '  '
    )
  ]
  if (origin.note !== undefined) out.push('', block(origin.note, width, '  '))
  if (origin.mx !== undefined && origin.mx.length > 0) out.push('', block(`MX names end in: ${origin.mx.join(', ')}`, width, '  '))
  for (const page of origin.pages ?? []) out.push(`  ${page.title}: ${paint('underline', page.url)}`)
  for (const rule of rules) {
    out.push('', `${paint('bold', rule.id)}  ${rule.detail === undefined ? rule.cause : `${rule.cause}/${rule.detail}`}`)
    if (rule.example !== undefined) out.push(block(printable(rule.example), width, '  │ '))
    if (rule.advice !== undefined) out.push(block(rule.advice, width, '  '))
  }
  return print(out)
}

/** How to see more: `whybounce see-more nodemailer`. */
export const runSeeMore = (words: readonly string[], options: BrowseOptions): number => {
  const terminal = openTerminal(process.stdout)
  const name = words.join(' ').trim()
  const found = reference.tools.filter((tool) => name === '' || same(tool.id, name) || contains([tool.id, tool.name], name))
  if (options.json) return printJson(found)
  if (found.length === 0) throw new UsageError(`Nothing is known about ${printable(name)}. whybounce see-more lists what is.`)
  if (name === '')
    return print(
      twoColumns(
        terminal,
        found.map((tool) => [tool.id, tool.name])
      )
    )
  return print(
    found.flatMap((tool) => [
      terminal.paint('bold', tool.name),
      block(tool.how, terminal.width, '  '),
      ...(tool.code === undefined
        ? []
        : [
            '',
            ...tool.code
              .trimEnd()
              .split('\n')
              .map((line) => `    ${terminal.paint('green', line)}`)
          ]),
      terminal.paint('dim', `  Source: ${tool.source}`),
      ''
    ])
  )
}
