import { parseArguments } from '../arguments.ts'

export const runVerify = async (args: readonly string[]): Promise<number> => {
  parseArguments('verify', args, {})
  return 2
}
