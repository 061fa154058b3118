export { type Checkpoint, CheckpointError, type CheckpointValue, openCheckpoint } from './checkpoint.ts'
export { type ImapBatch, type ImapSource, openImap } from './imap.ts'
export { SourceError, type SourceErrorCode } from './imap-error.ts'
export type { ImapNotice, ImapOptions } from './imap-options.ts'
export type { SourceItem, SourceLimits, SourceMessage, SourceProblem } from './item.ts'
export { defaultMaxMessageBytes } from './item.ts'
export {
  type AddedValue,
  type CellValue,
  type ListFormat,
  type ListInfo,
  type ListOptions,
  type ListRow,
  type ListWriter,
  listFormats,
  type OpenList
} from './list/list.ts'
export { type ListColumn, ListError, type ListErrorCode } from './list/list-error.ts'
export { type ListWriterOptions, type OpenListWriter, openListWriter } from './list/list-writer.ts'
export { openList } from './list/open-list.ts'
export { readCells } from './list/read-rows.ts'
export { openSplitWriter, type SplitFile, type SplitWriter } from './list/split-writer.ts'
export { firstLinesOf, type LogLines, readLogLines } from './log/read-log-lines.ts'
export { type ReadSourcesOptions, readSources, type SourceProgress } from './read-sources.ts'
