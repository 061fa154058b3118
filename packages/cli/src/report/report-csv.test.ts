import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { causeRow, fixture } from '../../../../tests/report/report-fixture.ts'
import { causesCsv, groupsCsv } from './report-csv.ts'

const read = (text: string): Record<string, string>[] => parse(text, { columns: true, record_delimiter: '\r\n' })

test('each cause at a provider from an address is a row', () => {
  const rows = read(causesCsv(fixture))
  expect(rows).toHaveLength(fixture.causes.length)
  expect(rows[2]).toMatchObject({
    cause: 'authentication-failed',
    detail: 'spf',
    provider: 'gmail',
    messages: '300',
    new: 'yes',
    party: 'sender-admin'
  })
  expect(rows[0]).toMatchObject({ domains: 'gmail.com 1100; example.net 104', example_line: '4711', sender_ip: '192.0.2.3', service: '' })
})

test('divisions are one table that says which', () => {
  const rows = read(groupsCsv(fixture, ['provider', 'sender-ip', 'campaign']))
  expect(rows.map(({ by, key, messages_bounced: bounced, top_cause: cause }) => [by, key, bounced, cause])).toEqual([
    ['provider', 'Gmail', '1604', 'user-unknown'],
    ['provider', '', '400', '']
  ])
})

test('a cell is never run, and holds no control character, whatever a server said', () => {
  const bad = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('=1+1', '@SUM(A1)', '+1', '-1', '\t=1', '\u001b[2J=1', '"\r\n=1', ' =1')
  )
  fc.assert(
    fc.property(bad, bad, (text, name) => {
      const { example } = causeRow({})
      const row = causeRow({
        example: { ...example, text, recipient: name },
        service: name,
        senderIp: null,
        provider: name,
        providerName: text
      })
      const rows = read(causesCsv({ ...fixture, causes: [row] }))
      expect(rows).toHaveLength(1)
      for (const cell of Object.values(rows[0] ?? {})) {
        expect(cell).not.toMatch(/^[=+\-@]/)
        // biome-ignore lint/suspicious/noControlCharactersInRegex: that there is none is what is tested
        expect(cell).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/)
      }
    })
  )
})
