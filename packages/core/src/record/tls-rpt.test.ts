import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isTlsRpt, parseTlsRpt, tlsRptText } from './tls-rpt.ts'

const table: readonly (readonly [record: string, valid: boolean, ...codes: string[]])[] = [
  // RFC 8460 §3
  ['v=TLSRPTv1; rua=mailto:reports@example.com', true],
  ['v=TLSRPTv1;rua=https://reporting.example.com/v1/tlsrpt;', true],
  ['v=TLSRPTv1; rua=mailto:a@example.com,https://example.com/r', true],
  ['v=TLSRPTv1; rua=mailto:a@example.com; ext=1', true],
  ['v=TLSRPTv1', false, 'bad-version', 'rua-missing'],
  ['v=TLSRPTv1;', false, 'rua-missing'],
  ['v=tlsrptv1; rua=mailto:a@example.com', false, 'bad-version'],
  ['rua=mailto:a@example.com; v=TLSRPTv1', false, 'bad-version'],
  ['v=TLSRPTv1 rua=mailto:a@example.com', false, 'semicolon-missing', 'bad-version', 'rua-missing'],
  ['v=TLSRPTv1; rua=a@example.com', false, 'no-mailto'],
  ['v=TLSRPTv1; rua=http://example.com/r', false, 'bad-report-uri'],
  ['v=TLSRPTv1; rua=', false, 'bad-report-uri']
]

describe('a TLS-RPT record', () => {
  for (const [record, valid, ...codes] of table)
    it(`${record} is valid: ${valid}`, () => {
      const read = parseTlsRpt(record)
      expect(read.problems.map(({ code }) => code)).toEqual(codes)
      expect(read.valid).toBe(valid)
    })

  it.each([
    ['v=TLSRPTv1; rua=x', true],
    ['v=TLSRPTv12; rua=x', false],
    ['v=STSv1; id=1', false]
  ])('%s is meant as one: %s', (record, meant) => {
    expect(isTlsRpt(record)).toBe(meant)
  })

  it.each([
    ['v=TLSRPTv1; rua=a@example.com,https://example.net/v1', 'v=TLSRPTv1; rua=mailto:a@example.com,https://example.net/v1'],
    ['"v=TLSRPT1\\; rua=mailto:a@example.com"', 'v=TLSRPTv1; rua=mailto:a@example.com'],
    ['v=TLSRPTv1; rua:mailto:a@example.com', 'v=TLSRPTv1; rua=mailto:a@example.com'],
    ['v=TLSRPTv1;', 'v=TLSRPTv1; rua=mailto:tls-reports@example.com']
  ])('%s is to be published as %s', (broken, right) => {
    expect(tlsRptText(broken, 'example.com')).toBe(right)
    expect(parseTlsRpt(right).problems).toEqual([])
  })

  it('whatever it is never throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void parseTlsRpt(`v=TLSRPTv1; rua=${text}`)))
  })
})
