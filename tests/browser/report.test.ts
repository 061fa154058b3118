import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { reportHtml } from '../../packages/cli/src/report-html/report-html.ts'
import type { Report } from '../../packages/core/src/report/report.ts'
import { reportFixture } from '../report-fixture.ts'
import { lowContrasts } from './contrast.ts'
import { launchBrowser, withoutBrowser } from './page.ts'

/** The file that `whybounce report --html` writes, opened from the disk as people do. */
const report = reportFixture({ domains: 300 })
let browser: Browser
let folder: string
const addressOf = (name: string): string => pathToFileURL(join(folder, `${name}.html`)).href

const hostile = '"><img src=x onerror=alert(1)><script>document.title="taken"</script><b style="color:red">'
const saying = <Value>(value: Value, name = ''): Value => {
  if (typeof value === 'string')
    return (['needs', 'party', 'action', 'permanence', 'start', 'firstSeen', 'lastSeen', 'time'].includes(name) ? value : hostile) as Value
  if (Array.isArray(value)) return value.map((entry) => saying(entry, name)) as Value
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, saying(entry, key)])) as Value
}

beforeAll(async () => {
  if (withoutBrowser) return
  browser = await launchBrowser()
  folder = mkdtempSync(join(tmpdir(), 'whybounce-report-'))
  const long: Report = {
    ...report,
    limits: ['x'.repeat(10_000)],
    causes: report.causes.map((row) => ({ ...row, providerName: 'y'.repeat(300), example: { ...row.example, text: 'z'.repeat(1_000) } }))
  }
  const files = { day: report, hostile: saying(report), long } satisfies Record<string, Report>
  for (const [name, data] of Object.entries(files))
    writeFileSync(join(folder, `${name}.html`), reportHtml(data, name === 'hostile' ? hostile : 'Mail of a day'))
})
afterAll(async () => {
  await browser?.close()
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
})

