import { type Code, table } from '@whybounce/core'
import { renderToString } from 'preact-render-to-string'
import { packRules, packWords } from './knowledge/pack.ts'
import { codes, tools } from './knowledge/source.ts'
import type { PackedRules, PackedWords } from './knowledge/unpack.ts'
import { type Assets, Document, type Page } from './page/document.tsx'
import { base, codePath, slugOf } from './page/paths.ts'
import { namedOrigins } from './page/terms.ts'
import { causePage, causesPage } from './reference/cause-page.tsx'
import { codePage } from './reference/code-page.tsx'
import { allCodes, codesPage } from './reference/codes-page.tsx'
import { explainPage } from './reference/explain-page.tsx'
import { providerPage, providersPage } from './reference/provider-page.tsx'
import { notFoundPage, searchPage } from './reference/search-page.tsx'
import { seeMorePage } from './reference/see-more-page.tsx'
import { troubleshootPage } from './reference/troubleshoot-page.tsx'

export { searchEntries } from './search/entries.ts'

/** What the explainer carries, for the client build. */
export const packedKnowledge = (): { rules: PackedRules; words: PackedWords } => ({
  rules: packRules(table),
  words: packWords(table, codes, tools)
})

export type File = { readonly path: string; readonly text: string }

const allPages = (): Page[] => [
  codesPage(),
  ...allCodes.map(codePage),
  causesPage(),
  ...table.causes.map(causePage),
  providersPage(),
  ...namedOrigins.map(providerPage),
  troubleshootPage(),
  seeMorePage(),
  searchPage(),
  notFoundPage(),
  explainPage()
]

const fileOf = (path: string): string => (path.endsWith('.html') ? path : `${path}index.html`)

/** `x.1.1` is typed as 4.1.1 or 5.1.1: those addresses lead to it, where they have no page of their own. */
const aliasesOf = (code: Code): File[] => {
  const rest = /^x(\.\d+\.\d+)$/.exec(code.code)?.[1]
  if (rest === undefined) return []
  return ['4', '5']
    .map((digit) => `${digit}${rest}`)
    .filter((name) => !allCodes.some((other) => other.code === name))
    .map((name) => ({ path: `codes/${slugOf(name)}/index.html`, text: aliasText(name, codePath(code.code)) }))
}

const aliasText = (name: string, href: string): string =>
  `<!doctype html>${renderToString(
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>{`${name} – whybounce`}</title>
        <meta http-equiv="refresh" content={`0; url=${href}`} />
        <link rel="canonical" href={href} />
      </head>
      <body>
        <h1>{name}</h1>
        <p>
          <a href={href}>What {name} means</a>
        </p>
      </body>
    </html>
  )}`

/** Every page of the site as a file. The first page comes last: it is there only when everything else is. */
export const renderPages = (assets: Assets): File[] => {
  const pages = allPages().map((page) => ({
    path: fileOf(page.path),
    text: `<!doctype html>${renderToString(<Document page={page} assets={assets} />)}`
  }))
  const files = [...allCodes.flatMap(aliasesOf), ...pages]
  const seen = new Set<string>()
  for (const { path } of files) {
    if (seen.has(path)) throw new Error(`two pages have the address ${base}${path}`)
    seen.add(path)
  }
  return files
}
