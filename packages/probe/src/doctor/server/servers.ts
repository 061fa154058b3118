import { isIP, isIPv4 } from 'node:net'
import { networkInterfaces } from 'node:os'
import { isPublicAddress } from '../../dns/public-address.ts'
import type { Context } from '../check.ts'
import type { ServerAt } from './session.ts'

/** MX hosts that are talked to: the ones that get nearly all mail. */
const maxHosts = 2
/** With `deep`; more than that are no different servers, but names of a few. */
const maxHostsDeep = 10
/** Of each kind, with `deep`. */
const maxAddressesDeep = 4

const mailPorts = [25, 465, 587]
/** RFC 8314 §7.3. */
const implicitTlsPort = 465

/** The servers of a run, and the addresses that were left out. */
export type Servers = {
  readonly servers: readonly ServerAt[]
  /** Not tried, since this machine has no IPv6. */
  readonly withoutIpv6: readonly string[]
  /** Not tried, since they are private. */
  readonly notAllowed: readonly string[]
}

export const findServers = (context: Context): Promise<Servers> =>
  context.once('servers', async () => {
    const { target, receiver } = context
    if (target.kind === 'host') return typedServers(context, target.host, target.port)
    return receiver === undefined ? none : mxServers(context, receiver)
  })

const none: Servers = { servers: [], withoutIpv6: [], notAllowed: [] }

const mxServers = async (context: Context, domain: string): Promise<Servers> => {
  const route = await context.route(domain)
  const usable = route.hosts.filter(({ addresses }) => addresses.length > 0).slice(0, context.deep ? maxHostsDeep : maxHosts)
  const found = usable.map(({ name, addresses }) => {
    const { kept, withoutIpv6 } = choose(context, addresses)
    return { servers: kept.map((address) => ({ host: name, address, port: 25, implicitTls: false, role: 'mx' as const })), withoutIpv6 }
  })
  return {
    servers: found.flatMap(({ servers }) => servers),
    withoutIpv6: found.flatMap(({ withoutIpv6 }) => withoutIpv6),
    notAllowed: []
  }
}

const typedServers = async (context: Context, host: string, port: number | undefined): Promise<Servers> => {
  const addresses = await addressesOf(context, host)
  const allowed =
    isIP(host) !== 0 || host === 'localhost' ? addresses : addresses.filter((one) => context.allowPrivate || isPublicAddress(one))
  const { kept, withoutIpv6 } = choose(context, allowed)
  const ports = port === undefined ? mailPorts : [port]
  return {
    servers: kept.flatMap((address) =>
      ports.map((one) => ({ host, address, port: one, implicitTls: one === implicitTlsPort, role: 'target' as const }))
    ),
    withoutIpv6,
    notAllowed: addresses.filter((address) => !allowed.includes(address))
  }
}

const addressesOf = async (context: Context, host: string): Promise<readonly string[]> => {
  if (isIP(host) !== 0) return [host]
  // RFC 6761 §6.3: not a question for DNS. Many servers listen on IPv4 alone here.
  if (host === 'localhost') return context.deep ? ['127.0.0.1', '::1'] : ['127.0.0.1']
  const answers = await Promise.all([context.query(host, 'A'), context.query(host, 'AAAA')])
  return answers.flatMap(({ records }) => records)
}

/** One address of each kind, with `deep` more. An IPv6 address only where there is IPv6: that it fails here says nothing about the server. */
const choose = (
  context: Context,
  addresses: readonly string[]
): { readonly kept: readonly string[]; readonly withoutIpv6: readonly string[] } => {
  const most = context.deep ? maxAddressesDeep : 1
  const ipv4 = addresses.filter(isIPv4).slice(0, most)
  const ipv6 = addresses.filter((address) => !isIPv4(address)).slice(0, most)
  // From an address of one kind nobody reaches one of the other.
  const from = isIP(context.options.localAddress ?? '')
  const tried = from === 4 ? [] : hasIpv6() ? ipv6 : ipv6.filter((address) => address === '::1')
  return { kept: [...(from === 6 ? [] : ipv4), ...tried], withoutIpv6: ipv6.filter((address) => !tried.includes(address)) }
}

const hasIpv6 = (): boolean =>
  Object.values(networkInterfaces()).some((entries) =>
    entries?.some(({ family, internal, address }) => family === 'IPv6' && !internal && !/^fe[89ab]/i.test(address))
  )
