import { describe, expect, test } from 'vitest'
import { openSite, paste, withoutBrowser } from './page.ts'

const site = openSite()
const full = '552 5.2.2 <jane@example.com>: Mailbox full'
const network = "Error: connect ECONNREFUSED 192.0.2.1:587\n  errno: -111,\n  code: 'ESOCKET',\n  syscall: 'connect',\n  command: 'CONN'"

describe.skipIf(withoutBrowser)('the explainer', { timeout: 60_000 }, () => {
  test('answers while somebody types, with the cause and the words that decided', async () => {
    const { page, complaints } = await site.visit()
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('paste')
    await page.keyboard.type(full)
    const card = page.locator('.card')
    await expect.poll(() => card.locator('h2').textContent()).toBe('The mailbox is full')
    expect(await card.locator('mark').textContent()).toBe('Mailbox full')
    expect(await card.locator('.verdict dt').allTextContents()).toEqual(['Who must act', 'What to do now', 'How sure'])
    expect(await card.locator('.steps li').count()).toBeGreaterThan(0)
    expect(await card.locator('footer .evidence').textContent()).toMatch(/Rule \S+\.\S+ ?\. Source: /)
    await page.locator('#paste').fill('')
    await expect.poll(() => card.count()).toBe(0)
    expect(complaints).toEqual([])
  })

  test('asks for nothing once it is there, whatever is pasted and clicked', async () => {
    const { page, requests, complaints } = await site.visit()
    const before = requests.length
    await paste(page, `${full}\n${network}`)
    await page.locator('.card').first().waitFor()
    for (const tab of await page.locator('[role=tab]').all()) await tab.click()
    await page.locator('[data-copy]').first().click()
    await page.getByRole('button', { name: 'Share' }).click()
    await page.getByRole('button', { name: 'Clear' }).click()
    for (const example of await page.locator('.try button').all()) await example.isVisible()
    await page.locator('.try button').last().click()
    await page.locator('.card').first().waitFor()
    await page.waitForLoadState('networkidle')
    expect(requests.slice(before)).toEqual([])
    expect(requests.every((url) => url.startsWith(site.url()))).toBe(true)
    expect(complaints).toEqual([])
  })

  test('says that a text tells no cause as an answer of its own, and how to see more', async () => {
    const { page } = await site.visit()
    await paste(page, 'nobody knows what this was')
    const card = page.locator('.card')
    await card.waitFor()
    expect(await card.locator('.kicker').textContent()).toBe('No cause told')
    expect(await card.textContent()).toContain('Nothing in this text tells the cause.')
    expect(await card.getByRole('heading', { name: 'How to see more' }).count()).toBe(1)
    expect(await card.locator('a[href*="see-more/#"]').count()).toBeGreaterThan(5)
  })

  test.each(['500', '502 5.5.2 Error: command not recognized', '503 5.5.1 Bad sequence of commands'])(
    'shows how to see more for %s',
    async (text) => {
      const { page } = await site.visit()
      await paste(page, text)
      await page.locator('.card a[href*="see-more/#"]').first().waitFor()
    }
  )

  test('a bare code is explained as what it really is, with similar codes', async () => {
    const { page } = await site.visit()
    await paste(page, '447')
    const card = page.locator('.card')
    await card.waitFor()
    expect(await card.locator('h2').textContent()).toMatch(/^447: /)
    expect(await card.locator('.excerpt').count()).toBe(0)
    expect(await card.getByRole('heading', { name: 'Similar codes' }).count()).toBe(1)
  })

  test('several errors are several answers', async () => {
    const { page } = await site.visit()
    await paste(page, `${full}\n550 5.1.1 <joe@example.net>: User unknown\n451 4.7.1 Greylisted, try again in 300 seconds`)
    await expect.poll(() => page.locator('.card').count()).toBe(3)
    expect(await page.locator('.count').textContent()).toBe('3 different errors')
    expect(await page.locator('.card').nth(2).locator('.verdict').textContent()).toContain('not before 5 minutes')
  })

  test('the tabs of the roles are moved through with the keyboard', async () => {
    const { page } = await site.visit()
    await paste(page, network)
    const tabs = page.locator('[role=tab]')
    await tabs.first().waitFor()
    const chosen = (): Promise<(string | null)[]> => page.locator('[role=tab][aria-selected=true]').allTextContents()
    const [start] = await chosen()
    await page.locator('[role=tab][aria-selected=true]').focus()
    await page.keyboard.press('End')
    expect(await chosen()).toEqual([await tabs.last().textContent()])
    await page.keyboard.press('ArrowRight')
    expect(await chosen()).toEqual([await tabs.first().textContent()])
    const developer = await page.locator('[role=tabpanel]').textContent()
    await page.keyboard.press('ArrowLeft')
    expect(await page.locator('[role=tabpanel]').textContent()).not.toBe(developer)
    await page.keyboard.press('Home')
    expect(await chosen()).toEqual([await tabs.first().textContent()])
    expect(await page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('tab')
    expect(await tabs.evaluateAll((all) => all.filter((tab) => tab.getAttribute('tabindex') === '0').length)).toBe(1)
    expect(start).toBeDefined()
  })

  test('a command is copied as it stands', async () => {
    const { page } = await site.visit('', { permissions: ['clipboard-read', 'clipboard-write'] })
    await paste(page, full)
    const line = page.locator('.command .line').first()
    await line.locator('[data-copy]').click()
    await expect.poll(() => page.locator('#announcement').textContent()).toBe('Command copied')
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(await line.locator('code').textContent())
  })

  test('a paste of 10 MB is answered, and the page goes on meanwhile', async () => {
    const { page } = await site.visit()
    // Counts how often the page gets to do something between asking and the answer: never, if it did the reading itself.
    await page.evaluate(() => {
      const post = Worker.prototype.postMessage
      Worker.prototype.postMessage = function (this: Worker, message: unknown) {
        post.call(this, message)
        let turns = 0
        const turn = (): void => {
          if (document.querySelector('.card') !== null) return
          document.body.dataset.turns = String(++turns)
          setTimeout(turn)
        }
        turn()
      }
    })
    await paste(page, `${'The quick brown fox jumps over the lazy dog.\n'.repeat(240_000)}${full}`)
    await page.locator('.card').first().waitFor({ timeout: 50_000 })
    expect(Number(await page.locator('body').getAttribute('data-turns'))).toBeGreaterThan(5)
    expect(await page.locator('.card h2').textContent()).toBe('The mailbox is full')
    expect((await page.locator('#paste').inputValue()).length).toBeLessThan(10_000)
    expect(await page.locator('.long').textContent()).toContain('10.8 million letters')
    await page.getByRole('button', { name: 'Clear' }).click()
    await page.keyboard.type('447')
    await expect.poll(() => page.locator('.card h2').textContent()).toMatch(/^447: /)
  })
})

describe.skipIf(withoutBrowser)('a hostile paste', { timeout: 60_000 }, () => {
  test('does nothing but be explained', async () => {
    const { page, requests, complaints } = await site.visit()
    const before = requests.length
    const text =
      '550 5.1.1 <img src=x onerror="document.title=1"><script>document.title=2</script> User unknown \u001b[31mred \u202egnp.exe\u0007'
    await paste(page, text)
    await page.locator('.card').waitFor()
    const shown = await page.locator('.excerpt pre').textContent()
    expect(shown).toContain('<img src=x onerror=')
    expect(shown).toContain('␛[31m')
    expect(shown).toContain('⟨202E⟩')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may be left
    expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/)
    expect(await page.locator('main img, main script').count()).toBe(0)
    expect(await page.title()).toContain('whybounce')
    expect(requests.slice(before)).toEqual([])
    expect(complaints).toEqual([])
  })

  test.each(['#t=%00', '#t=____', '#t=', '#t=PGltZyBzcmM9eCBvbmVycm9yPWFsZXJ0KDEpPg', '#<img src=x>'])(
    'in the fragment %s does nothing either',
    async (fragment) => {
      const { page, complaints } = await site.visit(fragment)
      expect(await page.locator('main img').count()).toBe(0)
      expect(complaints).toEqual([])
    }
  )
})

