declare module 'virtual:rules' {
  import type { PackedRules } from './unpack.ts'
  export const rules: PackedRules
}

declare module 'virtual:words' {
  import type { PackedWords } from './unpack.ts'
  export const words: PackedWords
}

declare module 'virtual:search-index' {
  import type { Entry } from '../search/entry.ts'
  export const entries: readonly Entry[]
}
