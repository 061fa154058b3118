import { describe, expect, test } from 'vitest'
import { openSite, withoutBrowser } from './page.ts'

const site = openSite()

describe.skipIf(withoutBrowser)('without JavaScript', { timeout: 60_000 }, () => {
  test.each([
    ['codes/', 'Codes', 'Mailbox unavailable'],
    ['codes/550/', '550', 'What to do'],
    ['causes/', 'Causes', 'The mailbox is full'],
    ['causes/mailbox-full/', 'The mailbox is full', 'Who must act'],
    ['providers/', 'Providers and software', 'Postfix'],
    ['providers/postfix/', 'Postfix', 'Recipient address rejected'],
    ['troubleshoot/', 'Find out why mail fails', 'Most likely'],
    ['see-more/', 'How to see more', 'Nodemailer'],
    ['search/', 'Search the reference', 'Codes'],
    ['', 'Why did the mail fail?', 'needs JavaScript']
  ])('/%s reads', async (path, heading, text) => {
    const { page } = await site.visit(path, { javaScriptEnabled: false })
    expect(await page.locator('h1').count()).toBe(1)
    expect(await page.locator('h1').textContent()).toContain(heading)
    expect(await page.locator('main').innerText()).toContain(text)
    expect(await page.locator('html').getAttribute('lang')).toBe('en')
    expect(await page.locator('meta[name=description]').getAttribute('content')).toMatch(/\w{3}/)
  })

  test('every question and every end of the guide stands on its page, under its own address', async () => {
    const { page } = await site.visit('troubleshoot/', { javaScriptEnabled: false })
    const targets = await page.locator('.answers a').evaluateAll((links) => links.map((link) => link.getAttribute('href')?.slice(1) ?? ''))
    expect(targets.length).toBeGreaterThan(50)
    const ids = await page.locator('.node').evaluateAll((nodes) => nodes.map(({ id }) => id))
    expect(targets.filter((id) => !ids.includes(id))).toEqual([])
    expect(await page.locator('.node.end').first().isVisible()).toBe(true)
  })
})

