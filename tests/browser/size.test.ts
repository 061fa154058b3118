import { describe, expect, test } from 'vitest'
import { openSite, withoutBrowser } from './page.ts'

const site = openSite()

/** What the page with all its rules may weigh on the wire, compressed. Bytes. */
const maxExplainer = 150_000

describe.skipIf(withoutBrowser)('the explainer on the wire', { timeout: 60_000 }, () => {
  test('weighs less than 150 kB with all its rules; the words of advice and the reader of messages follow, a file each', async () => {
    const { page, requests } = await site.visit()
    const sizes = new Map<string, number>()
    for (const url of new Set(requests)) {
      const answer = await page.request.get(url, { headers: { 'accept-encoding': 'br' } })
      sizes.set(new URL(url).pathname, Number(answer.headers()['content-length']))
    }
    const all = [...sizes]
    const words = all.filter(([path]) => path.includes('words'))
    const reader = all.filter(([path]) => path.includes('message-reader'))
    const rest = all.filter((entry) => !words.includes(entry) && !reader.includes(entry))
    const sum = (parts: readonly (readonly [string, number])[]): number => parts.reduce((total, [, size]) => total + size, 0)
    console.info(
      all.map(([path, size]) => `${String(size).padStart(8)}  ${path}`).join('\n') +
        `\n${String(sum(rest)).padStart(8)}  page, styles, scripts, rules\n${String(sum(words)).padStart(8)}  words of advice\n${String(sum(reader)).padStart(8)}  reader of messages`
    )
    expect([words.length, reader.length]).toEqual([1, 1])
    expect(sum(rest)).toBeLessThan(maxExplainer)
  })
})
