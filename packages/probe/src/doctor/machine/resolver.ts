import { randomBytes } from 'node:crypto'
import { type Finding, finding } from '@whybounce/core/finding'
import { describeAnswer } from '../../dns/describe-answer.ts'
import { publicResolverOf } from '../../dns/public-resolver.ts'
import type { DnsAnswer } from '../../dns/resolver.ts'
import type { Context } from '../check.ts'
import { readStart } from './read-start.ts'

/** Milliseconds, of the fastest of three questions: names that nobody has asked for take a resolver a second. */
const slowAnswer = 1_000

/** A zone that is signed (DNSSEC) and answered by every resolver. */
const signedZone = 'org'

type Asked = { readonly answer: DnsAnswer; readonly took: number }

/** Servers of an answer, and those that stand behind the stub of systemd (127.0.0.53), which forwards. */
export const resolversOf = (servers: readonly string[], resolved: string): readonly string[] => {
  const addresses = servers.map((server) => server.replace(/^\[(.+)\]:\d+$|^([^:]+):\d+$/, '$1$2'))
  const behind = [...resolved.matchAll(/^nameserver +(\S{2,60})$/gm)].map(([, address = '']) => address)
  return [...new Set(addresses.flatMap((address) => (address.startsWith('127.0.0.5') ? behind : [address])))]
}

/** The resolver that this run asks: whether it answers, in time, truthfully, and whose it is. */
export const checkResolver = async ({ query }: Context, servesMail: boolean): Promise<readonly Finding[]> => {
  const ask = async (name: string, type: DnsAnswer['type']): Promise<Asked> => {
    const began = performance.now()
    return { answer: await query(name, type), took: performance.now() - began }
  }
  // RFC 2606 does not keep a name in .com free; 24 random letters do.
  const nobody = `${randomBytes(12).toString('hex')}.com`
  const asked = await Promise.all([ask(nobody, 'A'), ask(`www.${nobody}`, 'A'), ask(signedZone, 'SOA')])
  const servers = [...new Set(asked.flatMap(({ answer }) => answer.server ?? []))]
  const addresses = resolversOf(servers, await readStart('/run/systemd/resolve/resolv.conf'))
  return resolverFindings(asked, addresses, servesMail)
}

/** `asked`: two names that do not exist, and a signed zone. */
export const resolverFindings = (asked: readonly Asked[], addresses: readonly string[], servesMail: boolean): readonly Finding[] => {
  const evidence = [
    ...(addresses.length > 0 ? [`resolver: ${addresses.slice(0, 5).join(', ')}`] : []),
    ...asked.map(({ answer, took }) => `${answer.type} of ${answer.name}: ${describeAnswer(answer)} (${Math.round(took)} ms)`)
  ]
  const answers = asked.map(({ answer }) => answer)
  const silent = (answer: DnsAnswer): boolean =>
    answer.status === 'failed' && (answer.failure === 'timeout' || answer.failure === 'unreachable')
  if (answers.every(silent)) return [finding('resolver.silent', evidence)]

  const [nobody, nobodyToo, signed] = answers
  const found: Finding[] = []
  if (nobody?.status === 'found' && nobodyToo?.status === 'found') found.push(finding('resolver.rewrites', evidence))
  else if (nobody?.status === 'failed') found.push(finding('resolver.unknown', evidence))
  else found.push(finding('resolver.answers', evidence))
  const times = asked.filter(({ answer }) => answer.status !== 'failed').map(({ took }) => took)
  if (times.length > 0 && Math.min(...times) > slowAnswer) found.push(finding('resolver.slow', evidence))
  if (signed !== undefined && signed.status !== 'failed')
    found.push(
      finding(signed.authenticated ? 'resolver.validates' : 'resolver.not-validating', [
        `SOA of ${signedZone}: AD ${signed.authenticated ? 'set' : 'not set'}`
      ])
    )
  const name = publicResolverOf(addresses)
  if (name !== undefined) {
    const line = [`resolver: ${addresses.slice(0, 5).join(', ')}`]
    found.push(finding(servesMail ? 'resolver.public' : 'resolver.public-fine', line, { resolver: name }))
  }
  return found
}
