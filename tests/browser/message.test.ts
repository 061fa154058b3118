import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { drop, openSite, paste, withoutBrowser } from './page.ts'

const site = openSite()
const bytesOf = (name: string): Buffer => readFileSync(join(import.meta.dirname, '..', 'messages', name))
/** As somebody copies it out of a window that shows the source: line feeds only. */
const textOf = (name: string): string => bytesOf(name).toString('utf8').replaceAll('\r\n', '\n')

const twoRecipients = 'lab/postfix-alias-members-fail.eml'
const encoded = 'providers/exchange-rendered-german-from.eml'
const complaint = 'providers/yahoo-cfl.eml'
const vacation = 'world/de-vacation.eml'

/** What stands above the cards, and of each card its title and whom it is for. */
const readOn = async (page: Page): Promise<{ count: string[]; titles: string[]; whom: string[] }> => ({
  count: await page.locator('.count > span:not(.hidden)').allTextContents(),
  titles: await page.locator('.card h2').allTextContents(),
  whom: await page.locator('.card .whom').allTextContents()
})

describe.skipIf(withoutBrowser)('a pasted message', { timeout: 60_000 }, () => {
  test('with two recipients gives two answers, and says for whom', async () => {
    const { page, complaints } = await site.visit()
    await paste(page, textOf(twoRecipients))
    await expect.poll(() => page.locator('.card').count()).toBe(2)
    expect(await readOn(page)).toEqual({
      count: ['A bounce message about 2 recipients', '2 different errors'],
      titles: ['1. The mailbox is full', '2. The mailbox does not exist'],
      whom: ['For: full@example.com', 'For: nouser@example.com']
    })
    expect(complaints).toEqual([])
  })

  test.each([
    [
      'encoded in base64',
      encoded,
      'A bounce message about 1 recipient',
      'The From line is missing, doubled or not a valid address',
      'user@example.org'
    ],
    [
      'in Japanese',
      'world/ja-docomo-end-of-data.eml',
      'A bounce message about 1 recipient',
      'The mailbox does not exist',
      'keitai@example.com'
    ],
    ['that is a feedback report', complaint, 'A complaint', 'The recipient marked the mail as spam', 'user@example.net'],
    ['that is a vacation answer', vacation, 'An automatic answer', 'The recipient is away', 'karl@example.com'],
    [
      'that reports success',
      'providers/exchange-relayed.eml',
      'A delivery notice about 1 recipient',
      'A delivery notice: nothing failed',
      'user@example.net'
    ]
  ])('%s is read', async (_, name, read, title, recipient) => {
    const { page, complaints } = await site.visit()
    await paste(page, textOf(name))
    await page.locator('.card').waitFor()
    expect(await readOn(page)).toEqual({ count: [read], titles: [title], whom: [`For: ${recipient}`] })
    expect(await page.locator('.card mark').textContent()).not.toBe('')
    expect(complaints).toEqual([])
  })

  test('that is none of these is not explained, and the page says so', async () => {
    const { page } = await site.visit()
    await paste(page, textOf('providers/near-newsletter.eml'))
    await expect.poll(async () => (await readOn(page)).count[0]).toMatch(/^This message is no bounce/)
    expect(await page.locator('.card').count()).toBe(0)
    await paste(page, '552 5.2.2 Mailbox full')
    await expect.poll(() => page.locator('.count').count()).toBe(0)
  })

  test('to many names eight, and how many more there are', async () => {
    const { page } = await site.visit()
    const names = Array.from({ length: 11 }, (_, index) => `person${index + 1}@example.com`)
    const report = names.map(
      (name) => `\nFinal-Recipient: rfc822; ${name}\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 User unknown\n`
    )
    const message = textOf(twoRecipients).replace(/\nFinal-Recipient[\s\S]*?\n(?=--)/, `${report.join('')}\n`)
    await paste(page, message)
    await page.locator('.card').waitFor()
    expect(await page.locator('.whom').textContent()).toBe(`For: ${names.slice(0, 8).join(', ')} and 3 more`)
    expect(await page.locator('.kicker').textContent()).toContain('11 times')
  })

  test.each(['pasted', 'dropped'])('that is %s is explained as a text until its reader is there, and again when it is', async (way) => {
    let release = (): void => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const { page } = await site.visit('', {}, async (page) => {
      await page.context().route(/message-reader/, async (route) => {
        await held
        await route.continue()
      })
    })
    if (way === 'pasted') await paste(page, textOf(encoded))
    else await drop(page, { name: 'bounce.eml', bytes: bytesOf(encoded) })
    await page.locator('.card').first().waitFor()
    expect((await readOn(page)).whom).toEqual([])
    release()
    await expect.poll(async () => (await readOn(page)).whom).toEqual(['For: user@example.org'])
  })

  test('is shared without what is encoded in it', async () => {
    const { page } = await site.visit()
    await paste(page, textOf(encoded))
    await page.locator('.card').waitFor()
    await page.getByRole('button', { name: 'Share' }).click()
    const shared = await page.getByLabel('Text that the link will hold').inputValue()
    expect(shared).toContain('multiple addresses in From: header')
    expect(shared).not.toMatch(/base64|user@example/i)
  })
})

