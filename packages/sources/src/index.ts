export { type Checkpoint, CheckpointError, type CheckpointValue, openCheckpoint } from './checkpoint.ts'
export { tellContent } from './content.ts'
export { type FollowFileOptions, openFileFollower } from './follow/follow-file.ts'
export { type FollowJournalOptions, openJournalFollower } from './follow/follow-journal.ts'
export { openStreamFollower } from './follow/follow-stream.ts'
export { type FollowBatch, type Follower, type FollowNotice, type FollowPosition, noticeSays } from './follow/notice.ts'
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
export { type Peek, peekFile, tailOf } from './log/peek-file.ts'
export { plainBlocks } from './log/plain-blocks.ts'
export { readCommand } from './log/read-command.ts'
export { type LogBlock, readLogBlocks, standardInput, unpackedBlocks } from './log/read-log-blocks.ts'
export { firstLinesOf, type Head, headOf, type LogLines, linesOf, maxLineBytes, openSplitter, readLogLines } from './log/read-log-lines.ts'
export { type ReadSourcesOptions, readSources, type SourceProgress } from './read-sources.ts'
export { type Found, walk, wordsFor } from './walk.ts'
