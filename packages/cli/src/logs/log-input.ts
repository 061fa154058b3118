import type { LogFormat } from '@whybounce/core/log'

/** Unpacked bytes, in pieces of any size. */
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
  /** Bytes as they are stored, where that is known. */
  readonly size?: number
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
}

export type InputOptions = {
  readonly format?: string | undefined
  readonly map?: string | undefined
  /** Read the journal (`journalctl`) as well. */
  readonly journal?: boolean | undefined
}

/** What PATH… stands for: files, folders, `-`. Throws `UsageError` where a path does not exist or a format is none. */
export type FindLogInputs = (paths: readonly string[], options: InputOptions) => Promise<LogInputs>
