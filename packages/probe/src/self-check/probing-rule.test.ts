import { probing } from '@whybounce/core'
import { expect, test } from 'vitest'
import { probingRule } from './probing-rule.ts'

test.each(['yahoo', 'outlook', 'qq', 'mimecast', 'proofpoint', 'barracuda'])('%s is not asked, since its answer says nothing', (operator) =>
  expect(probingRule(operator).tells).toBe(false)
)

test.each(['gmail', 'microsoft-365', 'apple', 'orange', 'gmx'])('%s is asked', (operator) => expect(probingRule(operator).tells).toBe(true))

test.each(['example.com', '', 'constructor', '__proto__', 'toString'])('"%s" has the rule of everybody', (operator) =>
  expect(probingRule(operator)).toBe(probing.default)
)

test('no operator is asked by more than three sessions, once a second or twenty times a session, and every rule says why', () => {
  for (const { sessions, perMinute, perSession, why, source } of [probing.default, ...probing.operators]) {
    expect(sessions).toBeLessThanOrEqual(3)
    expect(perMinute).toBeLessThanOrEqual(60)
    expect(perSession).toBeLessThanOrEqual(20)
    expect(why).not.toBe('')
    expect(source).not.toBe('')
  }
})
