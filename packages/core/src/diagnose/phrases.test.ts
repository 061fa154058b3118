import fc from 'fast-check'
import { expect, test } from 'vitest'
import { problemOfPhrase } from './phrase-table.ts'
import { buildPhraseFinder } from './phrases.ts'
import { foldText } from './words.ts'

const finds = (phrase: string, text: string, replyCode = 0): string | undefined => {
  const finder = buildPhraseFinder([phrase])
  finder.read(text, 0, text.length, replyCode)
  const found = finder.found[0]
  if (finder.count() === 0 || found === undefined) return undefined
  return text.slice(finder.words.start[found.firstWord], finder.words.end[found.lastWord])
}

const table: readonly (readonly [string, string, string | undefined])[] = [
  ['user unknown', '550 User unknown', 'User unknown'],
  ['user unknown', 'USER\r\n  UNKNOWN', 'USER\r\n  UNKNOWN'],
  ['user unknown', 'superuser unknown', undefined],
  ['user unknown', 'no such user. Unknown command', undefined],
  ['user unknown', 'User <a> unknown', undefined],
  ['blacklist*', 'you are blacklisted', 'blacklisted'],
  ['blacklist*', 'no blackl here', undefined],
  ['is blacklist* by', 'it is blacklisted by us', 'is blacklisted by'],
  ['messages from … temporarily deferred', 'Messages from 192.0.2.1 temporarily deferred', 'Messages from 192.0.2.1 temporarily deferred'],
  ['messages from … temporarily deferred', `messages from ${'x'.repeat(120)} temporarily deferred`, undefined],
  ['one … two … three', 'one and two and two and three', 'one and two and two and three'],
  ['Empfänger unbekannt', 'EMPFANGER UNBEKANNT', 'EMPFANGER UNBEKANNT'],
  ['邮箱不存在', '错误：邮箱不存在。', '邮箱不存在'],
  ['пользователь не найден', 'Пользователь не найден', 'Пользователь не найден'],
  ['[TSS04]', '421 4.7.0 [TSS04] Messages', 'TSS04'],
  ['full width', 'ｆｕｌｌ ｗｉｄｔｈ', 'ｆｕｌｌ ｗｉｄｔｈ'],
  ['220 ********', '220 **************2****', '**************'],
  ['220 ********', 'password: ********', undefined],
  ['user unknown', '550 <user.unknown@example.com>: refused', undefined],
  ['user unknown', 'user-unknown+tag@example.com', undefined],
  ['user unknown', '<a@example.com> user unknown', 'user unknown'],
  ['soft hyphen', 'soft hy\u00adphen', 'soft hy\u00adphen']
]

test.each(table)('%j in %j is %j', (phrase, text, expected) => expect(finds(phrase, text)).toBe(expected))

test('line joins of the same reply code are no words', () => {
  expect(finds('has been blocked', 'This mail has\r\n550-5.7.26 been blocked', 550)).toBe('has\r\n550-5.7.26 been blocked')
  expect(finds('has been blocked', 'This mail has 550-5.7.26 been blocked', 550)).toBe('has 550-5.7.26 been blocked')
  expect(finds('has been blocked', 'This mail has\\n550-been blocked', 550)).toBe('has\\n550-been blocked')
  expect(finds('has been blocked', 'This mail has 551-5.7.26 been blocked', 550)).toBeUndefined()
})

test.each([
  ['mail', 'too short'],
  ['*quota exceeded', 'only at the end'],
  ['abc*', 'too short'],
  ['!!!', 'too short']
])('the phrase %j has a problem: %s', (phrase, problem) => expect(problemOfPhrase(phrase, 'says')).toContain(problem))

test.each(['HM08', 'mailbox full', '邮箱满', 'quota…exceeded'])('the phrase %j is fit', (phrase) =>
  expect(problemOfPhrase(phrase, 'says')).toBeUndefined()
)

const word = fc.constantFrom('user', 'unknown', 'mailbox', 'full', 'not', 'found', 'a', 'Über', '满', 'x1')
const phrase = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join(' '))

test('finding agrees with a plain search over folded words', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(phrase, { minLength: 1, maxLength: 30, selector: foldText }),
      fc.array(word, { maxLength: 30 }),
      (phrases, words) => {
        const text = words.join(' ')
        const finder = buildPhraseFinder(phrases)
        finder.read(text, 0, text.length, 0)
        const found = new Set(Array.from({ length: finder.count() }, (_, index) => phrases[finder.found[index]?.phrase ?? -1]))
        for (const candidate of phrases) expect(found.has(candidate)).toBe(` ${foldText(text)} `.includes(` ${foldText(candidate)} `))
      }
    )
  )
})

test('any text is read without a throw, and every span lies inside it', () => {
  const finder = buildPhraseFinder(['user unknown', 'mailbox … full', 'blacklist*', '满'])
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (noise) => {
      const text = `${noise} user unknown ${noise} mailbox is full`
      finder.read(text, 0, text.length, 550)
      for (let index = 0; index < finder.count(); index++) {
        const span = finder.found[index]
        expect(finder.words.start[span?.firstWord ?? 0]).toBeLessThan(finder.words.end[span?.lastWord ?? 0] ?? 0)
        expect(finder.words.end[span?.lastWord ?? 0]).toBeLessThanOrEqual(text.length)
      }
    })
  )
})
