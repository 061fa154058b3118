import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { build, type Manifest, type Plugin } from 'vite'
import type { Assets, Entry } from '../src/page/document.tsx'
import { sharedConfig } from './shared.ts'

/** Modules that are made by the build out of the knowledge. */
const madeModules = (modules: Readonly<Record<string, string>>): Plugin => ({
  name: 'whybounce-made-modules',
  resolveId: (id) => (id in modules ? `\0${id}` : undefined),
  load: (id) => modules[id.slice(1)]
})

const sources = { theme: 'src/client/theme.ts', explain: 'src/client/explain.tsx', reference: 'src/client/reference.ts' } as const

/** Scripts, styles and the worker, with hashed names; gives the names. */
export const buildClient = async (root: string, out: string, base: string, modules: Readonly<Record<string, string>>): Promise<Assets> => {
  await build({
    ...sharedConfig(root, base),
    plugins: [madeModules(modules)],
    worker: { format: 'es', plugins: () => [madeModules(modules)] },
    build: {
      outDir: out,
      manifest: 'manifest.json',
      // Every browser that knows light-dark() knows modules too.
      modulePreload: false,
      target: 'es2022',
      // The worker holds the whole knowledge: it is large, and known to be.
      chunkSizeWarningLimit: 4_096,
      rolldownOptions: { input: Object.fromEntries(Object.entries(sources).map(([name, path]) => [name, join(root, path)])) }
    }
  })
  const manifestFile = join(out, 'manifest.json')
  const manifest: Manifest = JSON.parse(readFileSync(manifestFile, 'utf8'))
  rmSync(manifestFile)
  const stylesOf = (name: string): string[] => {
    const chunk = manifest[name]
    return [...(chunk?.imports ?? []).flatMap(stylesOf), ...(chunk?.css ?? [])]
  }
  const entryOf = (source: string): Entry => {
    const chunk = manifest[source]
    if (chunk === undefined) throw new Error(`the client build made nothing of ${source}`)
    return { script: base + chunk.file, styles: [...new Set(stylesOf(source))].map((file) => base + file) }
  }
  return { theme: entryOf(sources.theme).script, explain: entryOf(sources.explain), reference: entryOf(sources.reference) }
}
