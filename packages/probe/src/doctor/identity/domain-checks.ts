import type { Check } from '../check.ts'
import { bimiCheck } from './bimi.ts'
import { dkimCheck } from './dkim.ts'
import { messageAuthenticationCheck } from './dkim-signatures.ts'
import { dmarcCheck } from './dmarc.ts'
import { dmarcReportsCheck } from './dmarc-reports.ts'
import { tlsRptCheck } from './tls-rpt.ts'

/** What a domain says of itself beside SPF, and whether a message bears it out. */
export const domainChecks: readonly Check[] = [dkimCheck, dmarcCheck, dmarcReportsCheck, messageAuthenticationCheck, bimiCheck, tlsRptCheck]
