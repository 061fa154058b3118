import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dateText, markedHtml, shown, timeHtml } from './page-text.ts'

const table: readonly (readonly [said: string, text: string, html: string])[] = [
  ['markup becomes text', `<b a="1" c='2'>&`, '&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;'],
  ['control characters become pictures', 'a\u0000b\u001b[31m', 'a␀b␛[31m'],
  ['what turns or hides text is shown by its number', 'a\u202eb\u200bc', 'a⟨202E⟩b⟨200B⟩c'],
  ['half a letter is no letter', 'a\ud83d', 'a\ufffd'],
  ['letters of all scripts stay', 'Grüße 你好 😀', 'Grüße 你好 😀']
]
for (const [said, text, html] of table)
  test(said, () => {
    expect(shown(text)).toBe(html)
  })

test('the words that decided are marked, also where they are markup', () => {
  expect(markedHtml('550 <b> full', [[4, 7]])).toBe('550 <mark>&lt;b&gt;</mark> full')
})

test('places that overlap or lie outside are left unmarked, and no letter is lost', () => {
  expect(
    markedHtml('mailbox full', [
      [8, 12],
      [0, 3],
      [2, 9],
      [50, 60],
      [5, 4]
    ])
  ).toBe('<mark>mai</mark>lbox <mark>full</mark>')
  fc.assert(
    fc.property(fc.string(), fc.array(fc.tuple(fc.integer({ min: -3, max: 20 }), fc.integer({ min: -3, max: 20 }))), (text, spans) => {
      expect(markedHtml(text, spans).replace(/<\/?mark>/g, '')).toBe(shown(text))
    })
  )
})

test('a time is told in UTC until the script puts it into the zone of the reader', () => {
  expect(timeHtml('2026-03-02T09:14:00Z')).toBe('<time datetime="2026-03-02T09:14:00.000Z">2 Mar 2026, 09:14</time>')
  expect(dateText(Date.UTC(2026, 11, 31, 23, 59))).toBe('31 Dec 2026, 23:59')
})

test('what is no time stays a text', () => {
  expect(timeHtml('<b>')).toBe('&lt;b&gt;')
  expect(timeHtml(null)).toContain('not known')
})
