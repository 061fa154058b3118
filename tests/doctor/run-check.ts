import type { Finding } from '@whybounce/core/finding'
import { openResolver } from '../../packages/probe/src/dns/resolver.ts'
import { type Check, type Context, type DoctorOptions, reportTo } from '../../packages/probe/src/doctor/check.ts'
import { openContext } from '../../packages/probe/src/doctor/context.ts'
import type { Target } from '../../packages/probe/src/doctor/target.ts'
import { startDnsServer } from '../dns/dns-server.ts'
import type { Zone } from '../dns/dns-zone.ts'

/** One check as the doctor runs it, over a zone on 127.0.0.1. `before` can put values into the run, such as servers at other ports. */
export const runCheck = async (
  check: Check,
  target: Target,
  {
    zone = {},
    options = {},
    before = () => undefined,
    timeout = 20_000
  }: {
    readonly zone?: Zone
    readonly options?: Partial<DoctorOptions>
    readonly before?: (context: Context) => void
    readonly timeout?: number
  } = {}
): Promise<readonly Finding[]> => {
  const dns = await startDnsServer(zone)
  const resolver = openResolver({ servers: [dns.address], timeout: 500, tries: 1 })
  const { context, add, close } = openContext({ target, resolver, ehloName: 'probe.example.com', timeout, ...options }, timeout)
  const found: Finding[] = []
  const report = reportTo((one) => {
    found.push(one)
    add(one)
  })
  try {
    before(context)
    if (!check.wanted(context)) throw new Error(`${check.id} does not want this target`)
    await check.run(context, report)
    return found
  } finally {
    close()
    resolver.close()
    await dns.close()
  }
}
