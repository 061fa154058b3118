import { type ParseArgsConfig, parseArgs } from 'node:util'
import { UsageError } from './usage.ts'

const common = { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' }, version: { type: 'boolean', short: 'V' } } as const

type Options = NonNullable<ParseArgsConfig['options']>
type Config<T extends Options> = { args: string[]; options: T & typeof common; allowPositionals: true }

/** Arguments of a command, or one sentence that says what is wrong with them. `--json`, `--help` and `--version` go with every command. */
export const parseArguments = <T extends Options>(
  command: string,
  args: readonly string[],
  options: T
): ReturnType<typeof parseArgs<Config<T>>> => {
  try {
    return parseArgs<Config<T>>({ args: [...args], options: { ...common, ...options }, allowPositionals: true })
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('. ')[0] ?? '') : ''
    throw new UsageError(`${reason}. A text that begins with a hyphen goes behind --. See: whybounce ${command} --help`)
  }
}
