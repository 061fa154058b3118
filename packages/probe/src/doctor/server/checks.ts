import type { Check } from '../check.ts'
import { daneCheck } from './dane-check.ts'
import { mtaStsCheck } from './mta-sts-check.ts'
import { reachCheck } from './reach-check.ts'
import { recipientCheck } from './recipient-check.ts'
import { relayCheck } from './relay-check.ts'
import { tlsCheck } from './tls-check.ts'

export const serverChecks: readonly Check[] = [reachCheck, tlsCheck, daneCheck, mtaStsCheck, recipientCheck, relayCheck]
