import type { Check } from '../check.ts'

export const complianceChecks: readonly Check[] = []
