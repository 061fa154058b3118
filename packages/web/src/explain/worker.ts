import { rules } from 'virtual:rules'
import { buildCodeFinder, buildDiagnoser, buildExplainer, type Code, type Explainer, type Knowledge } from '@whybounce/core'
import { addWords, type PackedTool, unpackCodes, unpackRules } from '../knowledge/unpack.ts'
import { type View, viewOf } from './view.ts'

/** The explainer beside the page, so that a paste of megabytes does not stop the typing. */
export type Result = {
  readonly views: readonly View[]
  readonly total: number
  readonly empty: boolean
  /** Whether the words of advice were there; without them the verdict stands, and the steps follow. */
  readonly complete: boolean
}

/** `complete` comes when the words of advice are there: what was asked before can be answered better. */
export type Heard = Result | 'complete'

/** A log may hold hundreds of different errors: nobody reads more cards than this, and building them costs. */
const maxViews = 40

const explainerOver = (knowledge: Knowledge, codes: readonly Code[]): Explainer =>
  buildExplainer(buildDiagnoser(knowledge), buildCodeFinder(codes, knowledge))

const knowledge = unpackRules(rules)
let explainer = explainerOver(knowledge, [])
let tools: readonly PackedTool[] = []
let complete = false

const tell = (heard: Heard): void => postMessage(heard)

addEventListener('message', ({ data }: MessageEvent<string>) => {
  const { kind, answers } = explainer.explain(data)
  const views = answers.slice(0, maxViews).map((answer) => viewOf(explainer, tools, answer))
  tell({ views, total: answers.length, empty: kind === 'empty', complete })
})

// Asked for at once, not when an answer needs it: no request may tell what was pasted.
import('virtual:words').then(({ words }) => {
  explainer = explainerOver(addWords(knowledge, words), unpackCodes(words))
  tools = words.tools
  complete = true
  tell('complete')
})
