import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { buildClient } from './build/client.ts'
import { compressFolder } from './build/compress.ts'
import { buildPrerenderer } from './build/prerenderer.ts'

/**
 * The page as static files in dist/: scripts and styles by Vite, then every page prerendered with their names, then
 * each file compressed beside itself. `WHYBOUNCE_BASE=/path/` builds for hosting below a path.
 */
const root = import.meta.dirname
const out = join(root, 'dist')
const base = process.env.WHYBOUNCE_BASE ?? '/'
if (!/^\/(?:[A-Za-z0-9._~-]+\/)*$/.test(base)) throw new RangeError(`WHYBOUNCE_BASE must begin and end with /, not ${base}`)

rmSync(out, { recursive: true, force: true })
const { packedKnowledge, searchEntries, renderPages } = await buildPrerenderer(root, base)
/** As a string to parse: browsers read JSON faster than JavaScript. */
const moduleOf = (name: string, value: unknown): string => `export const ${name} = JSON.parse(${JSON.stringify(JSON.stringify(value))})`

const { rules, words } = packedKnowledge()
const assets = await buildClient(root, out, base, {
  'virtual:rules': moduleOf('rules', rules),
  'virtual:words': moduleOf('words', words),
  'virtual:search-index': moduleOf('entries', searchEntries())
})
const pages = renderPages(assets)
const write = (path: string, text: string): void => {
  mkdirSync(dirname(join(out, path)), { recursive: true })
  writeFileSync(join(out, path), text)
}
for (const { path, text } of pages) write(path, text)
await compressFolder(out)
// Written again as the very last file: its time tells scripts/build.ts that the whole page is as new as its sources.
const first = pages.at(-1)
if (first !== undefined) write(first.path, first.text)
console.log(`${pages.length} pages in ${out}`)