describe.skipIf(withoutBrowser)('the reference', { timeout: 60_000 }, () => {
  test('codes are filtered by frequency, importance, type, by what they are and by words', async () => {
    const { page, complaints } = await site.visit('codes/')
    const shown = (): Promise<number> => page.locator('.rows li:visible').count()
    const all = await shown()
    await page.getByLabel('Frequency').selectOption('Rare')
    const rare = await shown()
    expect(rare).toBeLessThan(all)
    expect(rare).toBeGreaterThan(0)
    expect(await page.locator('.found').textContent()).toBe(`${rare} fit`)
    await page.getByLabel('Importance').selectOption('High')
    expect(await shown()).toBeLessThan(rare)
    await page.getByLabel('Frequency').selectOption('')
    await page.getByLabel('Importance').selectOption('')
    await page.getByLabel('Type').selectOption('Authentication')
    expect(
      await page
        .locator('.rows li:visible')
        .evaluateAll((rows) => rows.every((row) => row.getAttribute('data-type')?.includes('Authentication')))
    ).toBe(true)
    await page.getByLabel('Type').selectOption('')
    await page.getByLabel('What it is').selectOption('dots-lost')
    expect(await page.locator('.rows li:visible b').allTextContents()).toContain('447')
    expect(await page.locator('section:visible > h2').allTextContents()).toEqual(['Enhanced status codes that lost their dots'])
    await page.getByLabel('What it is').selectOption('')
    await page.getByLabel('Words or code').fill('ECONNREFUSED')
    expect(await page.locator('.rows li:visible b').allTextContents()).toContain('ECONNREFUSED')
    expect(complaints).toEqual([])
  })

  test('a choice of filters has an address', async () => {
    const { page } = await site.visit('codes/#kind=errno&q=refused')
    expect(await page.getByLabel('What it is').inputValue()).toBe('errno')
    expect(await page.locator('.rows li:visible').count()).toBeLessThan(20)
  })

  test('the search finds codes, causes and providers', async () => {
    const { page, complaints } = await site.visit('search/')
    await page.locator('#search[data-ready]').waitFor()
    const box = page.getByRole('searchbox')
    await box.fill('5.1.1')
    expect(await page.locator('#hits a').first().getAttribute('href')).toMatch(/^\/codes\//)
    await box.fill('mailbox full')
    expect(await page.locator('#hits').textContent()).toContain('The mailbox is full')
    await box.fill('postfix')
    await page.locator('#hits a[href="/providers/postfix/"]').click()
    await page.waitForURL('**/providers/postfix/')
    expect(complaints).toEqual([])
  })

  test('the guide leads to an end with the keyboard alone, and back', async () => {
    const { page, complaints } = await site.visit('troubleshoot/')
    expect(await page.locator('.node:visible').count()).toBe(1)
    for (let step = 0; step < 20 && (await page.locator('.node.end:visible').count()) === 0; step++) {
      const asked = page.url()
      const shown = await page.locator('.node:visible').textContent()
      await page.locator('.node:visible .answers a').first().focus()
      await page.keyboard.press('Enter')
      await page.waitForURL((url) => url.href !== asked)
      // The address changes before the page does.
      await expect.poll(() => page.locator('.node:visible').textContent()).not.toBe(shown)
      expect(await page.locator('.node:visible').count()).toBe(1)
    }
    expect(await page.locator('.node.end:visible').textContent()).toContain('What to do')
    const steps = await page.locator('#trail li').count()
    expect(steps).toBeGreaterThan(0)
    await page.goBack()
    await expect.poll(() => page.locator('#trail li').count()).toBe(steps - 1)
    expect(complaints).toEqual([])
  })

  test.each([
    ['codes/5.1.1/', 'codes/x.1.1/'],
    ['CODES/ECONNREFUSED', 'codes/econnrefused/']
  ])('/%s leads to /%s', async (from, to) => {
    const { page } = await site.visit(from)
    await page.waitForURL(`**/${to}`)
    expect(await page.locator('h1').count()).toBe(1)
  })

  test('an address without a page says so and can be searched from', async () => {
    const { page } = await site.visit('no/such/page')
    expect(await page.locator('h1').textContent()).toBe('There is no such page')
    expect(await page.getByRole('searchbox').isVisible()).toBe(true)
  })

  test('foreign names of a cause stand on its page', async () => {
    const { page } = await site.visit('causes/mailbox-full/')
    expect(await page.locator('main').textContent()).toContain('Sisimaimailboxfull')
  })

  test('no link of the reference leads nowhere', async () => {
    const { page } = await site.visit('codes/')
    const visited = new Set<string>()
    const broken: string[] = []
    const waiting = ['', 'codes/', 'causes/', 'providers/', 'troubleshoot/', 'see-more/', 'search/', '404.html'].map(
      (path) => new URL(path, site.url()).href
    )
    for (let url = waiting.pop(); url !== undefined; url = waiting.pop()) {
      if (visited.has(url)) continue
      visited.add(url)
      const answer = await page.request.get(url)
      if (!answer.ok() && !url.endsWith('404.html')) broken.push(url)
      const text = await answer.text()
      const ids = new Set([...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id))
      for (const [, href = ''] of text.matchAll(/ href="([^"]+)"/g)) {
        const target = URL.parse(href.replaceAll('&amp;', '&'), url)
        if (target === null) {
          broken.push(`${url} → ${href}`)
          continue
        }
        if (target.origin !== new URL(url).origin) continue
        if (target.hash !== '' && target.pathname === new URL(url).pathname && !ids.has(decodeURIComponent(target.hash.slice(1))))
          broken.push(`${url} → ${target.hash}`)
        target.hash = ''
        waiting.push(target.href)
      }
    }
    expect(visited.size).toBeGreaterThan(300)
    expect(broken).toEqual([])
  })
})
