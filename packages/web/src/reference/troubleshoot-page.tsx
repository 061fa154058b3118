import type { End, Question } from '@whybounce/core'
import type { VNode } from 'preact'
import { questions } from '../knowledge/source.ts'
import type { Page } from '../page/document.tsx'
import { base, causePath } from '../page/paths.ts'
import { Command, Prose, Sentences } from '../page/prose.tsx'
import { titleOf } from '../page/terms.ts'

/** An end has no name of its own: it is called by its question and the number of the answer. */
const endId = (question: Question, index: number): string => `${question.id}.${index + 1}`

const EndPart = ({ id, said, end }: { id: string; said: string; end: End }): VNode => (
  <section id={id} class="node end">
    <p class="kicker">{said}</p>
    <h2>
      {end.causes.length === 1 ? 'Most likely: ' : 'Most likely one of these'}
      {end.causes.length === 1 && titleOf(...pairOf(end.causes[0] ?? ''))}
    </h2>
    <p class="lead">
      <Prose text={end.says} />
    </p>
    <h3>What to do</h3>
    <Sentences ordered items={end.do} />
    {end.run.length > 0 && (
      <>
        <h3>Look</h3>
        {end.run.map((run) => (
          <Command key={run} run={run} />
        ))}
      </>
    )}
    <h3>Read more</h3>
    <ul class="chips">
      {end.causes.map((name) => (
        <li key={name}>
          <a href={causePath(...pairOf(name))}>{titleOf(...pairOf(name))}</a>
        </li>
      ))}
    </ul>
  </section>
)

const pairOf = (name: string): [string, string | undefined] => {
  const [cause = name, detail] = name.split('/')
  return [cause, detail]
}

const QuestionPart = ({ question }: { question: Question }): VNode => (
  <section id={question.id} class="node">
    <h2>{question.ask}</h2>
    {question.help !== undefined && (
      <p>
        <Prose text={question.help} />
      </p>
    )}
    <ul class="answers">
      {question.answers.map((answer, index) => (
        <li key={answer.text}>
          <a href={`#${answer.next ?? endId(question, index)}`}>{answer.text}</a>
        </li>
      ))}
    </ul>
  </section>
)

export const troubleshootPage = (): Page => ({
  path: 'troubleshoot/',
  section: 'troubleshoot/',
  title: 'Guide: find out why mail fails',
  description: 'A guided path of questions for those who have no error text: each answer leads on, until a likely cause and what to do.',
  entry: 'reference',
  body: (
    <>
      <h1>Find out why mail fails</h1>
      <p class="lead">
        For those who have no error text. If you have any, <a href={base}>paste it instead</a>: it says more than any question here.
      </p>
      <div id="path" data-start="start">
        <ol id="trail" aria-label="Your answers" />
        {questions.map((question) => [
          <QuestionPart key={question.id} question={question} />,
          ...question.answers.flatMap(({ text, end }, index) =>
            end === undefined
              ? []
              : [<EndPart key={endId(question, index)} id={endId(question, index)} said={`${question.ask} ${text}`} end={end} />]
          )
        ])}
      </div>
    </>
  )
})
