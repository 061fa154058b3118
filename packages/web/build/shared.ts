import { join } from 'node:path'
import type { InlineConfig } from 'vite'

/** What both builds agree on: the sources of core instead of its compiled form, and Preact's JSX. */
export const sharedConfig = (root: string, base: string): InlineConfig => ({
  root,
  base,
  configFile: false,
  logLevel: 'warn',
  resolve: {
    alias: [
      { find: /^@whybounce\/core$/, replacement: join(root, '..', 'core', 'src', 'index.ts') },
      { find: /^@whybounce\/core\/reference$/, replacement: join(root, '..', 'core', 'src', 'reference.ts') }
    ]
  },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } }
})
