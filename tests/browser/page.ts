import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { start } from '@whybounce/server'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'

/** A real browser over the built page. Where the machine has none, the tests are skipped, but not in CI. */
const dist = join(import.meta.dirname, '..', '..', 'packages', 'web', 'dist')

const programs = [
  process.env.WHYBOUNCE_CHROMIUM,
  '/usr/bin/chromium',
  ...(process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'chromium'))
]
const program = programs.find((path) => path !== undefined && existsSync(path))

export const withoutBrowser: boolean = program === undefined && process.env.CI !== 'true'
if (withoutBrowser)
  console.warn('No chromium on this machine (WHYBOUNCE_CHROMIUM, /usr/bin/chromium, PATH): the browser tests are skipped.')

/** The browser alone; whoever starts it closes it. */
export const launchBrowser = (): Promise<Browser> => {
  if (program === undefined) throw new Error('CI has no chromium: install it, or set WHYBOUNCE_CHROMIUM.')
  return chromium.launch({ executablePath: program, args: ['--no-sandbox', '--disable-background-networking'] })
}

type Visit = {
  readonly page: Page
  /** Addresses of everything that the page has asked for. */
  readonly requests: string[]
  /** Errors and warnings of the console, broken policies among them. */
  readonly complaints: string[]
}

export type Site = {
  readonly url: () => string
  /** `arrange` is done before the page is asked for; what it holds back may keep the page from being ready, so that is not waited for. */
  readonly visit: (path?: string, options?: BrowserContextOptions, arrange?: (page: Page) => Promise<void>) => Promise<Visit>
}

/** Starts server and browser for a file of tests. */
export const openSite = (): Site => {
  let browser: Browser | undefined
  let url = ''
  let stop: (() => Promise<void>) | undefined

  beforeAll(async () => {
    if (withoutBrowser) return
    if (!existsSync(join(dist, 'index.html'))) throw new Error('The page is not built: run npm run build before these tests.')
    const running = await start({ folder: dist, host: '127.0.0.1', port: 0 })
    url = running.url
    stop = running.stop
    browser = await launchBrowser()
  }, 60_000)

  afterAll(async () => {
    await browser?.close()
    await stop?.()
  })

  const visit: Site['visit'] = async (path = '', options = {}, arrange) => {
    if (browser === undefined) throw new Error('the browser has not been started')
    const context = await browser.newContext(options)
    const page = await context.newPage()
    const requests: string[] = []
    const complaints: string[] = []
    context.on('request', (request) => requests.push(request.url()))
    context.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
    })
    page.on('pageerror', (error) => complaints.push(error.message))
    await arrange?.(page)
    await page.goto(url + path, { waitUntil: 'load' })
    if ((path === '' || path.startsWith('#')) && options.javaScriptEnabled !== false && arrange === undefined)
      await page.waitForSelector('main[data-ready]')
    return { page, requests, complaints }
  }

  return { url: () => url, visit }
}

/** Puts a text into the box as a paste does: at once, with one event. */
export const paste = (page: Page, text: string): Promise<void> =>
  page.locator('#paste').evaluate((box, value) => {
    if (!(box instanceof HTMLTextAreaElement)) throw new TypeError('the box is no textarea')
    box.value = value
    box.dispatchEvent(new InputEvent('input', { bubbles: true }))
  }, text)

/** Drops files onto the page as from a folder beside it. */
export const drop = async (page: Page, ...files: readonly { readonly name: string; readonly bytes: Uint8Array }[]): Promise<void> => {
  const coded = files.map(({ name, bytes }) => ({ name, base64: Buffer.from(bytes).toString('base64') }))
  await page.locator('#paste').evaluate((box, coded) => {
    const dataTransfer = new DataTransfer()
    for (const { name, base64 } of coded)
      dataTransfer.items.add(new File([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], name))
    for (const type of ['dragover', 'drop']) box.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }))
  }, coded)
}
