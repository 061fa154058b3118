import type { SaidBy } from './sending.ts'

/** What the message check knows of receivers and platforms (knowledge/lint/). Sizes in bytes, extensions and words in small letters. */
export type LintKnowledge = {
  readonly lists: readonly {
    readonly id: string
    readonly name: string
    /** `hides`: the message arrives, and its reader cannot open the file. */
    readonly does: 'refuses' | 'hides'
    readonly inArchives: boolean
    readonly extensions: readonly string[]
    readonly says: string
    readonly source: string
  }[]
  readonly kinds: Readonly<Record<'macros' | 'archives' | 'documents' | 'programs', readonly string[]>>
  /** Smallest first; `usual`: of a program as it is installed, on many servers. */
  readonly limits: readonly {
    readonly id: string
    readonly name: string
    readonly bytes: number
    readonly usual?: true
    readonly says: string
    readonly by: SaidBy
    readonly source: string
  }[]
  /** HTML and style that Gmail shows at most. */
  readonly html: { readonly cut: number; readonly style: number }
  /** Beginnings of unsubscribe tags without white space, longest first. */
  readonly tags: readonly { readonly platform: string; readonly tag: string }[]
  readonly unsubscribeWords: readonly string[]
  readonly fields: readonly string[]
  readonly shorteners: readonly string[]
}
