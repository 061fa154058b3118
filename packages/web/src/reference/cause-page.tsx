import { type Cause, type Check, type Detail, type Fixes, type Rule, roles, table } from '@whybounce/core'
import type { VNode } from 'preact'
import { examples } from '../knowledge/source.ts'
import type { Page } from '../page/document.tsx'
import { Lead, Part, Quote, Sources, Trail } from '../page/parts.tsx'
import { base, causePath, providerPath } from '../page/paths.ts'
import { Command, Prose, Sentences } from '../page/prose.tsx'
import { actionTitle, namedOrigins, partyTitle } from '../page/terms.ts'

const Verdict = ({ of }: { of: Pick<Cause, 'party' | 'also' | 'action'> }): VNode => (
  <dl class="verdict">
    <div>
      <dt>Who must act</dt>
      <dd>
        <strong>{partyTitle(of.party) + (of.also === undefined ? '' : `, or: ${partyTitle(of.also)}`)}</strong>{' '}
        <span>{table.parties[of.party]?.says}</span>
      </dd>
    </div>
    <div>
      <dt>What to do now</dt>
      <dd>
        <strong>{actionTitle(of.action)}</strong> <span>{table.actions[of.action]?.says}</span>
      </dd>
    </div>
  </dl>
)

const Steps = ({ fix, level }: { fix: Fixes; level: 'h3' | 'h4' }): VNode => {
  const Heading = level
  return (
    <>
      {roles.map((role) => {
        const steps = fix[role]
        return (
          steps !== undefined && (
            <div key={role}>
              <Heading>{table.roles[role]?.title ?? role}</Heading>
              <Sentences ordered items={steps} />
            </div>
          )
        )
      })}
    </>
  )
}

const Checks = ({ checks }: { checks: readonly Check[] }): VNode => (
  <>
    {checks.map((check) => (
      <Command key={check.run} {...check} />
    ))}
  </>
)

const DetailPart = ({ cause, detail }: { cause: Cause; detail: Detail }): VNode => (
  <section id={detail.id} class="detail">
    <h3>
      <a href={causePath(cause.id, detail.id)}>{detail.title}</a>
    </h3>
    {detail.happened !== undefined && (
      <p>
        <Prose text={detail.happened} />
      </p>
    )}
    {(detail.party !== undefined || detail.action !== undefined) && (
      <p>
        <b>{partyTitle(detail.party ?? cause.party)}</b> must act. {actionTitle(detail.action ?? cause.action)}.
      </p>
    )}
    {detail.why !== undefined && <Sentences items={detail.why} />}
    {detail.fix !== undefined && <Steps fix={detail.fix} level="h4" />}
    {detail.checks !== undefined && <Checks checks={detail.checks} />}
    {detail.not !== undefined && (
      <div class="not">
        <Sentences items={detail.not} />
      </div>
    )}
  </section>
)

/** What servers in general say for it, and who says something of their own. */
const Said = ({ rules }: { rules: readonly Rule[] }): VNode => {
  const general = rules.filter(({ origin }) => table.origins[origin]?.kind === 'general')
  const named = namedOrigins.filter((origin) => rules.some((rule) => table.origins[rule.origin] === origin))
  return (
    <Part title="What servers say">
      {named.length > 0 && (
        <>
          <p>These have words of their own for it:</p>
          <ul class="chips">
            {named.map(({ id, name }) => (
              <li key={id}>
                <a href={providerPath(id)}>{name}</a>
              </li>
            ))}
          </ul>
        </>
      )}
      {general.length > 0 && (
        <details>
          <summary>{general.length === 1 ? 'A reply of servers in general' : `${general.length} replies of servers in general`}</summary>
          <ul class="said">
            {general.map(({ id }) => (
              <li key={id} id={id}>
                <Quote text={examples[id] ?? id} />
                <small>{id}</small>
              </li>
            ))}
          </ul>
        </details>
      )}
    </Part>
  )
}

const Labels = ({ cause }: { cause: string }): VNode => (
  <dl class="facts">
    {Object.entries(table.labels).map(([id, { name, labels }]) => {
      const found = [...new Set([labels[cause], labels[`${cause}:permanent`], labels[`${cause}:transient`]])].filter(
        (label) => label !== undefined
      )
      return (
        <div key={id}>
          <dt>{name}</dt>
          <dd>
            {found.length === 0 ? 'no such label' : found.map((label, index) => [index > 0 && ', ', <code key={label}>{label}</code>])}
          </dd>
        </div>
      )
    })}
  </dl>
)

export const causePage = (cause: Cause): Page => {
  const rules = table.rules.filter((rule) => rule.cause === cause.id)
  return {
    path: `causes/${cause.id}/`,
    section: 'causes/',
    title: cause.title,
    description: cause.happened.slice(0, 300),
    entry: 'reference',
    body: (
      <div class={`tone-${cause.group}`}>
        <Trail href={`${base}causes/`} text="All causes" />
        <p class="kicker">{table.groups[cause.group]?.title ?? cause.group}</p>
        <h1>{cause.title}</h1>
        <Lead text={cause.happened} />
        <Verdict of={cause} />
        <Quote text={cause.example} />
        {cause.details.length > 0 && (
          <nav aria-label="Narrower" class="within">
            <p>Narrower:</p>
            <ul class="chips">
              {cause.details.map(({ id, title }) => (
                <li key={id}>
                  <a href={`#${id}`}>{title}</a>
                </li>
              ))}
            </ul>
          </nav>
        )}
        <Part title="Why">
          <Sentences items={cause.why} />
        </Part>
        {roles.some((role) => cause.fix[role] !== undefined) && (
          <Part title="What to do">
            <Steps fix={cause.fix} level="h3" />
          </Part>
        )}
        {cause.checks.length > 0 && (
          <Part title="Look">
            <Checks checks={cause.checks} />
          </Part>
        )}
        {cause.not.length > 0 && (
          <Part title="Do not">
            <div class="not">
              <Sentences items={cause.not} />
            </div>
          </Part>
        )}
        {cause.details.length > 0 && (
          <Part title="Narrower">
            {cause.details.map((detail) => (
              <DetailPart key={detail.id} cause={cause} detail={detail} />
            ))}
          </Part>
        )}
        {rules.length > 0 && <Said rules={rules} />}
        <Part title="What others call it">
          <Labels cause={cause.id} />
        </Part>
        <Sources sources={cause.sources} />
      </div>
    )
  }
}

export const causesPage = (): Page => ({
  path: 'causes/',
  section: 'causes/',
  title: 'Causes',
  description: `${table.causes.length} causes of failed mail: what happened, who must act and what to do.`,
  entry: 'reference',
  body: (
    <>
      <h1>Causes</h1>
      <p class="lead">
        Every failed mail has one of {table.causes.length} causes. Each page says what happened, who must act and what to do.
      </p>
      <form class="filters" data-filter="#list">
        <label class="wide">
          Words
          <input type="search" name="q" autocomplete="off" spellcheck={false} />
        </label>
        <p role="status" class="found" />
      </form>
      <div id="list">
        {Object.entries(table.groups).map(([group, { title, says }]) => (
          <section key={group} class={`tone-${group}`}>
            <h2>{title}</h2>
            <p>{says}</p>
            <ul class="rows">
              {table.causes
                .filter((cause) => cause.group === group)
                .map((cause) => (
                  <li key={cause.id}>
                    <a href={causePath(cause.id)}>
                      <span>{cause.title}</span>
                    </a>
                    <small>{partyTitle(cause.party)}</small>
                  </li>
                ))}
            </ul>
          </section>
        ))}
      </div>
    </>
  )
})
