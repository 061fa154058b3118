import { type Code, codeKindWords, defaultExplainer } from '@whybounce/core'
import type { VNode } from 'preact'
import type { Page } from '../page/document.tsx'
import { codePath } from '../page/paths.ts'

const kinds = ['reply', 'dots-lost', 'product', 'status', 'error', 'errno', 'unregistered'] as const satisfies readonly Code['kind'][]

const kindTitles: Readonly<Record<Code['kind'], string>> = {
  reply: 'SMTP reply codes',
  'dots-lost': 'Enhanced status codes that lost their dots',
  product: 'Codes of one product',
  status: 'Enhanced status codes',
  error: 'Errors of clients, libraries and providers',
  errno: 'Operating-system errors',
  unregistered: 'Not registered'
}

/** Values in the order in which the reference gives them, not by letter. */
const frequencies = ['Frequent', 'Common', 'Rare']
const importances = ['High', 'Medium', 'Low']

export const allCodes: readonly Code[] = defaultExplainer().codes.all

const typesOf = (codes: readonly Code[]): string[] => [...new Set(codes.flatMap(({ reference }) => reference?.types ?? []))].sort()

const Choice = ({ name, label, values }: { name: string; label: string; values: readonly (readonly [string, string])[] }): VNode => (
  <label>
    {label}
    <select name={name}>
      <option value="">any</option>
      {values.map(([value, text]) => (
        <option key={value} value={value}>
          {text}
        </option>
      ))}
    </select>
  </label>
)

const same = (values: readonly string[]): (readonly [string, string])[] => values.map((value) => [value, value] as const)

const Row = ({ code }: { code: Code }): VNode => {
  const facts = [
    code.is === undefined ? undefined : `really ${code.is}`,
    code.reference?.frequency,
    code.reference?.importance && `${code.reference.importance} importance`
  ]
  return (
    <li
      data-kind={code.kind}
      data-frequency={code.reference?.frequency ?? ''}
      data-importance={code.reference?.importance ?? ''}
      data-type={(code.reference?.types ?? []).join('|')}
    >
      <a href={codePath(code.code)}>
        <b>{code.code}</b> <span>{code.title}</span>
      </a>
      {facts.some((fact) => fact !== undefined) && <small>{facts.filter((fact) => fact !== undefined).join(' · ')}</small>}
    </li>
  )
}

/** Refusals before successes, since nobody looks up a 250; then numbers by number, words by letter. */
const inOrder = (codes: readonly Code[]): Code[] => {
  const rank = ({ code, kind }: Code): number => (kind === 'reply' ? -Number(code.charAt(0)) : 0)
  return codes.toSorted((a, b) => rank(a) - rank(b) || a.code.localeCompare(b.code, 'en', { numeric: true }))
}

export const codesPage = (): Page => ({
  path: 'codes/',
  section: 'codes/',
  title: 'Codes',
  description: `${allCodes.length} codes of failed mail: SMTP replies, enhanced status codes, errors of libraries and operating systems, and what each really is.`,
  entry: 'reference',
  body: (
    <>
      <h1>Codes</h1>
      <p class="lead">A code alone seldom tells the cause; the text behind it does. Here is what each one means, and what it really is.</p>
      <form class="filters" data-filter="#list">
        <label class="wide">
          Words or code
          <input type="search" name="q" autocomplete="off" spellcheck={false} />
        </label>
        <Choice name="kind" label="What it is" values={kinds.map((kind) => [kind, codeKindWords[kind]] as const)} />
        <Choice name="frequency" label="Frequency" values={same(frequencies)} />
        <Choice name="importance" label="Importance" values={same(importances)} />
        <Choice name="type" label="Type" values={same(typesOf(allCodes))} />
        <p role="status" class="found" />
      </form>
      <div id="list">
        {kinds.map((kind) => (
          <section key={kind}>
            <h2>{kindTitles[kind]}</h2>
            <ul class="rows">
              {inOrder(allCodes.filter((code) => code.kind === kind)).map((code) => (
                <Row key={code.code} code={code} />
              ))}
            </ul>
          </section>
        ))}
      </div>
    </>
  )
})
