import { lintMessage } from '@whybounce/core/lint'
import type { Check } from '../check.ts'
import { isToldByAuthentication } from './look-up.ts'

const messageCheck: Check = {
  id: 'message',
  stage: 'message',
  title: 'The message itself',
  wanted: ({ options }) => options.message !== undefined,
  run: async ({ options, now }, report) => {
    const { message } = options
    if (message === undefined) return
    for (const found of lintMessage(message, { now: now() }).findings) if (!isToldByAuthentication(found)) report(found)
  }
}

export const messageChecks: readonly Check[] = [messageCheck]
