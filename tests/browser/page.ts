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

type Visit = {
  readonly page: Page
  /** Addresses of everything that the page has asked for. */
  readonly requests: string[]
  /** Errors and warnings of the console, broken policies among them. */
  readonly complaints: string[]
}

export type Site = {
  readonly url: () => string
  readonly visit: (path?: string, options?: BrowserContextOptions) => Promise<Visit>
}

/** Starts server and browser for a file of tests. */
export const openSite = (): Site => {
  let browser: Browser | undefined
  let url = ''
  let stop: (() => Promise<void>) | undefined

  beforeAll(async () => {
    if (withoutBrowser) return
    if (!existsSync(join(dist, 'index.html'))) throw new Error('The page is not built: run npm run build before these tests.')
    if (program === undefined) throw new Error('CI has no chromium: install it, or set WHYBOUNCE_CHROMIUM.')
    const running = await start({ folder: dist, host: '127.0.0.1', port: 0 })
    url = running.url
    stop = running.stop
    browser = await chromium.launch({ executablePath: program, args: ['--no-sandbox', '--disable-background-networking'] })
  }, 60_000)

  afterAll(async () => {
    await browser?.close()
    await stop?.()
  })

  const visit = async (path = '', options: BrowserContextOptions = {}): Promise<Visit> => {
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
    await page.goto(url + path, { waitUntil: 'load' })
    if (path === '' || path.startsWith('#')) if (options.javaScriptEnabled !== false) await page.waitForSelector('main[data-ready]')
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
