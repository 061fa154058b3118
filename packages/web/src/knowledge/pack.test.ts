import { table } from '@whybounce/core'
import { expect, test } from 'vitest'
import { packRules, packWords } from './pack.ts'
import { codes, tools } from './source.ts'
import { addWords, unpackCodes, unpackRules } from './unpack.ts'

const words = packWords(table, codes, tools)

test('rules come out as they went in, without what only the reference shows', () => {
  const knowledge = addWords(unpackRules(packRules(table)), words)
  expect(knowledge.rules).toEqual(table.rules.map(({ why, ...rule }) => rule))
  expect(knowledge.origins).toEqual(table.origins.map(({ operator, note, pages, ...origin }) => origin))
  expect(knowledge.causes).toEqual(
    table.causes.map((cause) => ({
      ...cause,
      why: [],
      example: '',
      sources: [],
      details: cause.details.map(({ why, ...detail }) => detail)
    }))
  )
  expect({ ...knowledge, rules: 0, origins: 0, causes: 0, labels: 0 }).toEqual({ ...table, rules: 0, origins: 0, causes: 0, labels: 0 })
})

test('codes come out as they went in, without sources and the common list', () => {
  expect(unpackCodes(words)).toEqual(codes.map(({ reference, ...code }) => ({ ...code, sources: [], verified: '' })))
})
