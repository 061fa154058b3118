import type { EventsOptions, Output } from './events.ts'

export const readMailboxes = async (_urls: readonly string[], _options: EventsOptions, _output: Output): Promise<number> => {
  throw new Error('not yet')
}
