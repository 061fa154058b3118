import { expect, test } from 'vitest'
import { htmlToText } from './html.ts'

test.each([
  ['<p>one<br>two</p><div>three</div>', 'one\ntwo\n\nthree'],
  ['a &lt;user@example.com&gt; &amp; &#228;&#xf6;&uuml;&nbsp;b', 'a <user@example.com> & äöü b'],
  ['<style>p { color: red }</style><script>alert("<p>")</script>text', 'text'],
  ['to <user@example.com> failed', 'to <user@example.com> failed'],
  ['<a href="x>y">link</a>', 'link'],
  ['<!-- hidden -->seen<!--', 'seen'],
  ['&unknown; &#0; &#x110000;', '&unknown;'],
  ['5 < 6', '5 < 6']
])('the HTML %j reads %j', (html, text) => expect(htmlToText(html)).toBe(text))

test.each([
  ['<xml>one<STYLE>two</Style>three<xml>four', 'onethreefour'],
  ['<script>one</xml>two</SCRIPT x>three', 'three'],
  // In small letters İ is longer: places in a copy are not those of the text.
  [`${'İ'.repeat(40)}<style>p</style>text`, `${'İ'.repeat(40)}text`]
])('what nobody sees in %j is left out', (html, text) => expect(htmlToText(html)).toBe(text))

test.each(['<xml>', '<xml></xml>', '<script>', '<script></script>', '<title><xml><style>'])('a flood of %s is no text', (flood) =>
  expect(htmlToText(`a${flood.repeat(25_000)}`)).toBe('a')
)
