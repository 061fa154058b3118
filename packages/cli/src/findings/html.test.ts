import { finding } from '@whybounce/core/finding'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { findingsHtml } from './html.ts'

const page = (evidence: string, letter?: string): string =>
  findingsHtml({
    heading: evidence,
    note: evidence,
    sections: [
      {
        title: 'DNS',
        findings: [
          finding('check.failed', [evidence], {}, { about: evidence, source: evidence, ...(letter === undefined ? {} : { letter }) })
        ]
      }
    ]
  })

test('nothing that DNS or a server said becomes markup', () => {
  const tags = (html: string): string[] => (html.match(/<\/?[a-z!][^>]*>/gi) ?? []).map((tag) => tag.replace(/"[^"]*"/g, '""'))
  const plain = tags(page('plain', 'plain'))
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('<', '>', '"', "'", '&', 'a', '/', 'script', ' ', '=') })),
      (said) => {
        expect(tags(page(said, said))).toEqual(plain)
      }
    )
  )
})

test('a source that is no plain https address is no link', () => {
  expect(page('javascript:alert(1)')).not.toContain('<a ')
  expect(page('https://example.com/a')).toContain('<a href="https://example.com/a" rel="noreferrer">')
  expect(page('https://example.com/"onclick="x')).not.toContain('<a ')
})

test('the page loads nothing', () => {
  expect(page('x')).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`)
  expect(page('x')).not.toMatch(/<script|<link|<img|url\(/)
})
