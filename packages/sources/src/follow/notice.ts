/** What happened to something that is followed, and what it means for what was read. */
export type FollowNotice =
  | { readonly code: 'missing' | 'back' | 'vanished' | 'rotated' | 'emptied' | 'place-lost' | 'restarted' }
  | { readonly code: 'emptied-recovered' | 'resumed-beside' | 'between'; readonly beside: string }
  | { readonly code: 'unreadable' | 'damaged' | 'journal-failed' | 'journal-ended'; readonly problem: string }
  | { readonly code: 'cut'; readonly lines: number }

/** A sentence for people; names are printed as they are, so that whoever shows it takes control characters out. */
export const noticeSays = (file: string, notice: FollowNotice): string => {
  switch (notice.code) {
    case 'missing':
      return `${file} does not exist yet; it is read from its front when it does.`
    case 'back':
      return `${file} is there now.`
    case 'vanished':
      return `${file} is gone; what is still written to it is read, and the next file of this name from its front.`
    case 'rotated':
      return `${file} was rotated: the old file was read to its end, and the new one is read from its front.`
    case 'emptied':
      return `${file} was emptied or written anew, and is read from its front; what was written to it since the last look, if anything, is missing.`
    case 'emptied-recovered':
      return `${file} was emptied; what had not been read yet is read from its copy ${notice.beside}.`
    case 'place-lost':
      return `${file} is not the file that was read last, and no rotated one beside it is: it is read from its front, and what was written between may be missing.`
    case 'resumed-beside':
      return `${file} was rotated since it was last read: it goes on in ${notice.beside}.`
    case 'between':
      return `${notice.beside} was written between and is read.`
    case 'restarted':
      return `${file}: the journal is followed again.`
    case 'unreadable':
      return `${file} cannot be read: ${notice.problem.replace(/\.$/, '')}. It is tried again.`
    case 'damaged':
      return `${file}: ${notice.problem}`
    case 'journal-failed':
      return `${file} cannot be read: ${notice.problem}`
    case 'journal-ended':
      return `${file}: journalctl ended${notice.problem === '' ? '' : ` (${notice.problem})`}. It is started again.`
    case 'cut':
      return `${file}: ${notice.lines === 1 ? '1 line was' : `${notice.lines} lines were`} longer than 1 MB and cut.`
  }
}

/** Lines that came, and what is to be told with them. */
export type FollowBatch = { readonly lines: readonly string[]; readonly notices: readonly FollowNotice[] }

/** Something that is followed. Not for two callers at once: wait for one answer before asking again. */
export type Follower = {
  /** As it was named; `journal`, `-`. */
  readonly file: string
  /** What came since the last call, at most some 256 kB of it; undefined: nothing new yet. Never throws on what the outside world does. */
  readonly next: () => Promise<FollowBatch | undefined>
  /** The place behind the lines that were given out, for a checkpoint; undefined: there is none to come back to. */
  readonly position: () => FollowPosition | undefined
  /** Lines before the place where following begins, at most so many bytes of them, the oldest first: to know what was there. Once, at the beginning. */
  readonly before: (bytes: number) => AsyncGenerator<readonly string[], void, void>
  /** Calls when something came: it need not be asked for before. Files do not tell. */
  readonly onData: (call: () => void) => void
  /** Bytes that are known to be there and were not given out; 0 where it cannot be known. */
  readonly behind: () => number
  /** Nothing will ever come again: standard input came to its end. */
  readonly hasEnded: () => boolean
  readonly close: () => Promise<void>
}

/** What a checkpoint holds of it. */
export type FollowPosition = Readonly<Record<string, string | number>>
