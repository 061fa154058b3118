import type { Check } from '../check.ts'

export const machineChecks: readonly Check[] = []
