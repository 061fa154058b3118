import { property, assert as prove, string } from 'fast-check'
import { expect, test } from 'vitest'
import { addresses } from '../knowledge/addresses.generated.ts'
import { table } from '../knowledge/table.generated.ts'
import { disposable } from './disposable.generated.ts'
import { isDisposable } from './disposable.ts'

test.each(['mailinator.com', 'MAILINATOR.com', 'anything.mailinator.com', 'guerrillamail.com', 'yopmail.com', '10minutemail.com'])(
  '%s gives throw-away addresses',
  (domain) => {
    expect(isDisposable(domain)).toBe(true)
  }
)

test.each([
  'duck.com',
  'mozmail.com',
  'simplelogin.com',
  'privaterelay.appleid.com',
  'fastmail.com',
  'passmail.net',
  'com',
  '',
  'mailinator.com.example'
])('%s does not', (domain) => {
  expect(isDisposable(domain)).toBe(false)
})

test('no domain of a real provider counts as disposable', () => {
  const real = [
    ...table.origins.filter(({ kind }) => kind === 'provider').flatMap(({ domains }) => domains ?? []),
    ...addresses.names.flatMap(({ name, suffixes }) => suffixes.map((suffix) => `${name}.${suffix}`)),
    ...addresses.others,
    ...addresses.wellKnown
  ]
  expect(real.length).toBeGreaterThan(700)
  expect(real.filter(isDisposable)).toEqual([])
})

test('the list is whole: every packed name is found', () => {
  const names = disposable.split('\n').flatMap((line) => {
    const [ending = '', rest = ''] = line.split(':')
    return rest.split(' ').map((name) => `${name}.${ending}`)
  })
  expect(names.length).toBeGreaterThan(8000)
  expect(names.filter((name) => !isDisposable(name))).toEqual([])
})

test('any text gets an answer', () => {
  prove(property(string({ unit: 'binary', maxLength: 300 }), (text) => typeof isDisposable(text) === 'boolean'))
})
