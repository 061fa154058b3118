import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readHtml } from './html-facts.ts'

test.each<[string, string, string]>([
  ['<a href="https://example.com/?a=1&amp;b=2">See <b>it</b></a>', 'https://example.com/?a=1&b=2', 'See it'],
  ["<A HREF='https://example.com/>x'>y</A>", 'https://example.com/>x', 'y'],
  ['<a href=https://example.com/x>y</a>', 'https://example.com/x', 'y'],
  ['<a class="a" href = "https://example.com/"><img alt="Logo" src=x></a>', 'https://example.com/', 'Logo'],
  ['<a href="java&#115;cript:x()">y</a>', 'javascript:x()', 'y'],
  ['<a href="https://example.com/">first<a href="#">second', 'https://example.com/', 'first'],
  ['<a href="unclosed quote>text</a> more', '"unclosed', 'text']
])('a link of %s', (html, href, text) => {
  expect(readHtml(html).links[0]).toEqual({ href, text })
})

test.each<[string, string | undefined, readonly string[]]>([
  ['<p>one<p>two<br><ul><li>x<li>y</ul>', undefined, []],
  ['<table><tr><td><div>x</table>', undefined, ['div']],
  ['<div/><div></div>', undefined, []],
  ['<!--[if mso]><table><tr><td><![endif]--><p>x</p><!--[if mso]></td></tr></table><![endif]-->', undefined, []],
  ['<![if !mso]><p>x</p><![endif]>', undefined, []],
  ['<!--><p>x</p>', undefined, []],
  ['<p>x</p><!-- rest <p>y</p>', 'comment', []],
  ['<style>p { color: red } <p>x</p>', 'style', []],
  ['<title>x <body><p>y</p>', 'title', []],
  ['<style>a{}</style><p>x</p>', undefined, []]
])('%s is closed or not', (html, hidesRest, unclosed) => {
  const facts = readHtml(html)
  expect(facts.hidesRest).toBe(hidesRest)
  expect(facts.unclosed.map(({ name }) => name)).toEqual(unclosed)
})

test('images, styles and programs are told', () => {
  const facts = readHtml(
    '<style>p{}</style><script type="application/ld+json">{}</script><script>x()</script><iframe src=x></iframe><img src="data:image/png;base64,x"><base href="https://example.com/">'
  )
  expect(facts.images).toEqual(['data:image/png;base64,x'])
  expect(facts.style).toBe(3)
  expect(facts.active).toEqual(['script', 'iframe'])
  expect(facts.base).toBe(true)
})

test('no HTML makes it throw, and links are bounded', () => {
  const piece = fc.constantFrom(
    '<',
    '>',
    '"',
    "'",
    '=',
    '/',
    '<!--',
    '-->',
    '<a href=',
    '</a>',
    '<style',
    '</style>',
    '<script>',
    '&#1;',
    '&amp;',
    ' ',
    'x',
    '\0',
    '<title>',
    '<![',
    'href'
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 200 }), (pieces) => {
      expect(readHtml(pieces.join('')).links.length).toBeLessThanOrEqual(2_000)
    })
  )
})
