import { describe, expect, test } from 'vitest'
import { lowContrasts } from './contrast.ts'
import { drop, openSite, paste, withoutBrowser } from './page.ts'

const site = openSite()
const paths = [
  '',
  'codes/',
  'codes/550/',
  'causes/',
  'causes/connection-failed/',
  'providers/',
  'providers/postfix/',
  'troubleshoot/',
  'see-more/',
  'search/',
  '404.html'
]
const looks = (['light', 'dark'] as const).flatMap((colorScheme) =>
  [360, 1280].map((width) => ({ colorScheme, viewport: { width, height: 800 } }))
)

const bounce = `From: MAILER-DAEMON@example.net
To: news@example.net
Subject: Undelivered Mail Returned to Sender
Date: Mon, 2 Mar 2026 10:15:00 +0000
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.net
${[1, 2, 3, 4, 5, 6, 7, 8, 9].map((number) => `\nFinal-Recipient: rfc822; ${'a-long-name.'.repeat(5)}${number}@example.com\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 User unknown\n`).join('')}
--b--
`

describe.skipIf(withoutBrowser)('the look', { timeout: 120_000 }, () => {
  test.each(looks)('$colorScheme at $viewport.width px: nothing is cut off, and every text can be read', async (look) => {
    for (const path of paths) {
      const { page, complaints } = await site.visit(path, look)
      if (path === '') {
        await paste(page, `550-5.7.26 ${'x'.repeat(300)}\n550 5.7.26 Gmail requires all senders to authenticate with either SPF or DKIM.`)
        await page.locator('.card').waitFor()
        expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0)
        await drop(page, { name: `${'long-name-'.repeat(20)}.eml`, bytes: Buffer.from(bounce) })
        await page.locator('.whom').waitFor()
      }
      expect([path, await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)]).toEqual([path, 0])
      expect([path, await page.evaluate(lowContrasts)]).toEqual([path, []])
      expect([path, complaints.filter((text) => !text.includes('404'))]).toEqual([path, []])
      await page.context().close()
    }
  })

  test('headings go down one level at a time, and there is one first', async () => {
    for (const path of paths) {
      const { page } = await site.visit(path)
      if (path === '') {
        await paste(page, '552 5.2.2 Mailbox full')
        await page.locator('.card').waitFor()
      }
      const levels = await page.locator('h1, h2, h3, h4, h5, h6').evaluateAll((all) => all.map(({ tagName }) => Number(tagName.slice(1))))
      expect([path, levels.filter((level) => level === 1).length]).toEqual([path, 1])
      expect([path, levels.filter((level, index) => level > (levels[index - 1] ?? 0) + 1)]).toEqual([path, []])
      await page.context().close()
    }
  })

  test('the theme is chosen by the machine, changed by the button and kept', async () => {
    const { page } = await site.visit('codes/550/', { colorScheme: 'light' })
    const ground = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
    const light = await ground()
    await page.getByRole('button', { name: 'Switch between light and dark' }).click()
    const dark = await ground()
    expect(dark).not.toBe(light)
    await page.goto(`${site.url()}causes/`)
    expect(await ground()).toBe(dark)
    await page.getByRole('button', { name: 'Switch between light and dark' }).click()
    expect(await ground()).toBe(light)
  })

  test('the first key leads past the navigation', async () => {
    const { page } = await site.visit('codes/550/')
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the content')
    await page.keyboard.press('Enter')
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('main')
  })
})
