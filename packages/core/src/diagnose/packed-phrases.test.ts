import { expect, test } from 'vitest'
import { table } from '../knowledge/table.generated.ts'
import { packedPhrases } from './packed-phrases.generated.ts'
import { packPhrases, unpackPhrases } from './packed-phrases.ts'
import { compilePhrases } from './phrase-table.ts'
import { phrasesOf } from './rules.ts'

test('unpacking gives what was packed', () => {
  const compiled = compilePhrases(['user unknown', 'mailbox … full', 'blacklist*', '邮箱不存在'])
  expect(unpackPhrases(packPhrases(compiled))).toEqual(compiled)
})

test('the shipped phrases are those of the shipped rules', () => {
  expect(unpackPhrases(packedPhrases)).toEqual(compilePhrases(phrasesOf(table.rules)))
})
