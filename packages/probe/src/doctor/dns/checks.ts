import type { Check } from '../check.ts'
import { delegationCheck } from './delegation.ts'
import { dnssecCheck } from './dnssec.ts'
import { mailServersCheck } from './mail-servers.ts'
import { resolverTcpCheck } from './resolver-tcp.ts'

export const dnsChecks: readonly Check[] = [mailServersCheck, delegationCheck, dnssecCheck, resolverTcpCheck]
