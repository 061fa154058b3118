import { type Origin, type Rule, table } from '@whybounce/core'
import type { VNode } from 'preact'
import { examples } from '../knowledge/source.ts'
import type { Page } from '../page/document.tsx'
import { NameFilter, Part, Quote, Source, Trail } from '../page/parts.tsx'
import { base, causePath, providerPath } from '../page/paths.ts'
import { Prose } from '../page/prose.tsx'
import { namedOrigins, originKind, originKindWords, titleOf } from '../page/terms.ts'

const rulesOf = (origin: Origin): readonly Rule[] => table.rules.filter((rule) => table.origins[rule.origin] === origin)

/** Some are known by their names only: their servers say what all servers say. */
const textsOf = (origin: Origin): string => {
  const { length } = rulesOf(origin)
  return length === 0 ? 'no texts of its own' : length === 1 ? '1 text' : `${length} texts`
}

const RulePart = ({ rule }: { rule: Rule }): VNode => (
  <li id={rule.id}>
    <Quote text={examples[rule.id] ?? (rule.says ?? []).join(' / ')} />
    <p>
      <a href={causePath(rule.cause, rule.detail)}>{titleOf(rule.cause, rule.detail)}</a>
    </p>
    {(rule.advice ?? rule.means) !== undefined && (
      <p>
        <Prose text={rule.advice ?? rule.means ?? ''} />
      </p>
    )}
    <small>
      <a href={`#${rule.id}`}>{rule.id}</a> · <Source source={table.sources[rule.source] ?? ''} verified={rule.verified} />
    </small>
  </li>
)

const Names = ({ title, names }: { title: string; names: readonly string[] | undefined }): VNode | null =>
  names === undefined || names.length === 0 ? null : (
    <div>
      <dt>{title}</dt>
      <dd>{names.map((name, index) => [index > 0 && ', ', <code key={name}>{name}</code>])}</dd>
    </div>
  )

export const providerPage = (origin: Origin): Page => {
  const rules = rulesOf(origin)
  const causes = [...new Set(rules.map(({ cause }) => cause))]
  return {
    path: `providers/${origin.id}/`,
    section: 'providers/',
    title: origin.name,
    description: `What ${origin.name} says when mail fails, what it means and what to do: ${textsOf(origin)}.`,
    entry: 'reference',
    body: (
      <>
        <Trail href={`${base}providers/`} text="All providers" />
        <p class="kicker">
          {originKind(origin)}
          {origin.operator !== undefined && `, run by ${origin.operator}`}
        </p>
        <h1>{origin.name}</h1>
        {origin.note !== undefined && (
          <p class="lead">
            <Prose text={origin.note} />
          </p>
        )}
        <dl class="facts">
          <Names title="MX names end in" names={origin.mx} />
          <Names title="Other host names" names={origin.hosts} />
          <Names title="Domains" names={origin.domains} />
        </dl>
        {origin.pages !== undefined && origin.pages.length > 0 && (
          <Part title="Its own pages">
            <ul>
              {origin.pages.map(({ title, url }) => (
                <li key={url}>
                  <a href={url} rel="noreferrer">
                    {title}
                  </a>
                </li>
              ))}
            </ul>
          </Part>
        )}
        {rules.length > 0 && (
          <>
            <form class="filters" data-filter="#list">
              <label class="wide">
                Words in its texts
                <input type="search" name="q" autocomplete="off" spellcheck={false} />
              </label>
              <p role="status" class="found" />
            </form>
            <div id="list">
              {causes.map((cause) => (
                <section key={cause}>
                  <h2>{titleOf(cause)}</h2>
                  <ul class="said">
                    {rules
                      .filter((rule) => rule.cause === cause)
                      .map((rule) => (
                        <RulePart key={rule.id} rule={rule} />
                      ))}
                  </ul>
                </section>
              ))}
            </div>
          </>
        )}
      </>
    )
  }
}

export const providersPage = (): Page => ({
  path: 'providers/',
  section: 'providers/',
  title: 'Providers and software',
  description: `What ${namedOrigins.length} mailbox providers, mail servers, filters, blocklists and libraries say when mail fails.`,
  entry: 'reference',
  body: (
    <>
      <h1>Providers and software</h1>
      <p class="lead">Who says what when mail fails: each page holds the texts, their cause and what to do.</p>
      <NameFilter />
      <div id="list">
        {Object.entries(originKindWords).map(([kind, title]) => {
          const origins = namedOrigins.filter((origin) => origin.kind === kind)
          return (
            origins.length > 0 && (
              <section key={kind}>
                <h2>{title}</h2>
                <ul class="rows">
                  {origins
                    .toSorted((a, b) => a.name.localeCompare(b.name, 'en'))
                    .map((origin) => (
                      <li key={origin.id} data-words={[origin.operator, ...(origin.mx ?? []), ...(origin.domains ?? [])].join(' ')}>
                        <a href={providerPath(origin.id)}>
                          <span>{origin.name}</span>
                        </a>
                        <small>{textsOf(origin)}</small>
                      </li>
                    ))}
                </ul>
              </section>
            )
          )
        })}
      </div>
    </>
  )
})