describe.skipIf(withoutBrowser)('an opened message', { timeout: 60_000 }, () => {
  test('is read as it was stored when it is dropped: CRLF and ISO-8859-1', async () => {
    const { page, complaints } = await site.visit()
    const latin1 = Buffer.from(bytesOf('world/fr-orange-invalid-recipient.eml').toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1')
    expect(latin1.includes('syst\xe8me', 0, 'latin1')).toBe(true)
    await drop(page, { name: 'retour.eml', bytes: latin1 })
    await page.locator('.card').waitFor()
    expect(await readOn(page)).toEqual({
      count: ['A bounce message about 1 recipient'],
      titles: ['The mailbox does not exist'],
      whom: ['For: abonne@example.com']
    })
    expect(await page.locator('#paste').inputValue()).toContain("Voici le système de messagerie de l'hôte")
    expect(await page.locator('.long').textContent()).toMatch(/^All of retour\.eml \(\d kB\) is read/)
    await page.getByRole('button', { name: 'Clear' }).click()
    await page.keyboard.type('447')
    await expect.poll(() => page.locator('.card h2').textContent()).toMatch(/^447: /)
    expect(complaints).toEqual([])
  })

  test('is chosen with the keyboard, one after the other, and nothing is asked for', async () => {
    const { page, requests, complaints } = await site.visit()
    const before = requests.length
    const button = page.getByRole('button', { name: 'Open a message (.eml)' })
    let chosen = complaint
    page.on('filechooser', (chooser) => chooser.setFiles({ name: 'message.eml', mimeType: 'message/rfc822', buffer: bytesOf(chosen) }))
    await page.locator('#paste').focus()
    await page.keyboard.press('Tab')
    expect(await button.evaluate((element) => element === document.activeElement)).toBe(true)
    for (const [name, title] of [
      [complaint, 'The recipient marked the mail as spam'],
      [vacation, 'The recipient is away']
    ] as const) {
      chosen = name
      await button.focus()
      await page.keyboard.press('Enter')
      await expect.poll(() => page.locator('.card h2').textContent()).toBe(title)
    }
    // The same file a second time, after something else.
    await page.getByRole('button', { name: 'Clear' }).click()
    await expect.poll(() => page.locator('.card').count()).toBe(0)
    await button.press('Space')
    await expect.poll(() => page.locator('.card h2').textContent()).toBe('The recipient is away')
    await drop(page, { name: 'two.eml', bytes: bytesOf(twoRecipients) })
    await expect.poll(() => page.locator('.card').count()).toBe(2)
    await page.waitForLoadState('networkidle')
    expect(requests.slice(before)).toEqual([])
    expect(complaints).toEqual([])
  })

  test.each([
    ['report.msg', Uint8Array.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]), /Outlook message.*command line.*whybounce events/],
    ['empty.eml', new Uint8Array(0), /^empty\.eml is empty\.$/],
    ['<b>.png', Uint8Array.from([0x89, 0x50, 0x4e, 0x47]), /^<b>\.png is a picture/]
  ])('%s cannot be read, which a sentence says', async (name, bytes, says) => {
    const { page } = await site.visit()
    await paste(page, '552 5.2.2 Mailbox full')
    await page.locator('.card').waitFor()
    await drop(page, { name, bytes })
    await expect.poll(() => page.getByRole('alert').textContent()).toMatch(says)
    expect(await page.locator('#paste').inputValue()).toBe('552 5.2.2 Mailbox full')
    await paste(page, '447')
    await expect.poll(() => page.getByRole('alert').count()).toBe(0)
  })

  test('above 64 MB is not read; a large one says that it is being read', async () => {
    const { page } = await site.visit()
    const dropOfSize = (megabytes: number): Promise<void> =>
      page.locator('#paste').evaluate((box, megabytes) => {
        const seen = new Set<string>()
        const status = document.querySelector('[role=status].hidden, [role=status].count')
        if (status !== null)
          new MutationObserver(() => {
            seen.add(status.textContent ?? '')
            document.body.dataset.seen = [...seen].join('|')
          }).observe(status, { childList: true, subtree: true, characterData: true })
        const head =
          'From: MAILER-DAEMON@example.net\nTo: news@example.net\nSubject: Undelivered Mail Returned to Sender\nDate: Mon, 2 Mar 2026 10:15:00 +0000\n\n<jane@example.com>: 552 5.2.2 Mailbox full\n\n'
        const line = `${'x'.repeat(99)}\n`
        const dataTransfer = new DataTransfer()
        dataTransfer.items.add(new File([head, line.repeat(megabytes * 10_000)], 'big.eml'))
        box.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }))
      }, megabytes)
    await dropOfSize(68)
    await expect.poll(() => page.getByRole('alert').textContent()).toContain('big.eml is larger than 64 MB')
    await dropOfSize(30)
    await page.locator('.card').waitFor({ timeout: 50_000 })
    expect(await page.locator('body').getAttribute('data-seen')).toContain('Reading big.eml (30.0 MB) …')
    expect(await readOn(page)).toEqual({
      count: ['A bounce message about 1 recipient'],
      titles: ['The mailbox is full'],
      whom: ['For: jane@example.com']
    })
    expect(await page.getByRole('alert').count()).toBe(0)
  })
})

