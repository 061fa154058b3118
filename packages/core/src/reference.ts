import { browsing } from './knowledge/browsing.generated.ts'
import { codes } from './knowledge/codes.generated.ts'
import type { Reference } from './knowledge/knowledge.ts'

/** Codes, debug output, questions and the examples of the rules: what browsing shows. Apart, so that explaining starts without it. */
export const reference: Reference = { ...codes, ...browsing }
