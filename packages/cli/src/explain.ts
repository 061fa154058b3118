import {
  type Answer,
  decodeBytes,
  defaultDiagnoser,
  type Explanation,
  explain,
  labelOf,
  type Role,
  roles,
  type Stage,
  stages,
  surenessText,
  type Tool,
  table,
  waitText
} from '@whybounce/core'
import { eventFields } from './event-fields.ts'
import { readInputs } from './input.ts'
import { block, openTerminal, printable, type Terminal, wrap } from './terminal.ts'
import { exitCodes, UsageError } from './usage.ts'

export type ExplainOptions = {
  readonly file?: string | undefined
  readonly json?: boolean | undefined
  readonly role?: string | undefined
  readonly as?: string | undefined
  readonly provider?: string | undefined
  readonly stage?: string | undefined
  readonly recipient?: string | undefined
}

const oneOf = <T extends string>(list: readonly T[], value: string | undefined, option: string): T | undefined => {
  if (value === undefined) return undefined
  const found = list.find((item) => item === value)
  if (found === undefined) throw new UsageError(`--${option} takes one of: ${list.join(', ')}.`)
  return found
}

export const checkOptions = (options: ExplainOptions): { role: Role | undefined; stage: Stage | undefined } => {
  if (options.as !== undefined && table.labels[options.as] === undefined)
    throw new UsageError(`--as takes one of: ${Object.keys(table.labels).join(', ')}.`)
  if (options.provider !== undefined && defaultDiagnoser().origins.byId(options.provider) < 0)
    throw new UsageError(`There is no provider ${options.provider}. whybounce providers lists them.`)
  return { role: oneOf(roles, options.role, 'role'), stage: oneOf(stages, options.stage, 'stage') }
}

export const runExplain = async (words: readonly string[], options: ExplainOptions): Promise<number> => {
  const { role, stage } = checkOptions(options)
  const inputs = await readInputs(words, options.file)
  const context = { provider: options.provider, stage, recipient: options.recipient }
  if (words.length === 1 && /^[^\s@]*[/\\][^\s]*$|\.(?:eml|txt|log|msg|json)$/i.test(words[0] ?? '') && inputs[0] === words[0])
    process.stderr.write(`whybounce: there is no file ${printable(words[0] ?? '')}, so its name is read as a text.\n`)
  const results = inputs.map((input) => ({ input, explanation: explain(input, context) }))
  if (results.every(({ explanation }) => explanation.kind === 'empty'))
    throw new UsageError('The input is empty: there is nothing to explain.')
  if (options.json) {
    const shown = results.map(({ input, explanation }) => withLabels(input, explanation, options.as))
    process.stdout.write(`${JSON.stringify(shown.length === 1 ? shown[0] : shown, null, 2)}\n`)
  } else {
    const terminal = openTerminal(process.stdout)
    const answers = results.flatMap(({ explanation }) => explanation.answers)
    for (const { explanation } of results)
      for (const line of [explanation.read, explanation.partial])
        if (line !== undefined)
          process.stdout.write(`${terminal.paint('dim', wrap(printable(line), terminal.width))}\n${answers.length === 0 ? '' : '\n'}`)
    const tools = answers.some(({ seeMore }) => seeMore) ? (await import('@whybounce/core/reference')).reference.tools : []
    if (answers.length > 0)
      process.stdout.write(
        `${answers.map((answer, index) => printAnswer(tools, terminal, answer, role, options.as, answers.length > 1 ? index + 1 : 0)).join('\n\n')}\n`
      )
  }
  return results.some(({ explanation }) => explanation.answers.some(({ diagnosis }) => diagnosis.cause !== 'undetermined'))
    ? exitCodes.done
    : exitCodes.undetermined
}

const withLabels = (input: string | Uint8Array, explanation: Explanation, taxonomy: string | undefined): object => ({
  // A message is its file; what was read out of it stands in its events.
  ...(explanation.kind === 'message' ? {} : { input: typeof input === 'string' ? input : decodeBytes(input) }),
  kind: explanation.kind,
  ...(explanation.read === undefined ? {} : { read: explanation.read }),
  ...(explanation.partial === undefined ? {} : { partial: explanation.partial }),
  ...(explanation.events === undefined ? {} : { events: explanation.events.map(eventFields) }),
  answers: explanation.answers.map((answer) => ({
    ...answer,
    ...(taxonomy === undefined ? {} : { label: labelOf(defaultDiagnoser(), answer.diagnosis, taxonomy) ?? null })
  }))
})

