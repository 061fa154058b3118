import { rules } from 'virtual:rules'
import {
  buildCodeFinder,
  buildDiagnoser,
  buildExplainer,
  type Code,
  type Diagnoser,
  type Explainer,
  type MessageReader
} from '@whybounce/core'
import { addWords, type PackedTool, unpackCodes, unpackRules } from '../knowledge/unpack.ts'
import { type View, viewOf } from './view.ts'

/** The explainer beside the page, so that a paste of megabytes does not stop the typing. `again` is about what was asked last. */
export type Question = { readonly text: string } | { readonly bytes: ArrayBuffer } | { readonly again: true }

export type Result = {
  readonly views: readonly View[]
  readonly total: number
  readonly empty: boolean
  /** Of a mail message: what it is, in a line, and why not all of it was read, where that is so. */
  readonly read?: string
  readonly partial?: string
  /** Whether the words of advice were there; without them the verdict stands, and the steps follow. */
  readonly complete: boolean
}

/** `better` comes when what was asked before can be answered better, `complete` when nothing more will come. */
export type Heard = Result | 'better' | 'complete'

/** A log may hold hundreds of different errors: nobody reads more cards than this, and building them costs. */
const maxViews = 40

const knowledge = unpackRules(rules)
let diagnoser = buildDiagnoser(knowledge)
let codes: readonly Code[] = []
let tools: readonly PackedTool[] = []
let readerOver: ((diagnoser: Diagnoser) => MessageReader) | undefined
let last: string | Uint8Array = ''
let hasWords = false

const build = (): Explainer => buildExplainer(diagnoser, buildCodeFinder(codes, diagnoser.knowledge), readerOver?.(diagnoser))

let explainer = build()

const tell = (heard: Heard): void => postMessage(heard)

const answer = (): Result => {
  const { kind, answers, read, partial } = explainer.explain(last)
  return {
    views: answers.slice(0, maxViews).map((answer) => viewOf(explainer, tools, answer)),
    total: answers.length,
    empty: kind === 'empty',
    ...(read === undefined ? {} : { read }),
    ...(partial === undefined ? {} : { partial }),
    complete: hasWords
  }
}

addEventListener('message', ({ data }: MessageEvent<Question>) => {
  if ('text' in data) last = data.text
  else if ('bytes' in data) last = new Uint8Array(data.bytes)
  tell(answer())
})

const came = (): void => {
  explainer = build()
  tell(hasWords && readerOver !== undefined ? 'complete' : 'better')
}

// Both asked for at once, not when an answer needs them: no request may tell what was pasted.
import('virtual:words').then(({ words }) => {
  diagnoser = buildDiagnoser(addWords(knowledge, words))
  codes = unpackCodes(words)
  tools = words.tools
  hasWords = true
  came()
})
import('./message-reader.ts').then(({ buildMessageReader, marks }) => {
  readerOver = (diagnoser) => buildMessageReader(diagnoser, marks)
  came()
})
