import { type Code, codeKindWords, defaultExplainer } from '@whybounce/core'
import type { VNode } from 'preact'
import type { Page } from '../page/document.tsx'
import { Lead, Part, Sources, Trail } from '../page/parts.tsx'
import { base, causePath, codePath, slugOf } from '../page/paths.ts'
import { Prose, Sentences } from '../page/prose.tsx'
import { titleOf } from '../page/terms.ts'

/** The common list of codes, as it is known, beside what the standard says. */
const CommonList = ({ reference }: { reference: NonNullable<Code['reference']> }): VNode => {
  const facts = [
    ['Frequency', reference.frequency],
    ['Importance', reference.importance],
    ['Type', reference.types.join(', ')]
  ].filter(([, value]) => value !== undefined && value !== '')
  return (
    <Part title="In the common list of codes">
      <p>
        {reference.title}. <Prose text={reference.says} />
      </p>
      <dl class="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {reference.advice.length > 0 && <Sentences items={reference.advice} />}
    </Part>
  )
}

const Verdict = ({ code }: { code: Code }): VNode => (
  <p class="verdict-line">
    {code.cause === undefined ? (
      'Alone it does not tell a cause: the text behind it does.'
    ) : (
      <>
        Alone it suggests: <a href={causePath(code.cause, code.detail)}>{titleOf(code.cause, code.detail)}</a>
      </>
    )}{' '}
    <a href={base}>Paste the whole text</a> for the cause.
  </p>
)

export const codePage = (code: Code): Page => {
  const similar = defaultExplainer().codes.similar(code.code)
  return {
    path: `codes/${slugOf(code.code)}/`,
    section: 'codes/',
    title: `${code.code}: ${code.title}`,
    description: code.means.slice(0, 300),
    entry: 'reference',
    body: (
      <>
        <Trail href={`${base}codes/`} text="All codes" />
        <p class="kicker">
          {codeKindWords[code.kind]}
          {code.is !== undefined && `, really ${code.is}`}
        </p>
        <h1>
          {code.code} <span>{code.title}</span>
        </h1>
        <Lead text={code.means} />
        <Verdict code={code} />
        {code.advice !== undefined && code.advice.length > 0 && (
          <Part title="What to do">
            <Sentences ordered items={code.advice} />
          </Part>
        )}
        {code.notes !== undefined && code.notes.length > 0 && (
          <Part title={code.kind === 'error' ? 'Usual reasons' : 'Worth knowing'}>
            <Sentences items={code.notes} />
          </Part>
        )}
        {code.reference !== undefined && <CommonList reference={code.reference} />}
        {similar.length > 0 && (
          <Part title="Similar">
            <ul class="rows">
              {similar.map((other) => (
                <li key={other.code}>
                  <a href={codePath(other.code)}>
                    <b>{other.code}</b> <span>{other.title}</span>
                  </a>
                </li>
              ))}
            </ul>
          </Part>
        )}
        <Sources sources={code.sources} verified={code.verified} />
      </>
    )
  }
}