const open = async (
  name: string,
  options: BrowserContextOptions = {},
  hash = ''
): Promise<{ page: Page; requests: string[]; complaints: string[] }> => {
  const context = await browser.newContext({ viewport: { width: 1_280, height: 900 }, ...options })
  const page = await context.newPage()
  const requests: string[] = []
  const complaints: string[] = []
  page.on('request', (request) => requests.push(request.url()))
  page.on('console', (message) => complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('dialog', (dialog) => {
    complaints.push(dialog.message())
    void dialog.dismiss()
  })
  await page.goto(addressOf(name) + hash)
  return { page, requests, complaints }
}
const openAll = (page: Page): Promise<void> =>
  page.evaluate(() => {
    for (const details of document.querySelectorAll('details')) details.open = true
  })
const visible = (all: Locator): Promise<number> => all.locator('visible=true').count()
const found = (page: Page, text: string | RegExp): Promise<void> => page.locator('#found', { hasText: text }).waitFor()
const onceOf = (rows: Report['causes']): string => rows.reduce((sum, { once }) => sum + once.messages, 0).toLocaleString('en')
const sumOf = (rows: readonly { readonly messages: number }[]): string =>
  rows.reduce((sum, { messages }) => sum + messages, 0).toLocaleString('en')

describe.skipIf(withoutBrowser)('the file of a report', () => {
  for (const colorScheme of ['light', 'dark'] as const)
    for (const width of [360, 1_280])
      test(`${colorScheme} at ${width} px: nothing is cut off, every text can be read, nothing is loaded, no policy is broken`, async () => {
        for (const name of ['day', 'long']) {
          const { page, requests, complaints } = await open(name, { colorScheme, viewport: { width, height: 800 } })
          await openAll(page)
          expect([name, await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)]).toEqual([name, 0])
          expect([name, await page.evaluate(lowContrasts)]).toEqual([name, []])
          expect(requests).toEqual([addressOf(name)])
          expect(complaints).toEqual([])
          await page.context().close()
        }
      })

  test('texts of a log do nothing but stand there', async () => {
    const { page, requests, complaints } = await open('hostile')
    await page.fill('[name=q]', hostile.slice(0, 12))
    await found(page, 'causes')
    await page.getByRole('combobox', { name: 'Provider' }).selectOption({ index: 1 })
    await found(page, 'provider')
    expect(await page.locator('img, script:not(head script), [style], [onerror]').count()).toBe(0)
    expect(await page.title()).toContain(hostile)
    expect([complaints, requests.length]).toEqual([[], 1])
  })

  test('the filter by provider leaves its rows, counts them again and is kept in the address', async () => {
    const { page } = await open('day')
    await page.getByRole('combobox', { name: 'Provider' }).selectOption('Yahoo Mail')
    const rows = report.causes.filter(({ providerName }) => providerName === 'Yahoo Mail')
    await found(page, `provider Yahoo Mail. 1 of 15 causes, ${onceOf(rows)} messages.`)
    expect(await visible(page.locator('.card'))).toBe(1)
    expect(await page.locator('.card:visible [data-live=messages]').first().textContent()).toBe(onceOf(rows))
    expect(await visible(page.locator('.heat tbody tr'))).toBe(1)
    expect(await page.locator('.heat tfoot td').last().textContent()).toBe(sumOf(rows))
    expect(await visible(page.locator('#groups section').first().locator('tbody tr'))).toBe(1)
    expect(await page.locator('#time .unfiltered').textContent()).toBe('This part does not follow the filter (provider).')
    expect(page.url()).toBe(`${addressOf('day')}#provider=Yahoo+Mail`)
  })

  test('filters add up, and clearing them brings everything back as it was', async () => {
    const { page } = await open('day')
    const before = await page.locator('main').innerText()
    await page.getByRole('combobox', { name: 'Sender IP' }).selectOption('192.0.2.4')
    await page.getByRole('combobox', { name: 'Who must act' }).selectOption('list-owner')
    const rows = report.causes.filter(({ senderIp, party }) => senderIp === '192.0.2.4' && party === 'list-owner')
    await found(page, `${sumOf(rows)} messages.`)
    await page.getByRole('button', { name: 'Clear' }).click()
    await page.waitForFunction(() => document.querySelector('#found')?.textContent === '')
    expect(await page.locator('main').innerText()).toBe(before)
    expect(page.url()).toBe(addressOf('day'))
  })

  test('where only some of the rows are left that a message may have met, the count is said to be at most so much', async () => {
    const { page } = await open('day')
    await page.getByRole('combobox', { name: 'Provider' }).selectOption('Libero')
    const rows = report.causes.filter(({ provider, cause }) => provider === 'libero-it' && cause === 'greylisted')
    await found(page, 'at most')
    const card = page.locator('.card', { hasText: rows[0]?.title ?? '' })
    expect(await card.locator('[data-live=messages]').textContent()).toBe(`≤ ${sumOf(rows)}`)
  })

  test('new only leaves what is new', async () => {
    const { page } = await open('day')
    await page.getByRole('checkbox', { name: 'New only' }).check()
    await found(page, `${sumOf(report.causes.filter(({ isNew }) => isNew))} messages.`)
    expect(await visible(page.locator('.card'))).toBe(2)
  })

  test('the search finds an address in the example of one row and opens its card', async () => {
    const { page } = await open('day')
    const row = report.causes.find(({ example }) => example.recipient === 'carla@libero.example')
    const card = page.locator('.card', { hasText: row?.title ?? '' })
    const before = await card.locator('.body > .example pre').textContent()
    await page.getByRole('searchbox').fill(row?.example.queueId ?? '')
    await found(page, `1 of 15 causes, ${row?.messages.toLocaleString('en')} messages.`)
    expect(await visible(page.locator('.card[open] tbody.row'))).toBe(1)
    expect(await card.locator('.body > .example figcaption').textContent()).toContain('carla@libero.example')
    expect(await card.locator('[data-names=provider]').textContent()).toBe('Libero')
    await page.getByRole('button', { name: 'Clear' }).click()
    await page.waitForFunction(() => document.querySelector('#found')?.textContent === '')
    expect(await card.locator('.body > .example pre').textContent()).toBe(before)
  })

  test('a part in which nothing fits says so', async () => {
    const { page } = await open('day')
    await page.getByRole('searchbox').fill('gsmtp')
    await found(page, 'search gsmtp')
    expect(await page.locator('#texts .unfiltered').textContent()).toBe('Nothing here fits the filter.')
  })

  test('an address with a filter opens filtered; one with nonsense opens whole', async () => {
    const { page } = await open('day', {}, '#cause=The+mailbox+is+full')
    await found(page, 'cause The mailbox is full. 1 of 15 causes')
    await page.context().close()
    const { page: other, complaints } = await open('day', {}, '#provider=%3Cb%3E&submit=1&__proto__=1')
    expect(await visible(other.locator('.card'))).toBe(15)
    expect(complaints).toEqual([])
  })

  test('a table is sorted by the keyboard, down and up, and says so', async () => {
    const { page } = await open('day')
    const table = page.getByRole('table', { name: /rows by provider/ })
    const head = table.getByRole('columnheader', { name: 'bounced' }).first()
    const column = await head.evaluate((cell) => (cell instanceof HTMLTableCellElement ? cell.cellIndex : -1))
    const values = (): Promise<number[]> =>
      table
        .locator('tbody tr')
        .evaluateAll((rows, column) => rows.map((row) => Number(row.children[column]?.textContent?.replace(/,/g, ''))), column)
    await head.getByRole('button').focus()
    await page.keyboard.press('Enter')
    expect(await head.getAttribute('aria-sort')).toBe('descending')
    expect(await values()).toEqual((await values()).toSorted((a, b) => b - a))
    await page.keyboard.press('Enter')
    expect(await head.getAttribute('aria-sort')).toBe('ascending')
    expect(await values()).toEqual((await values()).toSorted((a, b) => a - b))
    const names = table.getByRole('columnheader', { name: 'Provider' })
    await names.getByRole('button').click()
    expect([await names.getAttribute('aria-sort'), await head.getAttribute('aria-sort')]).toEqual(['ascending', null])
    expect(await table.locator('tbody tr th').first().textContent()).toBe('Apple iCloud Mail')
  })

  test('rows with their details stay together when they are sorted', async () => {
    const { page } = await open('day')
    await openAll(page)
    const table = page.getByRole('table', { name: /The mailbox does not exist, by provider/ })
    await table.getByRole('columnheader', { name: 'Provider' }).getByRole('button').click()
    const first = table.locator('tbody').first()
    expect(await first.locator('th').innerText()).toBe('Gmail')
    expect(await first.locator('.more').innerText()).toContain('gmail.example')
  })

  test('a long table is folded, tells how much there is, and unfolds', async () => {
    const { page } = await open('day')
    const table = page.getByRole('table', { name: '300 rows by recipient domain' })
    expect(await visible(table.locator('tbody tr'))).toBe(25)
    await page.getByRole('button', { name: 'Show all 300 rows' }).click()
    expect(await visible(table.locator('tbody tr'))).toBe(300)
    await page.getByRole('button', { name: 'Show the first 25 rows only' }).click()
    expect(await visible(table.locator('tbody tr'))).toBe(25)
    await page.getByRole('searchbox').fill('d299.example')
    await found(page, 'search')
    expect(await table.locator('tbody tr:visible th').allTextContents()).toEqual(['d299.example'])
  })

  test('times are those of the zone of the reader, and the page says which', async () => {
    const { page } = await open('day', { timezoneId: 'Asia/Kolkata' })
    expect(await page.locator('.period').innerText()).toContain('2 Mar 2026, 05:30')
    expect(await page.locator('#zone').innerText()).toMatch(/Times are in your time zone, Asia\/(Kolkata|Calcutta)\./)
    expect(await page.locator('#time .axis').first().locator('text').allTextContents()).toEqual([
      '08:00',
      '12:00',
      '16:00',
      '20:00',
      '3 Mar',
      '04:00'
    ])
  })

  test('on paper all cards are open, the filter is gone, and rows that are left out are told', async () => {
    const { page } = await open('day')
    await page.emulateMedia({ media: 'print' })
    expect(await visible(page.locator('.card .fix'))).toBe(15)
    expect(await page.locator('#filter').isVisible()).toBe(false)
    expect(await page.locator('svg.bars').first().isVisible()).toBe(true)
    expect(await page.getByText('275 more rows are in the file and not on paper: show all rows before printing.').isVisible()).toBe(true)
    expect(await page.evaluate(() => getComputedStyle(document.body).color)).toBe('rgb(27, 32, 37)')
  })

  test('without its script everything is there, in UTC', async () => {
    const { page } = await open('day', { javaScriptEnabled: false, timezoneId: 'Asia/Kolkata' })
    expect(await page.locator('#zone').innerText()).toBe('Times are UTC.')
    expect(await page.locator('#filter').isVisible()).toBe(false)
    expect(await visible(page.getByRole('table', { name: '300 rows by recipient domain' }).locator('tbody tr'))).toBe(300)
    await page.locator('.card > summary').nth(5).click()
    expect(await page.locator('.card').nth(5).locator('.fix').isVisible()).toBe(true)
  })

  test('headings go down one level at a time, and every control has a name', async () => {
    const { page } = await open('day')
    const levels = await page.locator('h1, h2, h3').evaluateAll((all) => all.map(({ tagName }) => Number(tagName.slice(1))))
    expect(levels.filter((level) => level === 1)).toHaveLength(1)
    expect(levels.filter((level, at) => level > (levels[at - 1] ?? 0) + 1)).toEqual([])
    for (const control of await page.locator('#filters input, #filters select, #filters button').all())
      expect(await control.evaluate((element) => element.closest('label')?.textContent || element.textContent)).not.toBe('')
    expect(await page.getByRole('img', { name: /^All attempts in each 15 min/ }).count()).toBe(1)
  })
})
