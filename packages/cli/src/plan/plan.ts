import { parseArguments } from '../arguments.ts'

export const runPlan = async (args: readonly string[]): Promise<number> => {
  parseArguments('plan', args, {})
  return 2
}
