import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareAge, inOrderOfTime, readRotatedName } from './rotated-names.ts'

for (const [how, names] of [
  ['numbers', ['mail.log.12.gz', 'mail.log.2.gz', 'mail.log.1', 'mail.log']],
  ['numbers from zero', ['maillog.3.bz2', 'maillog.1.bz2', 'maillog.0.bz2', 'maillog']],
  ['numbers with a zero before them', ['mainlog.10.gz', 'mainlog.02.gz', 'mainlog.01', 'mainlog']],
  ['dates', ['maillog-20261101.gz', 'maillog-20261108.gz', 'maillog-20261115', 'maillog']],
  ['dates with hours', ['mail.log-2026110109', 'mail.log-2026110110', 'mail.log']],
  ['dates with hyphens', ['mail.log-2026-11-01.xz', 'mail.log-2026-11-02.xz', 'mail.log']],
  ['a number before the ending', ['mail.2.log.gz', 'mail.1.log', 'mail.log']],
  ['dates before the ending', ['acct-2026-11-01-0001.csv', 'acct-2026-11-01-0002.csv', 'acct-2026-11-02-0001.csv', 'acct.csv']],
  ['a date without a hyphen', ['MSGTRK20261101-1.LOG', 'MSGTRK20261101-2.LOG', 'MSGTRK20261102-1.LOG']],
  ['a time of newsyslog', ['maillog.20261101T000000.gz', 'maillog.20261102T000000.gz', 'maillog']]
] as const)
  test(`rotated by ${how}: the oldest first`, () => {
    const files = names.map((name) => ({ file: `/var/log/${name}` }))
    expect(new Set(files.map(({ file }) => readRotatedName(file).log)).size).toBe(1)
    expect(inOrderOfTime(files.toReversed()).map(({ file }) => file)).toEqual(files.map(({ file }) => file))
  })

test('what is no date and no number is a name', () => {
  for (const name of ['mail.log', 'smtp-20269901', 'exim4', 'mail.123456', 'host-1.log', ''])
    expect(readRotatedName(name)).toEqual({ log: readRotatedName(name).log, piece: readRotatedName(name).piece, isPacked: false })
})

test('the order is the same whatever comes first', () => {
  const names = fc.array(fc.stringMatching(/^mail(?:\.log)?(?:-202[0-9]1[0-2]1[0-9])?(?:\.[0-9]{1,3})?(?:\.gz)?$/), { maxLength: 12 })
  fc.assert(
    fc.property(names, (list) => {
      const sorted = list.map(readRotatedName).sort(compareAge)
      for (let at = 1; at < sorted.length; at++) {
        const [one, other] = [sorted[at - 1], sorted[at]]
        if (one !== undefined && other !== undefined) expect(compareAge(one, other)).toBeLessThanOrEqual(0)
      }
      expect(inOrderOfTime(list.map((file) => ({ file })))).toHaveLength(list.length)
    })
  )
})

test('any name is read', () => {
  fc.assert(fc.property(fc.string(), (name) => void readRotatedName(name)))
})
