import type { ComponentChildren, VNode } from 'preact'
import { base } from './paths.ts'

/** Addresses of what the client build made, with their hashes. */
export type Assets = { readonly theme: string; readonly explain: Entry; readonly reference: Entry }
export type Entry = { readonly script: string; readonly styles: readonly string[] }

export type Page = {
  /** Folder below the base, '' for the first page, or a file name such as `404.html`. */
  readonly path: string
  readonly title: string
  readonly description: string
  readonly section?: Section
  readonly entry: 'explain' | 'reference'
  readonly body: ComponentChildren
}

const sections = {
  '': 'Explain',
  'troubleshoot/': 'Guide',
  'codes/': 'Codes',
  'causes/': 'Causes',
  'providers/': 'Providers',
  'see-more/': 'See more',
  'search/': 'Search'
} as const
type Section = keyof typeof sections

/** The server sends the same as a header, with `frame-ancestors`, which a meta element cannot carry. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'none'; worker-src 'self'; base-uri 'none'; form-action 'none'"

export const Document = ({ page, assets }: { page: Page; assets: Assets }): VNode => {
  const entry = assets[page.entry]
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content={policy} />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{page.path === '' ? page.title : `${page.title} – whybounce`}</title>
        <meta name="description" content={page.description} />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <link rel="icon" type="image/svg+xml" href={`${base}icon.svg`} />
        {entry.styles.map((href) => (
          <link key={href} rel="stylesheet" href={href} />
        ))}
        <script src={assets.theme} />
        <script type="module" src={entry.script} />
      </head>
      <body>
        <a class="skip" href="#main">
          Skip to the content
        </a>
        <header class="top">
          <a class="name" href={base}>
            why<b>bounce</b>
          </a>
          <nav aria-label="Sections">
            <ul>
              {Object.entries(sections).map(([path, name]) => (
                <li key={path}>
                  <a href={base + path} {...(page.section === path ? { 'aria-current': page.path === path ? 'page' : 'true' } : {})}>
                    {name}
                  </a>
                </li>
              ))}
            </ul>
          </nav>
          <button type="button" id="theme" aria-label="Switch between light and dark" />
        </header>
        <main id="main" tabIndex={-1}>
          {page.body}
        </main>
        <footer class="bottom">
          <p>What is pasted here stays here: no request, no cookie, no tracking. Every rule names its source, or says that it has none.</p>
        </footer>
        <p id="announcement" role="status" />
      </body>
    </html>
  )
}
