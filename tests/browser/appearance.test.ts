import { describe, expect, test } from 'vitest'
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

/** Contrast of every text with its ground (WCAG 2.2, 1.4.3), in the page: what stays below 4.5, or 3 for large letters. */
const lowContrasts = (): string[] => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
  if (canvas === null) return ['no canvas']
  const channels = (colour: string): [number, number, number, number] => {
    canvas.clearRect(0, 0, 1, 1)
    canvas.fillStyle = colour
    canvas.fillRect(0, 0, 1, 1)
    const [r = 0, g = 0, b = 0, a = 0] = canvas.getImageData(0, 0, 1, 1).data
    return [r, g, b, a]
  }
  const light = (colour: string): number => {
    const [r, g, b] = channels(colour).map((value) =>
      value / 255 <= 0.03928 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4
    )
    return 0.2126 * (r ?? 0) + 0.7152 * (g ?? 0) + 0.0722 * (b ?? 0)
  }
  const groundOf = (element: Element | null): string => {
    for (let at = element; at !== null; at = at.parentElement) {
      const { backgroundColor } = getComputedStyle(at)
      if (channels(backgroundColor)[3] > 0) return backgroundColor
    }
    return 'white'
  }
  const low = new Set<string>()
  for (const element of document.querySelectorAll('body *')) {
    const hasText = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim() !== '')
    if (!hasText || !element.checkVisibility()) continue
    const { color, fontSize, fontWeight } = getComputedStyle(element)
    const [a, b] = [light(color), light(groundOf(element))].sort((x, y) => y - x)
    const contrast = ((a ?? 0) + 0.05) / ((b ?? 0) + 0.05)
    const large = Number.parseFloat(fontSize) >= 24 || (Number.parseFloat(fontSize) >= 18.7 && Number(fontWeight) >= 700)
    if (contrast < (large ? 3 : 4.5)) low.add(`${element.tagName}.${element.className} ${contrast.toFixed(2)}`)
  }
  return [...low]
}

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
