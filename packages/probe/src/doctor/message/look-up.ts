import type { Finding, FindingCode } from '@whybounce/core/finding'
import { finding } from '@whybounce/core/finding'
import type { Resolver } from '../../dns/resolver.ts'
import { reportTo } from '../check.ts'
import { openContext } from '../context.ts'
import { messageAuthenticationCheck } from '../identity/dkim-signatures.ts'
import { askDomains } from '../reputation/ask-lists.ts'

/** What lint concludes from the fields alone, and who checks signatures and asks DNS says better. */
const toldBetter: ReadonlySet<FindingCode> = new Set<FindingCode>([
  'lint.unsigned',
  'lint.unsigned-sent',
  'lint.aligned',
  'lint.not-aligned',
  'lint.alignment-unknown',
  'lint.arc-fine',
  'lint.arc-broken',
  'lint.arc-failed',
  'lint.dkim-broken'
])

export const isToldByAuthentication = ({ code }: Finding): boolean => toldBetter.has(code)

export type LookUpOptions = {
  readonly resolver: Resolver
  /** Domains that the message names (`facts.domains`). */
  readonly domains: readonly string[]
  /** Where it was sent from, as servers see it: without it SPF is not checked. */
  readonly ip?: string
  /** The domain in From. */
  readonly from?: string
  /** Milliseconds for everything; 30,000 by default. */
  readonly timeout?: number
  readonly signal?: AbortSignal
  readonly now?: () => Date
}

const defaultTimeout = 30_000

/**
 * What DNS tells about a message: its DKIM signatures, ARC seals and DMARC as a receiver works them out, and whether blocklists have the
 * domains that it names. Never rejects for what the network does.
 */
export const lookUpMessage = async (message: Uint8Array, options: LookUpOptions): Promise<readonly Finding[]> => {
  const { resolver, domains, ip, from, signal, now, timeout = defaultTimeout } = options
  const { context, close } = openContext(
    {
      target: { kind: 'machine' },
      resolver,
      ehloName: 'localhost',
      message,
      ...(ip === undefined ? {} : { ip }),
      ...(from === undefined ? {} : { from }),
      ...(signal === undefined ? {} : { signal }),
      ...(now === undefined ? {} : { now })
    },
    timeout
  )
  const findings: Finding[] = []
  const report = reportTo((found) => void findings.push(found))
  try {
    const [listed] = await Promise.all([askDomains(context, domains), messageAuthenticationCheck.run(context, report)])
    return [...findings, ...listed]
  } catch (error) {
    return [...findings, finding('check.failed', [error instanceof Error ? error.message : String(error)])]
  } finally {
    close()
  }
}
