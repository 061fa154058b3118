import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countsAsDmarc, dmarcText, isDmarcRecord, isMeantAtDmarc, parseDmarc } from './dmarc.ts'

/** What a receiver acts by, and what is wrong. `-`: the record counts as none. */
const table: readonly (readonly [record: string, effective: string, ...codes: string[]])[] = [
  // RFC 9989 §4.7, §4.8
  ['v=DMARC1; p=none', 'none'],
  ['v=DMARC1; p=none;', 'none'],
  ['v=DMARC1;p=reject', 'reject'],
  ['v = DMARC1 ; p = quarantine', 'quarantine'],
  ['V=DMARC1; p=REJECT', 'reject'],
  ['v=DMARC1; p=reject; sp=none; np=reject; adkim=s; aspf=r; fo=1:d:s; t=y; psd=n', 'reject'],
  ['v=DMARC1; p=reject; rua=mailto:a@example.com, mailto:b@example.com', 'reject'],
  ['v=DMARC1; p=none; rua=mailto:a@example.com!10m', 'none'],
  ['v=DMARC1; p=none; rua=mailto:dmarc+x@example.com; ruf=mailto:f@example.com', 'none'],
  // RFC 7489 §6.3, still met
  ['v=DMARC1; p=quarantine; pct=25; rf=afrf; ri=86400', 'quarantine'],
  // The version
  ['v=DMARC1', '-', 'policy-missing'],
  ['p=none; v=DMARC1', '-', 'version-not-first'],
  ['p=none', '-', 'version-missing'],
  ['v=DMARC; p=none', '-', 'bad-version'],
  ['v=dmarc1; p=none', '-', 'bad-version'],
  ['v=DMARC1, p=none', '-', 'semicolon-missing', 'bad-version', 'policy-missing'],
  ['v=DMARC1 p=none', '-', 'semicolon-missing', 'bad-version', 'policy-missing'],
  ['"v=DMARC1; p=none"', '-', 'bad-tag-name', 'version-missing', 'bad-policy'],
  ['v=DMARC1\\; p=none\\;', '-', 'escaped-semicolon', 'escaped-semicolon', 'bad-version', 'bad-policy'],
  // The policy
  ['v=DMARC1; p=quaranteen', '-', 'bad-policy'],
  ['v=DMARC1; p=quaranteen; rua=mailto:a@example.com', 'none', 'bad-policy'],
  ['v=DMARC1; rua=mailto:a@example.com', 'none', 'policy-missing'],
  ['v=DMARC1; p=reject; sp=off', '-', 'bad-subdomain-policy'],
  ['v=DMARC1; p=', '-', 'bad-policy'],
  ['v=DMARC1; p=none; p=reject', '-', 'duplicate-tag'],
  ['v=DMARC1; rua=mailto:a@example.com; p=none', 'none', 'policy-not-second'],
  // Tags that do not do what they were meant to
  ['v=DMARC1; p=none; rua=a@example.com', 'none', 'no-mailto'],
  ['v=DMARC1; p=none; rua=mailto:a.example.com', 'none', 'bad-report-uri'],
  ['v=DMARC1; p=none; rua=mailto:a@localhost', 'none', 'bad-report-uri'],
  ['v=DMARC1; p=none; rua=mailto: a@example.com', 'none', 'bad-report-uri'],
  ['v=DMARC1; p=none; rua=', 'none', 'bad-report-uri'],
  ['v=DMARC1; p=none; rua=mailto:a@example.com ruf=mailto:b@example.com', 'none', 'semicolon-missing', 'bad-report-uri'],
  ['v=DMARC1; p=none; adkim=relaxed', 'none', 'bad-alignment'],
  ['v=DMARC1; p=none; pct=150', 'none', 'bad-percentage'],
  ['v=DMARC1; p=none; fo=2', 'none', 'bad-failure-options'],
  ['v=DMARC1; p=none; t=yes', 'none', 'bad-flag'],
  ['v=DMARC1; p=none; ri=daily', 'none', 'bad-interval'],
  ['v=DMARC1; p=none; rf=iodef', 'none', 'bad-report-format'],
  ['v=DMARC1; p=none; policy=reject', 'none', 'unknown-tag'],
  ['v=DMARC1; P=none', 'none', 'tag-case'],
  ['v=DMARC1; p=none; none', 'none', 'not-a-tag'],
  ['v=DMARC1; p=none; rua=mailto:ä@example.com', 'none', 'bad-character', 'bad-report-uri'],
  ['v=DMARC1; p=none; rua=“mailto:a@example.com”', 'none', 'bad-character', 'bad-report-uri']
]

