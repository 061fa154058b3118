import { createInterface } from 'node:readline'
import { type End, fillPlaceholders, type Question, table } from '@whybounce/core'
import { reference } from '@whybounce/core/reference'
import { block, openTerminal, type Terminal } from './terminal.ts'
import { exitCodes, UsageError } from './usage.ts'

const questionOf = (id: string): Question => {
  const question = reference.questions.find((entry) => entry.id === id)
  if (question === undefined) throw new RangeError(`no question ${id}`)
  return question
}

const printQuestion = ({ paint, width }: Terminal, question: Question): string =>
  [
    '',
    paint('bold', block(question.ask, width, '')),
    ...(question.help === undefined ? [] : [paint('dim', block(question.help, width, '  '))]),
    ...question.answers.map(({ text }, index) => block(text, width, '     ', `  ${`${index + 1})`.padEnd(3)}`))
  ].join('\n')

const printEnd = ({ paint, width }: Terminal, end: End): string => {
  const titles = end.causes.map((name) => {
    const [id, detail] = name.split('/')
    const cause = table.causes.find((entry) => entry.id === id)
    return `  - ${cause?.details.find((entry) => entry.id === detail)?.title ?? cause?.title ?? name} ${paint('dim', `(whybounce causes ${name})`)}`
  })
  return [
    '',
    block(end.says, width, ''),
    '',
    paint('bold', 'Most likely'),
    ...titles,
    '',
    paint('bold', 'What to do'),
    ...end.do.map((step, index) => block(step, width, '     ', `  ${`${index + 1}.`.padEnd(3)}`)),
    ...(end.run.length === 0
      ? []
      : ['', paint('bold', 'Look'), ...end.run.map((command) => `  ${paint('green', `$ ${fillPlaceholders(command, {})}`)}`)]),
    ''
  ].join('\n')
}

/**
 * The guided path for people without a paste. Answers are the numbers that are typed, or given as arguments
 * (`whybounce troubleshoot 1 3 2`), so that a path can be repeated; `--json` gives the whole tree.
 */
export const runTroubleshoot = async (words: readonly string[], json: boolean): Promise<number> => {
  if (json) {
    process.stdout.write(`${JSON.stringify(reference.questions, null, 2)}\n`)
    return exitCodes.done
  }
  const terminal = openTerminal(process.stdout)
  const given = [...words]
  const lines = createInterface({ input: process.stdin })
  const typed = lines[Symbol.asyncIterator]()
  const path: string[] = []
  try {
    let question = questionOf('start')
    for (;;) {
      process.stdout.write(`${printQuestion(terminal, question)}\n`)
      const word = given.shift()
      if (word === undefined) process.stdout.write(`\n1-${question.answers.length}, b back, q quit: `)
      const next = word === undefined ? await typed.next() : { done: false, value: word }
      if (next.done === true || next.value === 'q') {
        process.stdout.write('\n')
        return exitCodes.undetermined
      }
      const reply = String(next.value).trim()
      if (reply === 'b') {
        path.pop()
        question = questionOf(path.at(-1) ?? 'start')
        continue
      }
      const answer = /^\d+$/.test(reply) ? question.answers[Number(reply) - 1] : undefined
      if (answer === undefined) {
        if (word !== undefined) throw new UsageError(`"${reply}" is no answer here: give a number from 1 to ${question.answers.length}.`)
        process.stdout.write(`Type a number from 1 to ${question.answers.length}.\n`)
        continue
      }
      if (word !== undefined) process.stdout.write(`${terminal.paint('cyan', `> ${answer.text}`)}\n`)
      if (answer.end !== undefined) {
        process.stdout.write(printEnd(terminal, answer.end))
        return exitCodes.done
      }
      question = questionOf(answer.next ?? 'start')
      path.push(question.id)
    }
  } finally {
    lines.close()
  }
}