describe.skipIf(withoutBrowser)('a hostile message', { timeout: 60_000 }, () => {
  test('is shown as text, whatever is in it and whatever its file is called', async () => {
    const { page, requests, complaints } = await site.visit()
    const before = requests.length
    const evil = '<img src=x onerror="document.title=1"><script>document.title=2</script> \u001b]0;owned\u0007\u001b[2J \u202egnp.exe'
    const part = Buffer.from(`<jane@example.com>: 550 5.1.1 User unknown ${evil}\n`).toString('base64')
    const message = [
      `From: "${evil.replaceAll('"', '')}" <MAILER-DAEMON@example.net>`,
      'To: news@example.net',
      'Date: Mon, 2 Mar 2026 10:15:00 +0000',
      `Subject: Undelivered Mail Returned to Sender ${evil}`,
      'MIME-Version: 1.0',
      'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
      '',
      '--b',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: base64',
      '',
      part,
      '--b',
      'Content-Type: message/delivery-status',
      '',
      'Reporting-MTA: dns; mail.example.net',
      '',
      'Final-Recipient: rfc822; jane<svg/onload=document.title=3>\u001b[31m\u202e@example.com',
      'Action: failed',
      'Status: 5.1.1',
      `Diagnostic-Code: smtp; 550 5.1.1 User unknown ${evil}`,
      '',
      '--b--'
    ].join('\r\n')
    const look = async (): Promise<void> => {
      await page.locator('.card').first().waitFor()
      const shown = await page.locator('.card').first().textContent()
      expect(shown).toContain('<img src=x onerror=')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may be left
      expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/)
      expect(await page.locator('main img, main script, main svg').count()).toBe(0)
      expect(await page.title()).toContain('whybounce')
    }
    await paste(page, message.replaceAll('\r\n', '\n'))
    await look()
    await paste(page, '')
    await expect.poll(() => page.locator('.card').count()).toBe(0)
    await drop(page, { name: '<img src=x onerror=alert(1)>\u202elme.eml', bytes: Buffer.from(message) })
    await look()
    expect(await page.locator('.long').textContent()).toContain('<img src=x onerror=alert(1)>⟨202E⟩lme.eml')
    expect(requests.slice(before)).toEqual([])
    expect(complaints).toEqual([])
  })
})
