import { joinKnowledge } from './join.ts'
import type { Knowledge } from './knowledge.ts'
import { matching } from './matching.generated.ts'
import { texts } from './texts.generated.ts'

/** The knowledge that the package ships. */
export const table: Knowledge = joinKnowledge(matching, texts)
