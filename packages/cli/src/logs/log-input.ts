import type { LogFormat } from '@whybounce/core/log'

/** Unpacked bytes, in pieces of any size. They are written over when the next block is asked for: copy what is kept. */
export type LogBlock = {
  readonly bytes: Uint8Array
  /** What is wrong with the file from here on; the last block has it. */
  readonly problem?: string
}

/** A log, a queue listing, a file of webhook payloads, the journal: whatever gives events line by line. */
export type LogInput = {
  /** As it was named or found; `-` for standard input, `journal` for the journal. */
  readonly file: string
  /** The likeliest first. */
  readonly formats: readonly LogFormat[]
  /** The formats were asked for: nothing else is looked for in it (`only` of `openMixed`). */
  readonly only?: boolean
  /** Bytes as they are stored, where that is known. */
  readonly size?: number
  /** For `linesOf`, where lines may be longer than those of logs: a payload is one line. */
  readonly maxLineBytes?: number
  /** From the front; once. */
  readonly blocks: () => AsyncGenerator<LogBlock, void, void>
}

export type LogInputs = {
  /** In the order of time: rotated logs before what came after them. */
  readonly inputs: readonly LogInput[]
  /** Files and folders that hold mail and no log. */
  readonly mail: readonly string[]
  /** What cannot be read, or is nothing that we know. */
  readonly problems: readonly { readonly file: string; readonly problem: string }[]
  /** Files of a folder that are no mail logs, knowingly passed over. */
  readonly passedOver: readonly string[]
  /** Sentences: what was left out so that nothing counts twice. Nothing is wrong. */
  readonly notes?: readonly string[]
  /** Standard input, where `-` is among `mail`: it was looked into, and this has all of it. */
  readonly standardInput?: AsyncIterable<Buffer>
}

export type InputOptions = {
  readonly format?: string | undefined
  readonly map?: string | undefined
  /** Read the journal (`journalctl`) as well; a text: of this unit, or of the units that this pattern means. */
  readonly journal?: boolean | string | undefined
  /** Milliseconds since 1970: what the journal has from before is not asked for. Files are read whole. */
  readonly since?: number | undefined
  readonly until?: number | undefined
}

/** What PATH… stands for: files, folders, `-`. Throws `UsageError` where a path does not exist or a format is none. */
export type FindLogInputs = (paths: readonly string[], options: InputOptions) => Promise<LogInputs>
