import { networkInterfaces } from 'node:os'
import { type Finding, finding } from '@whybounce/core/finding'
import { isPublicAddress } from '../dns/public-address.ts'
import { isAddress, sameAddress } from './reverse-address.ts'

export type AddressHints = {
  /** What the operator said (`--ip`). Wins. */
  readonly ip?: string
  /** What a server said of us in its EHLO reply. */
  readonly echoed?: string
  /** Addresses of this machine. */
  readonly interfaces: readonly string[]
  /** For tests and closed networks: an address need not be public. */
  readonly allowPrivate: boolean
}

/** The addresses of this machine's network interfaces, IPv4 first. */
export const interfaceAddresses = (): readonly string[] => {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  return ['IPv4', 'IPv6'].flatMap((family) => all.filter((one) => one.family === family).map(({ address }) => address))
}

/**
 * The address that servers see, and where it is known from. No outside service is asked for it: behind NAT, and without a server
 * that told it, it stays unknown. Throws TypeError where the given one is no IP address.
 */
export const findOwnAddress = (hints: AddressHints): { readonly ip?: string; readonly findings: readonly Finding[] } => {
  const { ip, echoed } = hints
  const fits = (address: string): boolean => isAddress(address) && (hints.allowPrivate || isPublicAddress(address))
  const seen = echoed !== undefined && fits(echoed) ? echoed : undefined
  if (ip !== undefined) {
    if (!isAddress(ip)) throw new TypeError(`no IP address: ${ip}`)
    if (!fits(ip)) return { findings: [finding('ip.not-public', [`given: ${ip}`])] }
    // Two families are no contradiction: servers are met by IPv4 and by IPv6.
    if (seen !== undefined && seen.includes(':') === ip.includes(':') && !sameAddress(ip, seen))
      return { ip, findings: [finding('ip.differs', [`given: ${ip}`, `a server saw: ${seen}`], { ip, seen })] }
    return { ip, findings: [finding('ip.known', [`given: ${ip}`])] }
  }
  if (seen !== undefined) return { ip: seen, findings: [finding('ip.known', [`a server saw: ${seen}`])] }
  const own = hints.interfaces.find(fits)
  if (own !== undefined) return { ip: own, findings: [finding('ip.known', [`of a network interface: ${own}`])] }
  const inside = hints.interfaces.filter((address) => !address.startsWith('127.') && address !== '::1')
  return { findings: [finding('ip.unknown', [`addresses of this machine: ${inside.slice(0, 10).join(', ') || 'none'}; none is public`])] }
}
