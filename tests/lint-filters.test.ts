import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { askRspamd, askSpamd } from '@whybounce/probe'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Filter, rspamdIsInstalled, spamdIsInstalled, startRspamd, startSpamd } from './lint/filters.ts'

/** Against the real programs: what they answer is what we read. */
const good = readFileSync(join(import.meta.dirname, 'lint/good/personal-html.eml'))
/** What every installation of SpamAssassin and Rspamd takes for spam (https://spamassassin.apache.org/gtube/). */
const gtube = Buffer.from(
  'From: a@example.com\r\nTo: b@example.org\r\nSubject: test\r\nDate: Wed, 25 Nov 2026 11:00:00 +0000\r\nMessage-ID: <1@example.com>\r\n\r\nXJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X\r\n'
)

const inCi = process.env.CI !== undefined
const start = 70_000

describe.skipIf(!inCi && !spamdIsInstalled)('SpamAssassin (skipped where spamd is not installed: tests/lint/install.sh)', () => {
  let filter: Filter
  beforeAll(async () => {
    filter = await startSpamd()
  }, start)
  afterAll(() => filter.stop())

  test('an ordinary message is below what makes spam, with the rules that hold', async () => {
    const found = await askSpamd(good, { port: filter.port })
    expect(found).toMatchObject({ code: 'lint.spamd-fine', about: `127.0.0.1:${filter.port}` })
    expect(found.title).toMatch(/gives it -?[\d.]+ points of the 5 that make spam/)
  }, 30_000)

  test('spam is spam, and the rule that says so is shown first', async () => {
    const found = await askSpamd(gtube, { port: filter.port })
    expect(found).toMatchObject({ code: 'lint.spamd-spam', verdict: 'fail', cause: 'spam-content' })
    expect(found.evidence[0]).toMatch(/^\+1000 GTUBE/)
  }, 30_000)

  test('nothing, and what is no message, is judged all the same', async () => {
    expect((await askSpamd(new Uint8Array(), { port: filter.port })).code).toMatch(/^lint\.spamd-/)
    expect((await askSpamd(new Uint8Array(100_000), { port: filter.port })).code).toMatch(/^lint\.spamd-/)
  }, 30_000)
})

describe.skipIf(!inCi && !rspamdIsInstalled)('Rspamd (skipped where it is not installed: tests/lint/install.sh)', () => {
  let filter: Filter
  let url: string
  beforeAll(async () => {
    filter = await startRspamd()
    url = `http://127.0.0.1:${filter.port}`
  }, start)
  afterAll(() => filter.stop())

  test('an ordinary message gets a score and the symbols that count', async () => {
    const found = await askRspamd(good, { url })
    expect(['lint.rspamd-fine', 'lint.rspamd-delays']).toContain(found.code)
    expect(found.evidence.every((line) => /^[+-]\d/.test(line))).toBe(true)
  }, 30_000)

  test('spam is spam', async () => {
    const found = await askRspamd(gtube, { url })
    expect(found).toMatchObject({ code: 'lint.rspamd-spam', verdict: 'fail' })
    expect(found.title).toContain('(reject)')
  }, 30_000)

  test('nothing, and what is no message, is answered all the same', async () => {
    expect((await askRspamd(new Uint8Array(), { url })).code).toMatch(/^lint\.rspamd-/)
    expect((await askRspamd(new Uint8Array(100_000), { url })).code).toMatch(/^lint\.rspamd-/)
  }, 30_000)
})
