import type { Check } from '../check.ts'
import { askResolver, describeOne } from './ask-direct.ts'

/** The resolver by TCP, which answers that do not fit in a datagram need (RFC 7766 §5). Says nothing where UDP is silent as well. */
export const resolverTcpCheck: Check = {
  id: 'dns-tcp',
  stage: 'dns',
  title: 'DNS by TCP',
  wanted: () => true,
  run: async (context, report) => {
    const server = context.resolver.servers?.[0]
    const [byUdp, byTcp] = await Promise.all([askResolver(context, '.', 'SOA'), askResolver(context, '.', 'SOA', { tcp: true })])
    if (server === undefined || byUdp === undefined || byTcp === undefined || byUdp.status === 'silent') return
    const evidence = [`SOA of the root at ${server} by UDP: ${describeOne(byUdp)}`, `by TCP: ${describeOne(byTcp)}`]
    report(byTcp.status === 'silent' ? 'dns.resolver-no-tcp' : 'dns.resolver-tcp', evidence, { server })
  }
}
