import { join } from 'node:path'
import type { InlineConfig } from 'vite'

/** What both builds agree on: the sources of core instead of its compiled form, and Preact's JSX. */
export const sharedConfig = (root: string, base: string): InlineConfig => ({
  root,
  base,
  configFile: false,
  logLevel: 'warn',
  resolve: { alias: { '@whybounce/core': join(root, '..', 'core', 'src', 'index.ts') } },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } }
})
