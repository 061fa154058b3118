/** A mistake of the person at the keyboard: one sentence that says what to do instead. Exit code 2. */
export class UsageError extends Error {
  override name = 'UsageError'
}

/** Exit codes of every command. */
export const exitCodes = { done: 0, trouble: 1, usage: 2, undetermined: 3 } as const
