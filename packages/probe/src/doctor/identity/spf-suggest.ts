import { identity } from '@whybounce/core'
import { clientIp, formatNetwork, quoteSpf, writeSpf } from '@whybounce/core/record'
import type { Context } from '../check.ts'

/** `ip4:192.0.2.1`, or undefined where a text is no address. */
export const ipMechanism = (ip: string | undefined): string | undefined => {
  const number = ip === undefined ? undefined : clientIp(ip)
  return number === undefined ? undefined : formatNetwork({ ...number, prefix: number.family === 4 ? 32 : 128 })
}

/** The record that a domain without one could publish, and what it is made from. */
export const suggestSpf = async (
  context: Context,
  domain: string,
  end: '~all' | '-all'
): Promise<{ readonly record: string; readonly from: readonly string[] }> => {
  const route = await context.route(domain)
  const under = (mx: string): boolean => route.hosts.some(({ name }) => name.endsWith(`.${mx}`))
  const candidates = identity.spfIncludes.filter(({ provider, mx }) => provider === route.provider && (mx === undefined || under(mx)))
  const known = candidates.find(({ mx }) => mx !== undefined) ?? candidates[0]
  const address = ipMechanism(context.options.ip)
  // A provider or filter takes mail at other servers than those that send it; what it asks for is not known of every one.
  const foreign = known === undefined && route.status === 'hosts' && route.provider !== undefined ? route.provider : undefined
  const own = known?.mechanism ?? (foreign !== undefined ? 'include:…' : route.status === 'hosts' && !route.implicit ? 'mx' : undefined)
  const named = [own, address].filter((mechanism) => mechanism !== undefined)
  const terms = named.length > 0 ? named : ['a']
  const from = [
    ...(known === undefined ? [] : [`its MX leads to ${known.provider}, which asks for ${known.mechanism}`]),
    ...(foreign === undefined ? [] : [`its MX leads to ${foreign}: what to include is told in its help, or by whoever sends the mail`]),
    ...(own === 'mx' ? ['mx: the servers that take its mail are taken for those that send it'] : []),
    ...(address === undefined ? [] : [`${address}: the address that was given`]),
    ...(named.length > 0 ? [] : ['a: the address of the domain is taken for that of its sender'])
  ]
  return { record: quoteSpf(writeSpf([...terms, end])), from }
}
