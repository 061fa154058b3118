import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openZone } from '@whybounce/core/plan'
import type { Report } from '@whybounce/core/report'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { causeRow, fixture, noCounts } from '../../../../tests/report/report-fixture.ts'
import { UsageError } from '../usage.ts'
import { readEarlier } from './earlier-report.ts'
import { reportText } from './report-text.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'whybounce-earlier-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const save = (text: string): string => {
  const path = join(folder, 'monday.json')
  writeFileSync(path, text)
  return path
}
const print = (report: Report, file: string): string =>
  reportText(
    report,
    { by: [], zone: openZone('UTC'), found: { mail: [], problems: [], passedOver: [] }, earlier: readEarlier(file) },
    { width: 80, fullWidth: 80, isTerminal: true, paint: (_, text) => text }
  ).replaceAll('\n  ', ' ')

test('an earlier report tells which causes are known', () => {
  expect([...readEarlier(save(JSON.stringify(fixture))).known].toSorted()).toEqual([
    'authentication-failed/spf/gmail',
    'authentication-failed/spf/outlook',
    'greylisted//',
    'rate-limited//gmail',
    'user-unknown//',
    'user-unknown//gmail'
  ])
})

test('what is new since and what is gone stands at the head', () => {
  const messages = { ...noCounts, delivered: 90, bounced: 10 }
  const earlier = save(
    JSON.stringify({ ...fixture, messages, causes: [causeRow({}), causeRow({ cause: 'mailbox-full', title: 'The mailbox is full' })] })
  )
  const text = print(fixture, earlier)
  expect(text).toContain('1.0 % of the messages failed, 10.0 % then; 4 causes at a provider are new, gone: The mailbox is full (Gmail).')
  expect(print(fixture, save(JSON.stringify(fixture)))).toContain('1.0 % then; no cause is new, none is gone.')
})

test('a file that is no report is told so', () => {
  const table: readonly (readonly [string, RegExp])[] = [
    ['', /monday\.json is no JSON.*report --json/],
    ['null', /is no report/],
    ['{"version":2}', /is no report/],
    ['{"version":1,"causes":[3],"messages":{}}', /is no report/]
  ]
  for (const [text, problem] of table) {
    const path = save(text)
    expect(() => readEarlier(path)).toThrow(UsageError)
    expect(() => readEarlier(path)).toThrow(problem)
  }
  expect(() => readEarlier(join(folder, 'none.json'))).toThrow(/cannot be read/)
})
