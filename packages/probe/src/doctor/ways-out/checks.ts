import type { Check } from '../check.ts'

export const waysOutChecks: readonly Check[] = []
