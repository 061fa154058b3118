import { describe, expect, test } from 'vitest'
import { openSite, withoutBrowser } from './page.ts'

const site = openSite()

/** What the page with all its rules may weigh on the wire, compressed. Bytes. */
const maxExplainer = 150_000

describe.skipIf(withoutBrowser)('the explainer on the wire', { timeout: 60_000 }, () => {
  test('weighs less than 150 kB with all its rules; the words of advice follow in one file', async () => {
    const { page, requests } = await site.visit()
    const sizes = new Map<string, number>()
    for (const url of new Set(requests)) {
      const answer = await page.request.get(url, { headers: { 'accept-encoding': 'br' } })
      sizes.set(new URL(url).pathname, Number(answer.headers()['content-length']))
    }
    const words = [...sizes].filter(([path]) => path.includes('words'))
    const rest = [...sizes].filter(([path]) => !path.includes('words'))
    const sum = (parts: readonly (readonly [string, number])[]): number => parts.reduce((total, [, size]) => total + size, 0)
    console.info(
      [...sizes].map(([path, size]) => `${String(size).padStart(8)}  ${path}`).join('\n') +
        `\n${String(sum(rest)).padStart(8)}  page, styles, scripts, rules\n${String(sum(words)).padStart(8)}  words of advice`
    )
    expect(words.length).toBe(1)
    expect(sum(rest)).toBeLessThan(maxExplainer)
  })
})
