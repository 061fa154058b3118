import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { corpora } from '../scripts/bounce-accuracy.ts'
import { measureWebhooks, printWebhooks } from '../scripts/webhook-accuracy.ts'

/** Material of other authors lies beside the repository, where it is at hand. */
const absent = !existsSync(join(corpora, 'events', 'webhooks.jsonl'))
const here = absent ? `skipped: no webhook payloads at ${corpora}, set WHYBOUNCE_CORPORA` : 'with the corpora'

test.skipIf(absent)(`every payload is known by its own service alone, and told as its test expects (${here})`, () => {
  const accuracy = measureWebhooks()
  expect([...(accuracy?.payloads.values() ?? [])].reduce((sum, count) => sum + count, 0)).toBe(139)
  expect(accuracy?.unread).toBe(0)
  // All that is said literally of service, kind, recipient and reason; the rest differs for the reasons that are printed.
  expect(accuracy?.tallies).toEqual({
    service: { compared: 139, agreed: 139 },
    kind: { compared: 122, agreed: 122 },
    recipient: { compared: 66, agreed: 66 },
    reason: { compared: 48, agreed: 48 },
    id: { compared: 40, agreed: 30 },
    time: { compared: 14, agreed: 13 },
    tags: { compared: 13, agreed: 11 }
  })
  expect(printWebhooks(accuracy)).not.toContain('unexplained')
})