describe.skipIf(withoutBrowser)('a shared link', { timeout: 60_000 }, () => {
  test('carries the redacted text behind the # and opens the same explanation', async () => {
    const { page } = await site.visit('', { permissions: ['clipboard-read', 'clipboard-write'] })
    await paste(page, "552 5.2.2 <jane.doe@example.com>: Mailbox full; password: 'hunter2'")
    await page.locator('.card').waitFor()
    await page.getByRole('button', { name: 'Share' }).click()
    const preview = page.getByLabel('Text that the link will hold')
    expect(await preview.inputValue()).toMatch(/redacted@example\.com.*Mailbox full/)
    await page.getByRole('button', { name: 'Copy the link' }).click()
    await expect.poll(() => page.locator('#announcement').textContent()).toBe('Link copied')
    const link = new URL(await page.evaluate(() => navigator.clipboard.readText()))
    expect([link.search, link.pathname]).toEqual(['', '/'])
    expect(link.hash).toMatch(/^#t=[A-Za-z0-9_-]+$/)
    expect(atob(link.hash.slice(3).replaceAll('-', '+').replaceAll('_', '/'))).not.toMatch(/jane|hunter2/)

    const other = await site.visit(link.hash)
    await expect.poll(() => other.page.locator('.card h2').textContent()).toBe('The mailbox is full')
    expect(await other.page.locator('.notice').textContent()).toContain('behind the #')
    expect(other.requests.every((url) => !url.includes('t='))).toBe(true)
  })
})
