import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bimiText, isBimi, parseBimi } from './bimi.ts'

const table: readonly (readonly [record: string, valid: boolean, ...codes: string[]])[] = [
  // draft-brand-indicators-for-message-identification
  ['v=BIMI1; l=https://example.com/logo.svg; a=https://example.com/vmc.pem', true],
  ['v=BIMI1; l=https://example.com/logo.svg; a=', true],
  ['v=BIMI1; l=https://example.com/logo.svg', true],
  ['v=BIMI1; l=https://example.com/logo.svg; avp=brand', true],
  ['v=BIMI1; l=; a=;', true],
  ['v=BIMI1; l=https://example.com/logo.png', true, 'logo-not-svg'],
  ['v=BIMI1; l=http://example.com/logo.svg', false, 'logo-not-https'],
  ['v=BIMI1; l=example.com/logo.svg', false, 'logo-not-https'],
  ['v=BIMI1; l=https://example.com/a.svg,https://example.com/b.svg', false, 'logo-not-https'],
  ['v=BIMI1; l=https://example.com/logo.svg; a=http://example.com/vmc.pem', false, 'certificate-not-https'],
  ['v=BIMI1', false, 'logo-missing'],
  ['v=BIMI2; l=https://example.com/logo.svg', false, 'bad-version'],
  ['l=https://example.com/logo.svg; v=BIMI1', false, 'bad-version']
]

describe('a BIMI record', () => {
  for (const [record, valid, ...codes] of table)
    it(`${record} is valid: ${valid}`, () => {
      const read = parseBimi(record)
      expect(read.problems.map(({ code }) => code)).toEqual(codes)
      expect(read.valid).toBe(valid)
    })

  it('with both places empty declines', () => {
    expect(parseBimi('v=BIMI1; l=; a=').declined).toBe(true)
    expect(parseBimi('v=BIMI1; l=https://example.com/logo.svg').declined).toBe(false)
  })

  it.each([
    ['v=BIMI1; l=', true],
    ['v=BIMI12; l=', false]
  ])('%s is meant as one: %s', (record, meant) => {
    expect(isBimi(record)).toBe(meant)
  })

  it.each([
    [
      'v=BIMI1; l=http://example.com/a.svg; a=https://example.com/a.pem',
      'v=BIMI1; l=https://example.com/a.svg; a=https://example.com/a.pem'
    ],
    ['v=BIMI; l=https://cdn.example.net/a.svg', 'v=BIMI1; l=https://cdn.example.net/a.svg; a='],
    ['"v=BIMI1, l=www.example.com/a.svg"', 'v=BIMI1; l=https://www.example.com/a.svg; a='],
    ['v=BIMI1', 'v=BIMI1; l=https://example.com/logo.svg; a=']
  ])('%s is to be published as %s', (broken, right) => {
    expect(bimiText(broken, 'example.com')).toBe(right)
    expect(parseBimi(right).problems).toEqual([])
  })

  it('whatever it is never throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void parseBimi(`v=BIMI1; l=https://${text}; a=${text}`)))
  })
})
