import { lstatSync } from 'node:fs'
import { openMixed } from '@whybounce/core/log'
import { type Found, headOf, type Peek, peekFile, readLogBlocks, walk } from '@whybounce/sources'
import { readJournalFile } from './journal-blocks.ts'
import type { LogInput } from './log-input.ts'
import { type Recognised, recogniseInput } from './recognise-log.ts'
import { isMailLogName } from './rotated-names.ts'

export type FoundInFolder = {
  readonly inputs: readonly LogInput[]
  /** There is mail in it. */
  readonly hasMail: boolean
  readonly problems: readonly { readonly file: string; readonly problem: string }[]
  readonly passedOver: readonly string[]
  /** Sentences: other names of files that were read. */
  readonly notes: readonly string[]
  /** A file of the system's journal that lies in it. */
  readonly journal?: string
}

/** `signature` of https://systemd.io/JOURNAL_FILE_FORMAT/. memory: its letters. */
const journalSignature = 'LPKSHHRH'

const isJournalFile = ({ head }: Peek): boolean => head.toString('latin1', 0, 8) === journalSignature

const mailKinds = ['mbox', 'mmdf', 'emlx', 'msg', 'tar', 'zip', 'pst']

/** Verbs of qmail-send's log, which look like fields of a mail. */
const isQmail = /^(?:status|info msg|new msg|end msg|delivery|starting delivery)\b/

/** Fields that a mail has and notes have not. */
const mailField =
  /^(?:received|return-path|delivered-to|from|to|subject|date|message-id|mime-version|content-type|reporting-mta|final-recipient)[ \t]*:/im

/** What is mail needs no look at its lines: a folder may hold 100,000. */
export const isMail = ({ kind, head }: Pick<Peek, 'kind' | 'head'>): boolean => {
  if (mailKinds.includes(kind)) return true
  if (kind !== 'message') return false
  const text = head.toString('latin1')
  // `{"a":` has the form of a field, too.
  return /^\s*[A-Za-z]/.test(text) && !isQmail.test(text) && mailField.test(text)
}

/** A file as an input, as it was recognised. */
const inputOf = (file: string, size: number, { formats, blocks, maxLineBytes }: Recognised): LogInput => ({
  file,
  formats,
  size,
  blocks,
  ...(maxLineBytes === undefined ? {} : { maxLineBytes })
})

/** Of a log of which this share is a format's own, nobody needs to see a delivery. */
const sure = 0.6

/** Dates alone make no log of a mail server: a reader must take one of the first lines for its own. */
const hasDeliveries = async ({ formats, blocks, maxLineBytes }: Recognised): Promise<boolean> => {
  // Payloads of a service that are all of opens and clicks.
  if (maxLineBytes !== undefined) return true
  const { lines } = await headOf(blocks())
  if (formats.some((format) => format.recognise(lines) > sure)) return true
  const reader = openMixed(formats, () => undefined, { now: 0 }, { only: true })
  return lines.some((line) => reader.line(line) !== 'ignored')
}

/** A file is called by its own name, not by that of a link to it. */
function* linksLast(files: Iterable<Found>): Generator<Found, void, void> {
  const links: Found[] = []
  for (const found of files)
    if (found.kind === 'file' && lstatSync(found.file, { throwIfNoEntry: false })?.isSymbolicLink()) links.push(found)
    else yield found
  yield* links
}

/**
 * The logs of mail servers in a folder and its folders, by what the files hold; a name that a mail log has makes it look further. Mail is only
 * told to be there: who reads mail reads the folder. Everything else is passed over, and named.
 */
export const findInFolder = async (folder: string): Promise<FoundInFolder> => {
  const inputs: LogInput[] = []
  const problems: { file: string; problem: string }[] = []
  const passedOver: string[] = []
  const seen = new Map<string, string>()
  const notes: string[] = []
  let hasMail = false
  let journal: string | undefined
  for (const found of linksLast(walk([folder]))) {
    const { file } = found
    if (found.kind === 'problem') problems.push({ file, problem: found.problem })
    if (found.kind === 'ignored') passedOver.push(file)
    if (found.kind !== 'file') continue
    if (found.place !== undefined) {
      hasMail = true
      continue
    }
    const peek = peekFile(file)
    if (typeof peek === 'string') problems.push({ file, problem: peek })
    else if (isJournalFile(peek)) {
      journal ??= file
      passedOver.push(file)
    } else if (peek.kind === 'empty') passedOver.push(file)
    else if (seen.has(peek.identity)) notes.push(`${file} is the same file as ${seen.get(peek.identity)}, and is read once.`)
    else {
      seen.set(peek.identity, file)
      const isNamed = isMailLogName(file)
      if (isMail(peek)) hasMail = true
      else {
        const told = peek.kind === 'binary' && !isNamed ? {} : await recogniseInput(() => readLogBlocks(file), isNamed)
        if (told.formats !== undefined && (isNamed || (await hasDeliveries(told)))) inputs.push(inputOf(file, peek.size, told))
        // What is damaged and has the name of a mail log may be one; any other is none.
        else if (told.formats === undefined && told.problem !== undefined && isNamed) problems.push({ file, problem: told.problem })
        else passedOver.push(file)
      }
    }
  }
  return { inputs, hasMail, problems, passedOver, notes, ...(journal === undefined ? {} : { journal }) }
}

export const recogniseFile = async (file: string, peek: Peek): Promise<LogInput | { readonly problem?: string }> => {
  if (isJournalFile(peek)) {
    const told = await recogniseInput(() => readJournalFile(file), true)
    const blocks = (): ReturnType<typeof readJournalFile> => readJournalFile(file)
    return { file, formats: told.formats ?? [], size: peek.size, blocks }
  }
  const told = await recogniseInput(() => readLogBlocks(file), !isMail(peek))
  if (told.formats !== undefined) return inputOf(file, peek.size, told)
  return told.problem === undefined ? {} : { problem: `${told.problem}` }
}
