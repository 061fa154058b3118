import type { Check } from '../check.ts'

export const messageChecks: readonly Check[] = []
