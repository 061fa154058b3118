import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isMtaStsRecord, matchesMtaStsPattern, parseMtaStsPolicy, parseMtaStsRecord } from './mta-sts.ts'

const records: readonly (readonly [record: string, id: string | undefined, ...codes: string[]])[] = [
  // RFC 8461 §3.1
  ['v=STSv1; id=20160831085700Z;', '20160831085700Z'],
  ['v=STSv1; id=20160831085700Z', '20160831085700Z'],
  ['v=STSv1;id=1', '1'],
  ['v=STSv1 ; id=1', '1'],
  ['v=STSv1; id=1; new=thing', '1'],
  ['v=STSv1; id=1; id=2', '1', 'duplicate'],
  ['v=STSv1;', undefined, 'id-missing'],
  ['v=STSv1', undefined, 'id-missing'],
  ['v=STSv1 id=1', undefined, 'no-separator', 'id-missing'],
  ['v=stsv1; id=1', undefined, 'bad-version'],
  [' v=STSv1; id=1', undefined, 'bad-version'],
  ['id=1; v=STSv1', undefined, 'bad-version', 'id-missing'],
  ['v=STSv1; id=2024-01-01', undefined, 'bad-id'],
  ['v=STSv1; id=', undefined, 'bad-id'],
  [`v=STSv1; id=${'1'.repeat(32)}`, '1'.repeat(32)],
  [`v=STSv1; id=${'1'.repeat(33)}`, undefined, 'bad-id'],
  ['v=STSv1; id=1; mode: enforce', undefined, 'bad-field'],
  ['', undefined, 'bad-version', 'id-missing']
]

describe('the record of _mta-sts', () => {
  for (const [record, id, ...codes] of records)
    it(`${record} gives ${id}`, () => {
      const read = parseMtaStsRecord(record)
      expect(read.problems.map(({ code }) => code)).toEqual(codes)
      expect(read.id).toBe(id)
    })

  it('says where the mistake stands and which section it breaks', () => {
    expect(parseMtaStsRecord('v=STSv1; id=a-b').problems).toMatchObject([{ at: 12, section: 'RFC 8461 §3.1', severity: 'error' }])
  })

  it.each([
    ['v=STSv1; id=1', true],
    ['v=STSv1', true],
    ['v=STSv12; id=1', false],
    ['v=spf1 -all', false]
  ])('%s is meant for it: %s', (record, meant) => {
    expect(isMtaStsRecord(record)).toBe(meant)
  })
})

const lines = (...all: readonly string[]): string => all.join('\r\n')
const good = ['version: STSv1', 'mode: enforce', 'mx: mail.example.com', 'mx: *.example.net', 'max_age: 604800']

const policies: readonly (readonly [policy: string, valid: boolean, ...codes: string[]])[] = [
  // RFC 8461 §3.2
  [lines(...good, ''), true],
  [lines(...good), true],
  [`${good.join('\n')}\n`, true],
  [lines('version:STSv1', 'mode:none', 'max_age:0'), true],
  [lines('version: STSv1   ', 'mode: testing', 'mx: a.example.com', 'max_age: 10'), true],
  [lines(...good, 'extension: anything at all'), true],
  [lines(...good, 'mode: none'), true, 'duplicate'],
  [lines('version: STSv1', 'mode: enforce', 'mx: a.example.com', 'max_age: 600'), true, 'short-max-age'],
  [lines('version: STSv2', ...good.slice(1)), false, 'bad-version'],
  [lines(...good.slice(1)), false, 'version-missing'],
  [lines('version: STSv1', 'mode: enforced', ...good.slice(2)), false, 'bad-mode'],
  [lines('version: STSv1', ...good.slice(2)), false, 'mode-missing'],
  [lines('version: STSv1', 'mode: enforce', 'max_age: 604800'), false, 'mx-missing'],
  [lines(...good.slice(0, 4)), false, 'max-age-missing'],
  [lines(...good.slice(0, 4), 'max_age: 31557601'), false, 'bad-max-age'],
  [lines(...good.slice(0, 4), 'max_age: one week'), false, 'bad-max-age'],
  [lines(...good.slice(0, 4), 'max_age: -1'), false, 'bad-max-age'],
  [lines(...good, 'mx: mail.*.example.com'), false, 'bad-mx'],
  [lines(...good, 'mx: .example.com'), false, 'bad-mx'],
  [lines(...good, 'mx: 192.0.2.1:25'), false, 'bad-mx'],
  [lines(...good, '', 'mx: a.example.com'), false, 'bad-line'],
  [lines(' version: STSv1', ...good.slice(1)), false, 'bad-line', 'version-missing'],
  ['<html><body>Not found</body></html>', false, 'bad-line', 'version-missing', 'mode-missing', 'max-age-missing', 'mx-missing'],
  ['', false, 'version-missing', 'mode-missing', 'max-age-missing', 'mx-missing']
]

describe('the policy of MTA-STS', () => {
  for (const [policy, valid, ...codes] of policies)
    it(`${JSON.stringify(policy)} is valid: ${valid}`, () => {
      const read = parseMtaStsPolicy(policy)
      expect(read.problems.map(({ code }) => code)).toEqual(codes)
      expect(read.valid).toBe(valid)
    })

  it('is read up to a size, a number of lines and a number of hosts', () => {
    const codes = (policy: string): readonly string[] => parseMtaStsPolicy(policy).problems.map(({ code }) => code)
    expect(codes('x'.repeat(65_537))).toEqual(['too-long'])
    expect(codes(lines(...good, ...Array.from({ length: 100 }, (_, n) => `mx: mx${n}.example.com`)))).toEqual(['too-many-mx'])
    expect(codes(`${good.join('\n')}${'\nnew: thing'.repeat(1_000)}`)[0]).toBe('too-many-lines')
    expect(parseMtaStsRecord(`v=STSv1; id=1; x=${'y'.repeat(5_000)}`).problems.map(({ code }) => code)).toEqual(['too-long'])
  })

  it('gives the values of a sound policy, host names in lower case', () => {
    expect(parseMtaStsPolicy(lines('version: STSv1', 'mode: enforce', 'mx: Mail.Example.com', 'max_age: 604800'))).toEqual({
      mode: 'enforce',
      maxAge: 604_800,
      mx: ['mail.example.com'],
      valid: true,
      problems: []
    })
  })

  it.each([
    // RFC 8461 §4.1
    ['mail.example.com', 'mail.example.com', true],
    ['Mail.Example.COM.', 'mail.example.com', true],
    ['mail.example.com', '*.example.com', true],
    ['a.mail.example.com', '*.example.com', false],
    ['example.com', '*.example.com', false],
    ['.example.com', '*.example.com', false],
    ['mail.example.com', 'example.com', false],
    ['mailexample.com', '*.example.com', false]
  ])('%s fits %s: %s', (mx, pattern, fits) => {
    expect(matchesMtaStsPattern(mx, pattern)).toBe(fits)
  })
})

describe('hostile records and policies', () => {
  it('never throw, and never say more than 20 problems', () => {
    const piece = fc.oneof(
      fc.constantFrom('v=STSv1', ';', 'id=', '\r\n', '\n', 'version: STSv1', 'mode: ', 'mx: *.', 'max_age: ', '9', ' ', '\u0000'),
      fc.string({ unit: 'binary' })
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const text = pieces.join('')
        for (const { problems } of [parseMtaStsRecord(text), parseMtaStsPolicy(text)]) {
          expect(problems.length).toBeLessThanOrEqual(20)
          for (const { at } of problems) expect(at).toBeLessThanOrEqual(text.length)
        }
      })
    )
  })
})