describe('a DMARC record', () => {
  it.each(table)('%s acts as %s', (record, effective, ...codes) => {
    const read = parseDmarc(record)
    expect(read.problems.map(({ code }) => code)).toEqual(codes)
    expect(read.effective ?? '-').toBe(effective)
  })

  it('reads no more than 30 reporting addresses, and no more than 4096 characters', () => {
    const many = parseDmarc(`v=DMARC1; p=none; rua=${'mailto:a@example.com,'.repeat(40)}mailto:a@example.com`)
    expect(many.problems.map(({ code }) => code)).toEqual(['too-many-report-uris'])
    expect(many.aggregate).toHaveLength(30)
    const long = parseDmarc(`v=DMARC1; p=none; rua=mailto:${'a'.repeat(5_000)}@example.com`)
    expect(long.problems.map(({ code }) => code)).toEqual(['too-long'])
    expect(long.effective).toBeUndefined()
  })

  it('gives all its values', () => {
    const record = 'v=DMARC1; p=reject; sp=quarantine; np=none; adkim=s; aspf=s; pct=50; fo=1:s; t=y; psd=y; rua=mailto:A%40Example.com!10m'
    expect(parseDmarc(record)).toMatchObject({
      policy: 'reject',
      subdomainPolicy: 'quarantine',
      nonexistentPolicy: 'none',
      strictDkim: true,
      strictSpf: true,
      percentage: 50,
      trial: true,
      psd: 'y',
      failureOptions: ['1', 's'],
      aggregate: [{ address: 'A@Example.com', domain: 'example.com', maxSize: 10_485_760 }]
    })
  })

  it('says where the mistake stands and which section it breaks', () => {
    expect(parseDmarc('v=DMARC1; p=quaranteen').problems).toEqual([
      {
        code: 'bad-policy',
        severity: 'error',
        text: 'The policy (p=) must be none, quarantine or reject: quaranteen',
        at: 12,
        section: 'RFC 9989 §4.7'
      }
    ])
  })

  it.each([
    ['v=DMARC1; p=quaranteen; rua=mailto:a@example.com', 'v=DMARC1; p=quarantine; rua=mailto:a@example.com'],
    ['v=DMARC1 p=reject rua=a@example.com,mailto:b@example.com', 'v=DMARC1; p=reject; rua=mailto:a@example.com,mailto:b@example.com'],
    ['v=DMARC1; p=none; rua=mailto:a@example.com mailto:b@example.com', 'v=DMARC1; p=none; rua=mailto:a@example.com,mailto:b@example.com'],
    ['v=DMARC1; p=none; rua=mailto: a@example.com', 'v=DMARC1; p=none; rua=mailto:a@example.com'],
    ['v=DMARC1; p=none; rua=mailto:mailto:a@example.com', 'v=DMARC1; p=none; rua=mailto:a@example.com'],
    ['v=DMARC1, p=none, sp=reject', 'v=DMARC1; p=none; sp=reject'],
    ['"v=DMARC1; p=none; adkim=s; aspf=relaxed"', 'v=DMARC1; p=none; adkim=s; aspf=r'],
    ['v=DMARC1; p=none; adkim=Strict; aspf=loose', 'v=DMARC1; p=none; adkim=s'],
    ['v=dmarc1\\; p=none\\;', 'v=DMARC1; p=none'],
    ['p=block; v=DMARC1', 'v=DMARC1; p=none'],
    ['v=DMARC1; p=reject; pct=50; fo=1:d; ri=x; t=y', 'v=DMARC1; p=reject; pct=50; fo=1:d; t=y']
  ])('%s is to be published as %s', (broken, right) => {
    expect(dmarcText(broken)).toBe(right)
    expect(parseDmarc(right).problems).toEqual([])
  })

  it.each([
    ['v=DMARC1; p=none', true, true],
    ['v=DMARC1', true, true],
    ['v=DMARC1 p=none', true, false],
    ['v=dmarc1; p=none', true, false],
    ['"v=DMARC1; p=none"', true, false],
    ['v=spf1 -all', false, false]
  ])('%s is meant as one: %s, and counts: %s', (record, meant, counts) => {
    expect(isDmarcRecord(record)).toBe(meant)
    expect(countsAsDmarc(record)).toBe(counts)
  })

  it.each([
    ['p=reject; v=DMARC1', true],
    ['DMARC1; p=none', true],
    ['v=DMARC1', true],
    ['v=DKIM1; p=MIIB', false],
    ['v=spf1 -all', false],
    ['p=nonesuch', false]
  ])('%s at its name is meant as one: %s', (record, meant) => expect(isMeantAtDmarc(record)).toBe(meant))

  it('whatever it is never throws, and its policy is one of three', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'v=DMARC1',
        ';',
        'p=',
        'none',
        'reject',
        ',',
        'rua=mailto:',
        'a@example.com',
        '!10m',
        ' ',
        '=',
        'sp=',
        '\\',
        '\u0000'
      ),
      fc.string({ unit: 'binary' })
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const read = parseDmarc(pieces.join(''))
        expect(['none', 'quarantine', 'reject', undefined]).toContain(read.effective)
        expect(read.problems.length).toBeLessThanOrEqual(20)
        expect(read.aggregate.length).toBeLessThanOrEqual(30)
      })
    )
  })
})
