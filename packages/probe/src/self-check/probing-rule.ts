import { type ProbingRule, probing } from '@whybounce/core'

const rules: ReadonlyMap<string, ProbingRule> = new Map(probing.operators.map((rule) => [rule.operator, rule]))

/** How the servers of an operator (`MailRoute.operator`) may be asked by RCPT, and whether their answer means anything (knowledge/probing.toml). */
export const probingRule = (operator: string): ProbingRule => rules.get(operator) ?? probing.default
