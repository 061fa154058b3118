import { StoreError } from '@whybounce/store'
import { version } from '../help.ts'
import { exitCodes, UsageError } from '../usage.ts'
import { suppressHelp } from './help.ts'
import { parseSuppress, type SuppressCommand, type SuppressOptions } from './options.ts'

type Run = (operands: readonly string[], options: SuppressOptions) => number | Promise<number>

const commands: Readonly<Record<SuppressCommand, () => Promise<Run>>> = {
  add: async () => (await import('./by-hand.ts')).runAdd,
  import: async () => (await import('./import.ts')).runImport,
  check: async () => (await import('./check.ts')).runCheck,
  why: async () => (await import('./by-hand.ts')).runWhy,
  export: async () => (await import('./export.ts')).runExport,
  remove: async () => (await import('./by-hand.ts')).runRemove,
  audit: async () => (await import('./by-hand.ts')).runAudit
}

/** `whybounce suppress …`: keeps the list of whom to send no more mail. */
export const runSuppress = async (args: readonly string[]): Promise<number> => {
  const parsed = parseSuppress(args, Date.now())
  if ('ask' in parsed) {
    process.stdout.write(parsed.ask === 'help' ? suppressHelp : `${version}\n`)
    return exitCodes.done
  }
  try {
    return await (await commands[parsed.command]())(parsed.operands, parsed.options)
  } catch (error) {
    // A store that is busy or full may say so in the middle of the work.
    if (error instanceof StoreError) throw new UsageError(error.message)
    throw error
  }
}
