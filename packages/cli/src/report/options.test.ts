import { describe, expect, test } from 'vitest'
import { UsageError } from '../usage.ts'
import { type ReportSettings, readReportSettings } from './options.ts'

const now = Date.parse('2026-11-26T06:00:00Z')
const read = (...args: readonly string[]): ReportSettings => {
  const settings = readReportSettings(['--time-zone', 'UTC', ...args], now)
  if (typeof settings === 'string') throw new TypeError(settings)
  return settings
}

test('divisions may be repeated or parted by commas, and count once', () => {
  expect(read('--by', 'provider,sender-ip', '--by', 'Campaign', '--by', 'provider').by).toEqual(['provider', 'sender-ip', 'campaign'])
})

test('the journal may stand alone, with a unit behind it or with =UNIT; a path behind it is a path', () => {
  const table: readonly (readonly [readonly string[], boolean | string, readonly string[]])[] = [
    [[], false, []],
    [['--journal'], true, []],
    [['--journal', '/var/log/mail.log'], true, ['/var/log/mail.log']],
    [['--journal', 'mail.log'], true, ['mail.log']],
    [['--journal', 'postfix@-.service', 'mail.log'], 'postfix@-.service', ['mail.log']],
    [['--journal=exim4'], 'exim4', []],
    [['--', '--journal'], false, ['--journal']]
  ]
  for (const [args, journal, paths] of table) expect([read(...args).journal, read(...args).paths]).toEqual([journal, paths])
})

test('since and until are moments on the clock of the time zone', () => {
  const { since, until } = read('--since', 'yesterday', '--until', 'today')
  expect([since, until]).toEqual([Date.parse('2026-11-25T00:00:00Z'), Date.parse('2026-11-26T00:00:00Z')])
})

describe('what is wrong is told with what to do instead', () => {
  const table: readonly (readonly [readonly string[], RegExp])[] = [
    [['--since', 'soon'], /--since takes a time, not "soon": 2026-11-25/],
    [['--since', '2026-12-24'], /has not come yet/],
    [['--since', '1h', '--until', '2h'], /--since .* must be before --until/],
    [['--top', '0'], /--top takes a whole number from 1/],
    [['--by', 'ip'], /it is called sender-ip/],
    [['--by', 'my label'], /--by takes provider/],
    [['--json', '--csv'], /give one of them/],
    [['-', '-'], /Standard input can be read once/],
    [['--html', '-', '--json'], /leave --json and --csv out/],
    [['--time-zone', 'Mars'], /--time-zone takes a name/],
    [['--sender-ip', 'smtp-out3'], /SERVICE=ADDRESS/],
    [['--nonsense'], /--nonsense.*whybounce report --help/]
  ]
  for (const [args, problem] of table)
    test(args.join(' '), () => {
      expect(() => readReportSettings([...args], now)).toThrow(UsageError)
      expect(() => readReportSettings([...args], now)).toThrow(problem)
    })
})