const originName = (id: string | undefined): string | undefined => table.origins.find((origin) => origin.id === id)?.name ?? id

/** The answer as a person reads it in ten seconds: verdict, who must act, why we think so, what to do, commands, link. */
const printAnswer = (
  tools: readonly Tool[],
  terminal: Terminal,
  answer: Answer,
  role: Role | undefined,
  taxonomy: string | undefined,
  number: number
): string => {
  const { diagnosis, advice, code } = answer
  const { paint, width } = terminal
  const colour = diagnosis.confidence === 'none' ? 'yellow' : diagnosis.group === 'soft' || diagnosis.group === 'outcome' ? 'cyan' : 'red'
  const out: string[] = []
  const label = (name: string, text: string): void => {
    out.push(`  ${paint('dim', name.padEnd(10))} ${wrap(text, width - 13, ' '.repeat(13))}`)
  }
  const section = (title: string): void => {
    out.push('', paint('bold', title))
  }

  const isCode = code !== undefined && answer.text === code.code
  const heading = isCode ? `${code.code}: ${printable(code.title)}` : advice.title
  out.push(
    `${number > 0 ? paint('dim', `${number}. `) : ''}${paint([colour, 'bold'], heading)}${answer.times > 1 ? paint('dim', ` (${answer.times} times)`) : ''}`
  )
  out.push(block(isCode ? code.means : advice.happened, width, '  '))
  if (isCode && diagnosis.cause !== 'undetermined') out.push(block(`Most likely: ${advice.title}. ${advice.happened}`, width, '  '))
  out.push('')
  if (answer.recipients !== undefined && answer.recipients.length > 0) label('For', listed(answer.recipients))
  label('Who acts', advice.also === undefined ? advice.party.title : `${advice.party.title}, or ${advice.also.title}`)
  label('Now', [advice.action.title, waitText(diagnosis.retryAfter)].filter((text) => text !== '').join(', '))
  const where = [
    originName(diagnosis.provider),
    originName(diagnosis.software),
    diagnosis.stage === undefined ? undefined : table.stages[diagnosis.stage]?.title
  ]
  if (where.some((part) => part !== undefined)) label('Where', [...new Set(where.filter((part) => part !== undefined))].join(', '))
  label(
    'Cause',
    [diagnosis.detail === undefined ? diagnosis.cause : `${diagnosis.cause}/${diagnosis.detail}`, diagnosis.group, diagnosis.permanence]
      .filter((part) => part !== undefined)
      .join(', ')
  )
  label('Sure', sureness(answer))
  if (taxonomy !== undefined)
    label(table.labels[taxonomy]?.name ?? taxonomy, labelOf(defaultDiagnoser(), diagnosis, taxonomy) ?? 'no such label')
  const marked = markedText(terminal, answer)
  if (marked !== '') out.push('', marked)

  const shownRole = role ?? advice.role
  const fix = advice.fixes.find((entry) => entry.role === shownRole) ?? (role === undefined ? advice.fixes[0] : undefined)
  section(fix === undefined ? 'What to do' : `What to do (${fix.title})`)
  const ofCode = isCode && code.kind !== 'error' ? (code.advice ?? []) : []
  const forThis = fix !== undefined || role === undefined
  const steps = forThis ? [...(advice.first === undefined ? [] : [advice.first]), ...ofCode, ...(fix?.steps ?? [])] : []
  if (steps.length === 0) out.push(block(`There is nothing to do in this role. Who acts: ${advice.party.title}.`, width, '  '))
  for (const [index, step] of [...new Set(steps)].entries()) out.push(block(step, width, '     ', `  ${`${index + 1}.`.padEnd(3)}`))

  if (advice.checks.length > 0) section('Look')
  for (const { run, tells } of advice.checks) {
    out.push(`  ${paint('green', `$ ${run}`)}`, block(tells, width, '    '))
  }
  if (advice.checks.some(({ run }) => unfilled.test(run)))
    out.push(paint('dim', '  Words in capitals stand for what the text does not tell: put your own in.'))
  if (advice.not.length > 0) section('Do not')
  for (const warning of advice.not) out.push(block(warning, width, '    ', '  - '))
  if (isCode && code.notes !== undefined && code.notes.length > 0) {
    section('About this code')
    for (const note of code.notes) out.push(block(note, width, '    ', '  - '))
  }
  if (answer.seeMore) {
    section('See more')
    out.push(
      block(
        `The dialogue with the server would tell more. How to switch it on: whybounce see-more${toolOf(tools, diagnosis.software)}`,
        width,
        '  '
      )
    )
  }
  const links = [diagnosis.link, ...diagnosis.evidence.flatMap(({ source }) => source.match(/https:\/\/[^\s;,)]+/g) ?? [])]
  const shown = [...new Set(links.filter((link) => link !== undefined))]
  if (shown.length > 0) out.push('', ...shown.map((link) => `${paint('dim', 'More')} ${paint('underline', link)}`))
  const others = advice.fixes.filter((entry) => entry !== fix).map((entry) => entry.role)
  if (others.length > 0 && (role === undefined || fix === undefined))
    out.push(paint('dim', `Steps for others: --role ${others.join(' | ')}`))
  return out.join('\n')
}

