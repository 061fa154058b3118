import type { Code, Question, Tool } from '@whybounce/core'
import { reference } from '@whybounce/core/reference'

/** The one place that knows in which generated module the knowledge lies. Never imported by what runs in the browser. */
export const codes: readonly Code[] = reference.codes
export const tools: readonly Tool[] = reference.tools
export const questions: readonly Question[] = reference.questions
export const examples: Readonly<Record<string, string>> = reference.examples
