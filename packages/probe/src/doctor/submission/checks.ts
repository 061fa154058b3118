import type { Check } from '../check.ts'

export const submissionChecks: readonly Check[] = []
