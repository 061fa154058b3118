import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'vite'
import { sharedConfig } from './shared.ts'

type Prerenderer = Pick<typeof import('../src/prerender.tsx'), 'packedKnowledge' | 'searchEntries' | 'renderPages'>

/** Node cannot run JSX: the pages are compiled first, then loaded here. */
export const buildPrerenderer = async (root: string, base: string): Promise<Prerenderer> => {
  const out = join(root, '..', '..', 'node_modules', '.cache', 'whybounce', 'prerender')
  await build({
    ...sharedConfig(root, base),
    publicDir: false,
    build: {
      ssr: join(root, 'src', 'prerender.tsx'),
      outDir: out,
      emptyOutDir: true,
      rolldownOptions: { output: { entryFileNames: 'prerender.mjs' } }
    }
  })
  const made: Prerenderer = await import(pathToFileURL(join(out, 'prerender.mjs')).href)
  return made
}
