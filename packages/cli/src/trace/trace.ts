import { defaultDiagnoser } from '@whybounce/core'
import { version } from '../help.ts'
import { jsonText } from '../json-text.ts'
import { openTerminal, printable } from '../terminal.ts'
import { exitCodes, UsageError } from '../usage.ts'
import { writeOut } from '../write-out.ts'
import { traceHelp } from './help.ts'
import { readTraceSettings } from './options.ts'
import { readTrace, type TraceResult } from './read-trace.ts'
import { traceJson } from './trace-json.ts'
import { traceText } from './trace-text.ts'

/**
 * `whybounce trace ADDRESS|MESSAGE-ID|QUEUE-ID PATH…`. Exit codes: 0 found, 1 files that could not be read or lines about it that were not
 * understood, 2 usage, 3 not found.
 */
export const runTrace = async (args: readonly string[]): Promise<number> => {
  const now = Date.now()
  const settings = readTraceSettings(args, now)
  if (typeof settings === 'string') {
    await writeOut(settings === 'help' ? traceHelp : `${version}\n`)
    return exitCodes.done
  }
  const result = await readTrace(settings, now)
  if (result.files.length === 0 && result.mail.length > 0)
    throw new UsageError(
      `${result.mail[0] === '-' ? 'Standard input' : printable(result.mail[0] ?? '')} is no log. Its format can be named: --format postfix, --map recipient=…`
    )
  const diagnoser = defaultDiagnoser()
  await writeOut(
    settings.json
      ? `${jsonText(traceJson(result, settings, diagnoser), 2)}\n`
      : traceText(result, settings, openTerminal(process.stdout), diagnoser)
  )
  return exitCodeOf(result)
}

const exitCodeOf = ({ messages, files, problems }: TraceResult): number => {
  const isTrouble = problems.length > 0 || files.some(({ problem, unreadNamed }) => problem !== undefined || unreadNamed.length > 0)
  if (isTrouble) return exitCodes.trouble
  return messages.length > 0 ? exitCodes.done : exitCodes.undetermined
}
