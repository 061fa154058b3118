import { lstatSync, type Stats, statSync } from 'node:fs'
import { peekFile, plainBlocks, readLogBlocks, wordsFor } from '@whybounce/sources'
import { printable } from '../terminal.ts'
import { UsageError } from '../usage.ts'
import { countOnce } from './counted-once.ts'
import { formatsAsked, readAsPayloads } from './find-formats.ts'
import { findInFolder, recogniseFile } from './find-in-folder.ts'
import { readJournal } from './journal-blocks.ts'
import type { FindLogInputs, LogInput } from './log-input.ts'
import { recogniseInput } from './recognise-log.ts'
import { inOrderOfTime } from './rotated-names.ts'
import { lookIntoPipe } from './standard-input.ts'

/** What PATH… stands for: logs by what they hold, in the order of time; the rest is mail, or trouble, or passed over, and named. */
export const findLogInputs: FindLogInputs = async (paths, options) => {
  const forced = formatsAsked(options)
  const first: LogInput[] = []
  const inputs: LogInput[] = []
  const mail: string[] = []
  const problems: { file: string; problem: string }[] = []
  const passedOver: string[] = []
  const notes: string[] = []
  const seen = new Set<string>()
  let standardInput: AsyncIterable<Buffer> | undefined

  const forcedInput = (
    file: string,
    size: number | undefined,
    blocks: LogInput['blocks'] = () => plainBlocks(readLogBlocks(file))
  ): LogInput => ({
    file,
    formats: forced ?? [],
    only: true,
    ...(size === undefined ? {} : { size }),
    ...readAsPayloads(forced ?? [], blocks)
  })

  const addFile = async (path: string): Promise<void> => {
    const peek = peekFile(path)
    if (typeof peek === 'string') problems.push({ file: path, problem: peek })
    else if (seen.has(peek.identity)) notes.push(`${path} was named twice, and is read once.`)
    else {
      seen.add(peek.identity)
      if (forced !== undefined) {
        const told = await recogniseInput(() => readLogBlocks(path), false)
        inputs.push(forcedInput(path, peek.size, 'isJournal' in told ? told.blocks : undefined))
        return
      }
      const told = await recogniseFile(path, peek)
      if ('formats' in told) inputs.push(told)
      else if (told.problem !== undefined) problems.push({ file: path, problem: told.problem })
      else mail.push(path)
    }
  }

  const addFolder = async (path: string): Promise<void> => {
    if (forced !== undefined) throw new UsageError(`--format and --map are for files, and ${printable(path)} is a folder: name its files.`)
    const found = await findInFolder(path)
    inputs.push(...found.inputs)
    problems.push(...found.problems)
    passedOver.push(...found.passedOver)
    notes.push(...found.notes)
    if (found.journal !== undefined && found.inputs.length === 0)
      notes.push(`${found.journal} is a file of the system's journal. It is read with --journal, or where it is named itself.`)
    // A folder with neither is for who reads mail to say so.
    if (found.hasMail || found.inputs.length === 0) mail.push(path)
  }

  const addPipe = async (path: string): Promise<void> => {
    try {
      const { told, blocks, pieces } = await lookIntoPipe(path)
      if (told.formats !== undefined) inputs.push({ ...told, file: path, blocks })
      // What was looked at is gone from the pipe: it goes on as standard input, of which there is one.
      else if (standardInput === undefined && !paths.includes('-')) {
        mail.push('-')
        standardInput = pieces
      } else problems.push({ file: path, problem: 'It is a pipe, and no log comes out of it. Mail is read from one: standard input.' })
    } catch (error) {
      problems.push({ file: path, problem: wordsFor(error) })
    }
  }

  if (options.journal !== undefined && options.journal !== false) {
    const blocks = (): ReturnType<typeof readJournal> => readJournal(options)
    const told = forced === undefined ? await recogniseInput(blocks, true) : { formats: forced }
    first.push({ file: 'journal', formats: told.formats ?? [], blocks })
  }
  for (const path of paths) {
    if (path === '-') {
      if (first.some(({ file }) => file === '-') || mail.includes('-')) continue
      if (forced !== undefined) {
        first.push(forcedInput('-', undefined))
        continue
      }
      const { told, blocks, pieces } = await lookIntoPipe('-')
      if (told.formats !== undefined) first.push({ ...told, file: '-', blocks })
      else {
        mail.push('-')
        standardInput = pieces
      }
      continue
    }
    const stats = lookAt(path)
    if (typeof stats === 'string') problems.push({ file: path, problem: stats })
    else if (stats.isDirectory()) await addFolder(path)
    else if (stats.isFile()) await addFile(path)
    else if (!stats.isFIFO()) problems.push({ file: path, problem: 'It is a device, and no file.' })
    else if (forced !== undefined) inputs.push(forcedInput(path, undefined))
    else await addPipe(path)
  }
  const once = await countOnce(inOrderOfTime(inputs))
  return {
    inputs: [...first, ...once.inputs],
    mail,
    problems,
    passedOver: [...passedOver, ...once.leftOut],
    notes: [...notes, ...once.notes],
    ...(standardInput === undefined ? {} : { standardInput })
  }
}

/** A path that is not there is a slip of the person who typed it: throws `UsageError`. A link that leads nowhere is something to tell. */
export const checkIsThere = (path: string): void => {
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) throw new UsageError(`There is no file or folder ${printable(path)}.`)
}

const lookAt = (path: string): Stats | string => {
  checkIsThere(path)
  try {
    return statSync(path)
  } catch (error) {
    return wordsFor(error)
  }
}
