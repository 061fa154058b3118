import type { Role } from '@whybounce/core'
import type { ComponentChildren, VNode } from 'preact'
import { Source } from '../page/parts.tsx'
import { Command, Prose, Sentences } from '../page/prose.tsx'
import type { Excerpt } from './excerpt.ts'
import { RoleTabs } from './role-tabs.tsx'
import type { Link, View } from './view.ts'

const Part = ({ title, children }: { title: string; children: ComponentChildren }): VNode => (
  <section>
    <h3>{title}</h3>
    {children}
  </section>
)

const Links = ({ links }: { links: readonly Link[] }): VNode => (
  <ul class="chips">
    {links.map(({ text, href }) => (
      <li key={href}>
        <a href={href}>{text}</a>
      </li>
    ))}
  </ul>
)

const Facts = ({ view }: { view: View }): VNode => (
  <dl class="verdict">
    <div>
      <dt>Who must act</dt>
      <dd>
        <strong>{view.party.title}</strong> <span>{view.party.says}</span>
      </dd>
    </div>
    <div>
      <dt>What to do now</dt>
      <dd>
        <strong>{view.action.title}</strong> <span>{view.action.says}</span>
      </dd>
    </div>
    <div>
      <dt>How sure</dt>
      <dd>
        <strong>{view.sure}</strong> <span>{view.sureness}</span>
      </dd>
    </div>
  </dl>
)

const Marked = ({ excerpt }: { excerpt: Excerpt }): VNode => (
  <figure class="excerpt">
    <figcaption>{excerpt.words === '' ? 'Your text: no words in it decided' : 'Your text: the marked words decided'}</figcaption>
    <pre>
      {excerpt.before}
      {excerpt.words !== '' && <mark>{excerpt.words}</mark>}
      {excerpt.after}
    </pre>
  </figure>
)

const Evidence = ({ view: { evidence, where, permanence } }: { view: View }): VNode => (
  <p class="evidence">
    {where.length > 0 && <span>Where: {where.join(', ')}. </span>}
    {permanence !== undefined && <span>The code says: {permanence}. </span>}
    {evidence !== undefined && (
      <span>
        Rule <a href={evidence.rule.href}>{evidence.rule.text}</a>. Source: <Source source={evidence.source} verified={evidence.verified} />
        .
      </span>
    )}
  </p>
)

type Props = { view: View; number: number; complete: boolean; chosen: Role | undefined; choose: (role: Role) => void }

export const AnswerCard = ({ view, number, complete, chosen, choose }: Props): VNode => (
  <article class={`card tone-${view.tone}`}>
    <p class="kicker">
      {view.kicker}
      {view.times > 1 && <span> · {view.times} times</span>}
    </p>
    <h2>
      {number > 0 && <span class="number">{number}. </span>}
      {view.title}
    </h2>
    {view.happened.map((text) => (
      <p class="lead" key={text}>
        <Prose text={text} />
      </p>
    ))}
    {view.recipients.length > 0 && (
      <p class="whom">
        <b>For:</b> {view.recipients.join(', ')}
        {view.moreRecipients > 0 && ` and ${view.moreRecipients} more`}
      </p>
    )}
    <Facts view={view} />
    <Part title="What to do">
      {view.fixes.length > 0 ? (
        <RoleTabs
          fixes={view.fixes}
          first={view.first}
          chosen={view.fixes.some(({ role }) => role === chosen) && chosen !== undefined ? chosen : view.role}
          choose={choose}
        />
      ) : view.first.length > 0 ? (
        <Sentences ordered items={view.first} />
      ) : !complete ? (
        <p>The steps are being loaded …</p>
      ) : (
        <p>{view.party.title} must act; there is nothing for others to do.</p>
      )}
      {view.more.map(({ text, href }) => (
        <p key={href}>
          <a href={href} rel="noreferrer">
            The provider's page about it ({text})
          </a>
        </p>
      ))}
    </Part>
    {view.excerpt !== undefined && <Marked excerpt={view.excerpt} />}
    {view.checks.length > 0 && (
      <Part title="Look">
        {view.checks.map((check) => (
          <Command key={check.run} {...check} />
        ))}
      </Part>
    )}
    {view.not.length > 0 && (
      <Part title="Do not">
        <div class="not">
          <Sentences items={view.not} />
        </div>
      </Part>
    )}
    {view.notes.length > 0 && (
      <Part title="About this code">
        <Sentences items={view.notes} />
      </Part>
    )}
    {view.seeMore.length > 0 && (
      <Part title="How to see more">
        <p>The dialogue with the server holds the reason. How to switch on its display in:</p>
        <Links links={view.seeMore} />
      </Part>
    )}
    {view.similar.length > 0 && (
      <Part title="Similar codes">
        <Links links={view.similar} />
      </Part>
    )}
    {(view.pages.length > 0 || view.where.length > 0) && (
      <footer>
        <Links links={view.pages} />
        <Evidence view={view} />
      </footer>
    )}
  </article>
)
