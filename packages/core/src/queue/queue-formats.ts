import { eximQueue } from './exim-queue.ts'
import { postqueue } from './postqueue.ts'
import { postqueueJson } from './postqueue-json.ts'
import { qmailQread } from './qmail-qread.ts'
import type { QueueFormat } from './queue-entry.ts'
import { sendmailQueue } from './sendmail-queue.ts'
import { smtpctlQueue } from './smtpctl-queue.ts'

/** All listings of queues that can be read. */
export const queueFormats: readonly QueueFormat[] = [postqueueJson, postqueue, eximQueue, sendmailQueue, qmailQread, smtpctlQueue]