const sureness = ({ diagnosis }: Answer): string => {
  const evidence = diagnosis.evidence[0]
  const read =
    evidence === undefined
      ? ''
      : ` (rule ${evidence.rule}, ${evidence.source.startsWith('memory') ? 'known without a source' : `read ${evidence.verified}`})`
  return `${diagnosis.confidence}: ${lowerFirst(surenessText(diagnosis)).replace(/\.$/, '')}${read}`
}

/** The program that sent, where the paste shows it: its debug output is the one to switch on. */
const toolOf = (tools: readonly Tool[], software: string | undefined): string => {
  const origin = table.origins.find(({ id, kind }) => id === software && (kind === 'client' || kind === 'mta'))
  const word = origin?.name.split(/[^\w.]+/)[0] ?? ''
  const tool = tools.find(({ id, name }) => id === origin?.id || (word !== '' && name.split(/[^\w.]+/).includes(word)))
  return tool === undefined ? ' (Nodemailer, PHPMailer, Postfix, Exim, Outlook …)' : ` ${tool.id}`
}

/** More names than this fill the screen; `whybounce events` lists all. */
const maxListed = 8

const listed = (recipients: readonly string[]): string =>
  recipients.slice(0, maxListed).map(printable).join(', ') +
  (recipients.length > maxListed ? ` and ${recipients.length - maxListed} more (whybounce events lists them)` : '')

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)

/** A placeholder that was left as a word in capitals (`HOST`, `SENDER-DOMAIN`); TXT, MX and AAAA are record types. */
const unfilled = /\b(?:RECIPIENT|DOMAIN|SENDER|SENDER-DOMAIN|IP|HOST|PORT|SELECTOR)\b/

/** How much of the input stands around the matched words. */
const contextLetters = 100

const markedText = ({ paint, width }: Terminal, { text, diagnosis }: Answer): string => {
  const span = diagnosis.evidence[0]?.span
  if (span === undefined) return ''
  const [start, end] = span
  const before = printable(text.slice(Math.max(0, start - contextLetters), start).replace(/^\S*\s/, start > contextLetters ? '… ' : '$&'))
  const after = printable(text.slice(end, end + contextLetters).replace(/\s\S*$/, end + contextLetters < text.length ? ' …' : '$&'))
  const gap = (there: string, side: boolean): string =>
    there !== '' && (side ? /\s$/.test(text.slice(0, start)) : /^\s/.test(text.slice(end))) ? ' ' : ''
  // Marks survive the wrapping as private-use letters, and become colours, or « » where there are none, behind it.
  const plain = `${before}${gap(before, true)}\ue000${printable(text.slice(start, end))}\ue001${gap(after, false)}${after}`
  return block(plain, width, '  │ ').replace(/\ue000([^\ue001]*)\ue001/s, (_, words: string) =>
    paint('bold', 'x') === 'x'
      ? `«${words}»`
      : words
          .split('\n  │ ')
          .map((part) => paint(['bold', 'inverse'], part))
          .join('\n  │ ')
  )
}
