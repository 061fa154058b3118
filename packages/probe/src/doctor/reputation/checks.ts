import type { Check } from '../check.ts'

export const reputationChecks: readonly Check[] = []
