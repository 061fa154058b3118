import { parseArguments } from '../arguments.ts'

export const runSuppress = async (args: readonly string[]): Promise<number> => {
  parseArguments('suppress', args, {})
  return 2
}
