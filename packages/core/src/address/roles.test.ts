import { property, assert as prove, string } from 'fast-check'
import { expect, test } from 'vitest'
import { roleOf } from './roles.ts'

test.each([
  ['postmaster', 'postmaster'],
  ['POSTMASTER', 'postmaster'],
  ['abuse', 'abuse'],
  ['hostmaster', 'hostmaster'],
  ['webmaster', 'webmaster'],
  ['noc', 'noc'],
  ['security', 'security'],
  ['info', 'info'],
  ['info+news', 'info'],
  ['info24', 'info'],
  ['marketing', 'marketing'],
  ['sales-team', 'sales'],
  ['support', 'support'],
  ['kontakt', 'contact'],
  ['b\u00fcro', 'office'],
  ['bu\u0308ro', 'office'],
  ['ventas', 'sales'],
  ['comptabilite', 'billing'],
  ['segreteria', 'office'],
  ['faktura', 'billing'],
  ['no-reply', 'no-reply'],
  ['noreply', 'no-reply'],
  ['do_not.reply', 'no-reply'],
  ['ne-pas-repondre', 'no-reply'],
  ['MAILER-DAEMON', 'no-reply'],
  ['staff-request', 'newsletter'],
  ['owner-staff', 'newsletter']
])('%s is the role %s', (localPart, role) => {
  expect(roleOf(localPart)).toBe(role)
})

test.each([
  '',
  '+',
  '+info',
  '-request',
  'john',
  'john.doe',
  's.ales',
  'p.ost',
  'it2',
  'information.john',
  'salesman',
  'info12345',
  '4711',
  `info+${'x'.repeat(60)}`
])('%s is no role', (localPart) => {
  expect(roleOf(localPart)).toBeUndefined()
})

test('any local part gets an answer, and a tag changes none', () => {
  prove(
    property(string({ unit: 'binary', minLength: 1, maxLength: 30 }), (localPart) => {
      if (localPart.length > 25 || localPart.includes('+')) return
      expect(roleOf(`${localPart}+tag`)).toBe(roleOf(localPart))
    })
  )
})
