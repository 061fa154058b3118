import { hostname } from 'node:os'
import type { Finding } from '@whybounce/core/finding'
import { isPublicAddress } from '../../dns/public-address.ts'
import { plainName } from '../../dns/wire-name.ts'
import { isHostName } from '../../self-check/host-names.ts'
import { findOwnAddress, interfaceAddresses } from '../../self-check/own-address.ts'
import { echoedAddress } from '../../smtp/echoed-address.ts'
import type { Context } from '../check.ts'
import { serversOf, sessionWith } from '../server/session.ts'

export type OwnAddresses = {
  /** By which the mail goes out, at most one of each family. */
  readonly ips: readonly string[]
  readonly findings: readonly Finding[]
}

/**
 * Whether the addresses and names of the sender are looked at: where one was given, and where it is this machine that speaks. Of somebody
 * else's domain, the address of the machine on which we happen to run says nothing.
 */
export const looksAtSender = ({ options, target }: Context): boolean =>
  options.ip !== undefined || target.kind === 'machine' || target.kind === 'address'

/** What a server said of us in its EHLO reply, where a session was held. */
const echoed = async (context: Context): Promise<string | undefined> => {
  const [first] = await serversOf(context)
  if (first === undefined) return undefined
  const { ehlo, transcript } = await sessionWith(context, first)
  return ehlo === undefined ? undefined : echoedAddress({ ehlo, transcript: () => transcript })
}

/** The addresses that servers see: the given one; else the public ones of this machine; else what a server told us. */
export const ownAddresses = (context: Context): Promise<OwnAddresses> =>
  context.once('own addresses', async () => {
    const { options, allowPrivate } = context
    const interfaces = options.localAddress === undefined ? interfaceAddresses() : [options.localAddress]
    const given = options.ip
    if (given !== undefined) return found(findOwnAddress({ ip: given, interfaces, allowPrivate }))
    const open = interfaces.filter(isPublicAddress)
    const seen = open.length > 0 ? undefined : await echoed(context)
    const first = found(findOwnAddress({ interfaces, allowPrivate: false, ...(seen === undefined ? {} : { echoed: seen }) }))
    const other = open.find((address) => !first.ips.some((ip) => ip.includes(':') === address.includes(':')))
    return { ips: other === undefined ? first.ips : [...first.ips, other], findings: first.findings }
  })

const found = ({ ip, findings }: ReturnType<typeof findOwnAddress>): OwnAddresses => ({ ips: ip === undefined ? [] : [ip], findings })

/** The name of this machine was not chosen for EHLO, it is only what the system calls it. */
const isDefault = (ehloName: string): boolean => ehloName === hostname()

/** Whether the EHLO name is that of the sender: it was given, or it is this machine that sends under its full name. */
export const looksAtEhlo = (context: Context): boolean => {
  const { ehloName } = context.options
  if (!looksAtSender(context)) return false
  if (!isDefault(ehloName)) return true
  return context.target.kind === 'address' || (context.target.kind === 'machine' && isHostName(ehloName))
}

/** The name that a reverse record should have: the one of EHLO where it is sound, else one that is usual. */
export const wantedName = ({ options: { ehloName }, sender }: Context): string =>
  isHostName(ehloName) && !isDefault(ehloName) ? plainName(ehloName) : `mail.${sender ?? 'example.com'}`
