import type { Check } from '../check.ts'
import { domainChecks } from './domain-checks.ts'
import { namesChecks } from './names-checks.ts'
import { spfChecks } from './spf-checks.ts'

export const identityChecks: readonly Check[] = [...namesChecks, ...spfChecks, ...domainChecks]
