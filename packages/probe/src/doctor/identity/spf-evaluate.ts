import type { DnsAnswer, Resolver } from '../../dns/resolver.ts'

const spfResults = ['pass', 'fail', 'softfail', 'neutral', 'none', 'temperror', 'permerror'] as const
export type SpfResult = (typeof spfResults)[number]

export type SpfVerdict = { readonly result: SpfResult; readonly text: string }

/** Milliseconds. RFC 7208 §4.6.4: a limit should be at least 20 seconds. */
const maxElapsedTime = 20_000

/** How `dns.resolve` of Node names its failures, which mailauth goes by. A name over the limits of DNS surely does not exist. */
const codes: Readonly<Record<string, string>> = { timeout: 'ETIMEOUT', refused: 'EREFUSED', 'too-long': 'ENOTFOUND' }

type Ask = NonNullable<NonNullable<Parameters<typeof import('mailauth/lib/spf/index.js')['spf']>[0]>['resolver']>

const types = ['A', 'AAAA', 'MX', 'TXT', 'PTR'] as const

const failure = (answer: DnsAnswer): Error => {
  const code =
    answer.status === 'nxdomain' ? 'ENOTFOUND' : answer.status === 'no-data' ? 'ENODATA' : (codes[answer.failure ?? ''] ?? 'ESERVFAIL')
  return Object.assign(new Error(`${answer.type} of ${answer.name}: ${code}`), { code })
}

/** Our resolver, as mailauth asks: arrays like those of `dns.promises.resolve`, and errors with a code. */
const asking =
  (query: Resolver['query']): Ask =>
  async (name, asked) => {
    const type = types.find((known) => known === asked)
    if (type === undefined) throw Object.assign(new Error(`no such question: ${asked}`), { code: 'ENOTIMP' })
    const answer = await query(name, type)
    if (answer.status !== 'found') throw failure(answer)
    if (type === 'TXT') return answer.records.map((text) => [text])
    if (type !== 'MX') return [...answer.records]
    // The declared type of a resolver forgets MX, whose answers are read as Node gives them.
    return answer.records.map((text) => {
      const space = text.indexOf(' ')
      return { priority: Number(text.slice(0, space)), exchange: text.slice(space + 1) }
    }) as unknown as string[]
  }

/**
 * check_host() of RFC 7208 §4 for one address and sender, strictly by the RFC, with its limits. `sender`: an address or a domain (then its
 * postmaster); empty for the EHLO name alone (§2.3). Never rejects.
 */
export const evaluateSpf = async (
  query: Resolver['query'],
  { ip, sender, ehlo }: { readonly ip: string; readonly sender: string; readonly ehlo: string }
): Promise<SpfVerdict> => {
  // Loaded where it is needed: its dependencies would slow down every start of the command line.
  const { spf } = await import('mailauth/lib/spf/index.js')
  try {
    const { status } = await spf({ sender, ip, helo: ehlo, mta: ehlo, resolver: asking(query), strict: true, maxElapsedTime })
    const result = spfResults.find((known) => known === status.result) ?? 'temperror'
    return { result, text: typeof status.comment === 'string' ? status.comment.replace(`${ehlo}: `, '') : '' }
  } catch (error) {
    return { result: 'temperror', text: error instanceof Error ? error.message : String(error) }
  }
}
